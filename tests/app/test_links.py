"""Links: what they hold, what of it is shown, and the forms in which they are shared."""

import html
import html.entities
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer import links
from explorer.engine.settings import LIMITS
from tests.support.serving import ROOT

PAGE = "https://example.org/some/where/train"
texts = st.text(max_size=60)
parameters = st.dictionaries(
    st.from_regex("[a-z_]{2,12}", fullmatch=True), st.lists(texts.filter(bool), min_size=1, max_size=3), max_size=5
)


entities = sorted(name for name in html.entities.html5 if not name.endswith(";"))


@settings(deadline=None, derandomize=True)
@given(parameters)
@example({name: ["a&b", f"&{name}=", "&amp;", "½"] for name in entities})
@example({f"{name}e": ["1"] for name in entities})
def test_a_link_survives_in_html_without_escaping(choices):
    link = links.address(PAGE, choices)
    assert html.unescape(link) == link
    assert html.unescape(html.unescape(links.iframe(link, "Train"))).count(link + "&embed=true") == 1
    assert parse_qs(urlsplit(link).query) == {"v": [links.VERSION], **choices}


def test_no_parameter_begins_like_an_html_entity():
    # Names matter in the address bar too, where a browser does not quote them.
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Links\n")[1].split("\n`hide` takes")[0]
    named = parameters_of(table)
    assert {"message", "first", "l2", "three_lines"} <= named
    in_code = {
        key for folder in ("explorer/ui", "pages") for path in (ROOT / folder).rglob("*.py")
        for key in re.findall(r'\bkey="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert "bias_moved" in in_code
    assert not [name for name in named | in_code | set(LIMITS) if f"&{name}" != html.unescape(f"&{name}")]


def parameters_of(table: str) -> set[str]:
    """The names in the first column of the README's table."""
    columns = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for column in columns for name in re.findall(r"`(\w+)`", column)}


@settings(deadline=None, derandomize=True)
@given(parameters)
def test_a_link_holds_every_choice_and_its_version(choices):
    link = links.address(PAGE, choices)
    assert link.isascii()
    assert link.startswith(PAGE + "?")
    assert parse_qs(urlsplit(link).query) == {"v": [links.VERSION], **choices}


def test_a_version_in_the_choices_is_replaced_by_this_one():
    assert links.address(PAGE, {"v": ["7"], "seed": ["3"]}) == f"{PAGE}?v=2&seed=3"


@pytest.mark.parametrize("version", [None, "1", "2"])
def test_there_is_no_message_about_this_version_and_the_one_before(version):
    assert links.version_problem(version) is None


@pytest.mark.parametrize(("version", "shown"), [
    ("", "“”"), ("3", "`3`"), ("01", "`01`"), ("9" * 5000, "`" + "9" * 23 + "…`"), ("1.5b", "`1.5b`"),
    ("www.example.com/x", "`www.example.com/x`"), ("[a](http://evil.com)", "`[a](http://evil.com)`"),
    ("<b>\u202e**x**", "`<b>**x**`"),
])
def test_the_message_about_another_version_quotes_it_shortened(version, shown):
    problem = links.version_problem(version)
    assert f"its format is {shown}, this one reads format 2" in problem
    assert len(problem) < 400


def test_hidden_controls_are_names_and_nothing_else():
    assert links.hidden_controls("loss, learning_rate,,loss,l2") == ("loss", "learning_rate", "l2")
    assert links.hidden_controls("x;}body{display:none,<script>,../a,LOSS,é") == ()
    assert len(links.hidden_controls(",".join(f"a{i}" for i in range(10_000)))) == 60


@pytest.mark.parametrize(("text", "note"), [
    ("Which  rate\tis\r\n\r\n too large? ", "Which rate is\ntoo large?"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("[here](https://example.org)", "[here](https://example.org)"),
    ("a\u202eb\u2066c\u200fd\u0000e\ufefff\ue000", "abcdef"),
    ("שלום 👩\u200d🏫", "שלום 👩\u200d🏫"),
    ("\u202e \u2069", ""),
])
def test_a_note_keeps_only_its_text(text, note):
    assert links.clean_note(text) == (note, False)


@pytest.mark.parametrize("text", [None, 5, 1.5, True, [1, 2], ["abc"], b"abc", {}])
def test_other_types_than_text_give_no_note(text):
    assert links.clean_note(text) == ("", False)


@pytest.mark.parametrize(("reported", "path", "address"), [
    ("http://localhost:8501/", "", "http://localhost:8501/"),
    ("https://example.org/quickstart", "", "https://example.org/quickstart"),
    ("https://example.org/course/train/train", "train", "https://example.org/course/train/train"),
    ("https://example.org/train/", "train", "https://example.org/train/"),
    ("http://[fd00::2]:8501/train", "train", "http://[fd00::2]:8501/train"),
    ("https://example.org/a(b)&note;c/train", "train", "https://example.org/a%28b%29%26note%3Bc/train"),
    ("https://example.org/%C3%A9/train", "train", "https://example.org/%C3%A9/train"),
    # Community Cloud: its frame must not be shared.
    ("https://example.streamlit.app/~/+/train", "train", "https://example.streamlit.app/train"),
    ("https://example.streamlit.app/~/+/", "", "https://example.streamlit.app/"),
])
def test_the_address_from_a_browser_is_made_safe_for_a_link(reported, path, address):
    assert links.page_address(reported, path) == address
    link = links.address(address, {"seed": ["3"]})
    assert html.unescape(link) == link
    assert links.markdown(link, "x") == f"[x]({link})"


@pytest.mark.parametrize("reported", [
    None, 5, True, [], ["https://example.org/train"], {}, "", "train", "/train", "//example.org/train", "ftp://a/train",
    "javascript:alert(1)//train", "data:text/html,x/train", "blob:https://example.org/train", "file:///train",
    "https://user@example.org/train", "https://user:word@example.org/train", "https://example.org/train?v=1",
    "https://example.org/train#x", "https://example.org", "https://example.org/", "https://example.org/other",
    "https://example.org/quicktrain", "https://example.org:port/train", "https://exa mple.org/train",
    "https://example.org/\ntrain", "https://example.org/é/train", "https://\ud800/train", "https://example.org/\u202e/train",
    "https://example.org/" + "x" * 1000 + "/train",
])
def test_other_values_than_the_address_of_the_page_are_refused(reported):
    assert links.page_address(reported, "train") is None


@pytest.mark.parametrize("text", ["x" * 281, "x" * 10_000, "x" * 279 + " " * 9000 + "yy", "\u202e" * 9_000 + "y"])
def test_a_long_note_is_cut_and_reported_as_cut(text):
    note, cut = links.clean_note(text)
    assert cut
    assert len(note) <= links.NOTE_LENGTH


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=400))
def test_cleaning_a_note_twice_changes_nothing(text):
    note, _ = links.clean_note(text)
    assert links.clean_note(note) == (note, False)


@settings(deadline=None, derandomize=True)
@given(parameters)
def test_markdown_and_iframe_hold_the_whole_link(choices):
    link = links.address(PAGE, choices)
    assert re.fullmatch(r"\[Train\]\(([^\s()<>\[\]]+)\)", links.markdown(link, "Train")).group(1) == link
    frame, script = links.iframe(link, 'A "title" & <b>').split("\n", 1)
    source, title = re.fullmatch(r'<iframe src="([^"<>]+)" title="([^"<>]+)" [^<>]*></iframe>', frame).groups()
    assert html.unescape(source) == link + "&embed=true"
    assert html.unescape(title) == 'A "title" & <b>'
    assert ' allow="clipboard-write"' in frame
    assert re.fullmatch(r"<script>\n[^<]+</script>", script)
    assert f'origin !== "{PAGE.removesuffix(urlsplit(PAGE).path)}"' in script


@pytest.mark.parametrize("length", [40, 300, 1500, 2953])
def test_another_library_reads_the_link_from_the_qr_code(length, tmp_path):
    link = links.address(PAGE, {"note": ["x" * length]})[:length]
    path = tmp_path / "code.png"
    path.write_bytes(links.qr_code(link))
    picture = Image.open(path)
    assert picture.width >= 480
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == link


def test_a_link_that_is_too_long_has_no_qr_code():
    assert links.qr_code(PAGE + "x" * links.LONGEST_FOR_A_QR_CODE) is None
