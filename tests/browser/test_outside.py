"""What a browser makes of text from outside: no link that leads away, no picture, no request to another server."""

from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.browser import settled

WORDS = "www.example.com/x https://example.com/y [z](//example.com) ![p](//example.com/p.png) <img src=//example.com/q>"
LATE = {"v": f"a@example.com {WORDS}", "note": WORDS}
LINKS = {
    "an address as version": ("train", {"v": "www.example.com/x"}, "www.example.com/x"),
    "a mail address as version": ("start", {"v": "mail.to@example.com"}, "mail.to@example.com"),
    "an icon and a formula as version": ("start", {"v": ":material/home: $x^2$ :red[y]"}, "material/home: $x^2$"),
    "an address among the runs": (
        "compare_losses", {"runs": "A-m-www.example.co-1-b-r_B-m-ll-1-b-r_`x`-<img src=x>"}, "www.example.co",
    ),
    "an address among the receipts": (
        "prices", {"receipts": "www.a.co,1,1;3,2,7;`https://a.co`,1,1", "prices_part": "One line"}, "www.a.co",
    ),
    "a note": ("train", LATE, WORDS),
}


@pytest.mark.parametrize("what", LINKS)
def test_text_from_outside_stays_text(app, new_tab, what):
    page, link, shown = LINKS[what]
    tab, asked = new_tab(), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{app}/{page}?{urlencode(link)}")
    tab.wait_for_selector(".main-svg, .explorer-balance")
    place = "[data-testid=stMain] :is(code, [data-testid=stText])"
    tab.locator(place).filter(has_text=shown).first.wait_for()
    settled(tab)
    own = urlsplit(app).netloc
    links = tab.evaluate("Array.from(document.querySelectorAll('[data-testid=stApp] a[href]'), a => a.href)")
    assert links
    assert {urlsplit(address).netloc for address in links} == {own}
    assert not [address for address in links if address.startswith("mailto:")]
    pictures = tab.evaluate("Array.from(document.querySelectorAll('[data-testid=stApp] img'), i => i.src)")
    assert not [address for address in pictures if "example" in address or address.endswith("/x")]
    assert not [address for address in asked if urlsplit(address).netloc not in ("", own)]
