"""Text from outside, on every page: it is shown as text, never as a link, a picture or other Markdown."""

import functools
import re

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import CHOSEN
from explorer.ui.linked import HIDEABLE
from tests.support.markdown import code, outside_code
from tests.support.pages import open_page
from tests.support.serving import ROOT

# Each holds something that no text of ours has, in a part that stays when the text is cut.
WORDS = {
    "an address": "www.example.com/x",
    "a link": "https://example.com",
    "a mail address": "a@example.com",
    "a link with a name": "[x](//example.com)",
    "a picture": "<img src=x>",
    "an icon": ":material/home: :smile:",
    "a colour": ":red[x] :green-badge[y]",
    "a formula": "$x_quux$",
    "a backtick": "a`b``[x](y)",
    "lines": "x\n\n# quux\n\n- quux",
}
SIGNS = ("example", "<img", "src=", ":material", ":smile", ":red[x", "badge[", "$", "`", "](", "quux", "# ")
# How the text is put into parameters that are parsed: at the places that are parsed further.
WITHIN = {
    "runs": ("{}", "A-m-{}-1-b-r", "A-m-ll-{}-b-r_B-m-h-1-b-r"), "legs": ("{}", "5-1-{}-b", "5-1-h-b_{}-1-h-n"),
    "receipts": ("{},1,1;3,2,7", "3,2,7;1,{},9", "{}"),
    "hide": ("seed,{}", ",".join(sorted(HIDEABLE))),
}
PARTS = {
    "why_multiply": ("why_part", ("Your numbers", "One pixel", "Two pixels", "All pixels", "The disguise")),
    "bias": ("bias_part", ("Ink", "Blank image", "Pixels", "A weight on 1")),
    "prices": ("prices_part", ("Guess", "One line", "The bag", "Steps")),
}
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
STATES = [(page, part) for page in PAGES for part in PARTS.get(page, (None, (None,)))[1]]


def parameters() -> list[str]:
    """The names in the README's table of parameters."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return sorted({name for row in rows for name in re.findall("`([a-z_0-9]+)`", row)})


def bound_in_the_code() -> set[str]:
    """The parameters that the code uses: keys of bound widgets, and names in ``query_params``."""
    found = set()
    for path in [*(ROOT / "explorer" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'query_params(?:\.get|\.pop)?[\[(]"([a-z_0-9]+)"', text))
        found |= set(re.findall(r'key="([a-z_0-9]+)",[^()]*bind="query-params"', text))
    return found


def test_the_table_of_links_has_every_name_that_the_code_reads():
    assert len(parameters()) > 60
    assert bound_in_the_code() <= set(parameters())


# A link to another page of the visit, which carries the note: no character in it can end the link.
OWN_LINK = re.compile(r"\]\((train)?\?[\w.+%&=~*-]*\)", re.ASCII)


def read(body: str) -> str:
    """The text that Markdown interprets: without code and without links of our own."""
    return OWN_LINK.sub("]", outside_code(body))


def bodies(app):
    """All Markdown on a page: text, headings, messages, labels, cells of tables."""
    for kind in ("markdown", "caption", "title", "header", "subheader", "warning", "info", "error", "success"):
        yield from (element.value for element in getattr(app, kind))
    for table in app.table:
        yield from map(str, table.value.to_numpy().ravel())
    for element in [*app.main, *app.sidebar]:
        yield from filter(None, (getattr(element, "label", None), getattr(element, "help", None)))


@pytest.fixture(scope="module")
def untouched():
    """A function (page, part) -> the page's text without a link from outside, with the signs of our own Markdown."""

    @functools.cache
    def text(page, part):
        name = PARTS.get(page, (None,))[0]
        return " ".join(map(read, bodies(open_page(page, **({name: part} if name else {})))))

    return text


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize(("page", "part"), STATES, ids=lambda value: str(value))
def test_words_of_a_link_are_shown_as_text(page, part, kind, untouched):
    words, named = WORDS[kind], PARTS.get(page, (None,))[0]
    variants = 3 if page in ("compare_losses", "prices") else 1
    for variant in range(list(WORDS).index(kind), list(WORDS).index(kind) + variants):
        link = {name: put(words, name, variant) for name in parameters() if name not in (named, "embed")}
        app = open_page(page, **link, **({named: part} if named else {}))
        for body in bodies(app):
            left = read(body)
            assert not [sign for sign in SIGNS if sign in left and sign not in untouched(page, part)], body
        # The version is always quoted: the text does arrive, as code.
        quoted = " ".join(" ".join(code(warning.value)) for warning in app.warning).replace("\u2060", "")
        assert words.split()[0][:5] in quoted


def put(words: str, name: str, variant: int) -> str:
    places = WITHIN.get(name, ("{}",))
    return places[variant % len(places)].format(words)


@pytest.mark.parametrize("kind", WORDS)
def test_words_of_a_forged_control_are_shown_as_text(kind):
    def script(names, words):
        import streamlit as st

        from explorer.ui import controls

        for name in names:
            st.session_state[name] = words
        controls.current()

    names = [name for name in CHOSEN if name not in ("digits", "legs")] + ["first", "second"]
    app = AppTest.from_function(script, kwargs={"names": names, "words": WORDS[kind]}).run()
    assert not app.exception
    (warning,) = app.warning
    assert len(code(warning.value)) == 2 * (len(names) - 1)  # the value and what is used; both digits in one
    left = read(warning.value.replace("\n- ", "  "))
    assert not [sign for sign in SIGNS if sign in left], warning.value
