"""``python -m tests.screenshots``: takes the README's screenshots again, on the built-in digits, in Chromium.

``python -m tests.screenshots share.png take_home.png``: only these. ``preview.png`` is the picture that a chat shows
beside a link.
"""

import sys

from explorer.web.served import PREVIEW, PREVIEW_SIZE
from tests.support.browser import WIDE
from tests.support.serving import ROOT, chromium_browser, serving

FOLDER = ROOT / "docs"
# File: (page, the chart to wait for, the button to press after that)
SHOTS = {
    "start.png": ("", "balance", None),
    "why_multiply.png": ("why_multiply?why_part=all+pixels", "step_f", None),
    "train.png": ("train?start=zeros", "confusion", None),
    "compare_losses.png": ("compare_losses", "weights_of_all", None),
    "learning_rates.png": ("learning_rates", "rate_lines", None),
    "share.png": ("train?loss=hinge&learning_rate=0.1", "confusion", "Share"),
    "take_home.png": ("train?loss=hinge&learning_rate=0.1", "confusion", "Take it home"),
    PREVIEW.name: ("?embed=true", "balance", None),
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(SHOTS)
    with serving() as address, chromium_browser() as browser:
        for name in wanted:
            page, key, button = SHOTS[name]
            preview = name == PREVIEW.name
            size = dict(zip(("width", "height"), PREVIEW_SIZE, strict=True)) if preview else WIDE
            tab = browser.new_page(viewport=size)
            # By a name that a phone could use: for this computer alone, Share shows no QR code.
            tab.goto(f"{address.replace('127.0.0.1', 'example.test')}/{page}")
            tab.wait_for_selector(f".st-key-{key} .main-svg, .st-key-{key} .explorer-balance[data-state=still]")
            if button:
                tab.get_by_role("button", name=button, exact=True).click()
                tab.wait_for_selector("[data-testid=stDialog] [data-testid=stCode]")
            tab.mouse.move(0, 0)
            tab.wait_for_timeout(1500)
            path = PREVIEW if preview else FOLDER / name
            tab.screenshot(path=path)
            print(path.relative_to(ROOT))
            tab.close()
