"""What the browser tests share: sizes of a window, and how to read what is drawn."""

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PLOT = "document.querySelector('.st-key-{key} .js-plotly-plot')"


def numbers(tab, key: str) -> list:
    """The numbers that a chart has drawn; none while it is being put in place of another."""
    rows = "Array.from(t.z ? t.z : [t.y]).map(row => Array.from(row)).flat()"
    return tab.evaluate(f"({PLOT.format(key=key)}?._fullData ?? []).map(t => {rows})")


def sentence(tab) -> str:
    """The first words in bold on the page: on Train, what happened."""
    return tab.locator("[data-testid=stMain] [data-testid=stMarkdownContainer] strong").first.inner_text()


def becomes(tab, read, wanted, tries: int = 100) -> bool:
    """Whether ``read()`` gives what is wanted within ten seconds: a busy machine draws later."""
    for _ in range(tries):
        if read() == wanted:
            return True
        tab.wait_for_timeout(100)
    return False


def go_back_to(tab, address: str) -> None:
    """Another state of the page that is open, as the browser's own back button brings one: nothing is loaded anew.

    It is an entry of its own: explorer/web/page.js adds none without a press.
    """
    tab.evaluate("""address => {
        History.prototype.pushState.call(history, null, '', address)
        dispatchEvent(new PopStateEvent('popstate'))
    }""", address)
