"""``python -m tests.screenshots``: makes the README's pictures anew, from the built-in digits, in Chromium."""

from tests.serving import ROOT, chromium_browser, serving

# File: (page, the chart to wait for)
SHOTS = {
    "start.png": ("", "real_orange"),
}

if __name__ == "__main__":
    folder = ROOT / "docs"
    folder.mkdir(exist_ok=True)
    with serving() as address, chromium_browser() as browser:
        for name, (page, key) in SHOTS.items():
            tab = browser.new_page(viewport={"width": 1440, "height": 900})
            tab.goto(f"{address}/{page}")
            tab.wait_for_selector(f".st-key-{key} .main-svg")
            tab.wait_for_timeout(1500)
            tab.screenshot(path=folder / name)
            print(f"docs/{name}")
