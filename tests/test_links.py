"""Links: what they carry, what of it is shown, and how they are handed on."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer import links

PAGE = "https://example.org/some/where/train"
texts = st.text(max_size=60)
parameters = st.dictionaries(
    st.from_regex("[a-z_]{2,12}", fullmatch=True), st.lists(texts.filter(bool), min_size=1, max_size=3), max_size=5
)


@settings(deadline=None, derandomize=True)
@given(parameters)
def test_a_link_holds_every_choice_and_its_version(choices):
    link = links.address(PAGE, choices)
    assert link.isascii()
    assert link.startswith(PAGE + "?")
    assert parse_qs(urlsplit(link).query) == {"v": [links.VERSION], **choices}


def test_a_version_in_the_choices_gives_way_to_this_one():
    assert links.address(PAGE, {"v": ["7"], "seed": ["3"]}) == f"{PAGE}?v=1&seed=3"


@pytest.mark.parametrize("version", [None, "1"])
def test_of_this_version_nothing_is_said(version):
    assert links.version_problem(version) is None


@pytest.mark.parametrize(("version", "shown"), [
    ("", "“”"), ("2", "`2`"), ("01", "`01`"), ("9" * 5000, "`" + "9" * 23 + "…`"), ("1.5b", "`1.5b`"),
    ("www.example.com/x", "`www.example.com/x`"), ("[a](http://evil.com)", "`[a](http://evil.com)`"),
    ("<b>\u202e**x**", "`<b>**x**`"),
])
def test_another_version_is_said_in_words_and_cut(version, shown):
    problem = links.version_problem(version)
    assert f"its format is {shown}, this one reads format 1" in problem
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
def test_a_note_is_its_text_alone(text, note):
    assert links.clean_note(text) == (note, False)


@pytest.mark.parametrize("text", ["x" * 281, "x" * 10_000, "x" * 279 + " " * 9000 + "yy", "\u202e" * 9_000 + "y"])
def test_a_long_note_is_cut_and_said_to_be(text):
    note, cut = links.clean_note(text)
    assert cut
    assert len(note) <= links.NOTE_LENGTH


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=400))
def test_a_note_once_cleaned_stays_as_it_is(text):
    note, _ = links.clean_note(text)
    assert links.clean_note(note) == (note, False)


@settings(deadline=None, derandomize=True)
@given(parameters)
def test_markdown_and_frame_hold_the_link_whole(choices):
    link = links.address(PAGE, choices)
    assert re.fullmatch(r"\[Train\]\(([^\s()<>\[\]]+)\)", links.markdown(link, "Train")).group(1) == link
    frame = links.iframe(link, 'A "title" & <b>')
    source, title = re.fullmatch(r'<iframe src="([^"<>]+)" title="([^"<>]+)" [^<>]*></iframe>', frame).groups()
    assert html.unescape(source) == link + "&embed=true"
    assert html.unescape(title) == 'A "title" & <b>'


@pytest.mark.parametrize("length", [40, 300, 1500, 2953])
def test_the_qr_code_read_by_another_library_is_the_link(length, tmp_path):
    link = links.address(PAGE, {"note": ["x" * length]})[:length]
    path = tmp_path / "code.png"
    path.write_bytes(links.qr_code(link))
    picture = Image.open(path)
    assert picture.width >= 480
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == link


def test_a_link_too_long_for_a_qr_code_has_none():
    assert links.qr_code(PAGE + "x" * links.LONGEST_FOR_A_QR_CODE) is None
