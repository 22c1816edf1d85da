"""Untrusted text in a message: short, on one line, and shown as plain text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from explorer.inputs import bounds
from explorer.inputs.quoting import first_few, quoted
from tests.support.markdown import code, outside_code

texts = some.one_of(some.text(max_size=200), some.text("`` a\n\\[]$:<", max_size=40))


@settings(deadline=None, derandomize=True)
@given(texts)
def test_quoted_text_is_one_code_span_and_nothing_else(text):
    shown = quoted(text)
    assert outside_code(f"before {shown} after") in ("before  after", "before “” after")
    assert len(shown) <= 3 * bounds.QUOTED + 4
    assert not [letter for letter in shown if letter != "\u200d" and unicodedata.category(letter) in ("Cc", "Zl", "Zp")]


@settings(deadline=None, derandomize=True)
@given(some.text("`ab <$[]:/.@\n", min_size=1, max_size=24))
def test_short_text_is_quoted_whole(text):
    words = " ".join(text.split())
    assert code(f"before {quoted(text)} after") == ([words] if words else [])


@pytest.mark.parametrize(("value", "shown"), [
    (None, "`None`"), (True, "`True`"), (2.5, "`2.5`"), (float("nan"), "`nan`"), ((4, 4), "`(4, 4)`"),
    ("", "“”"), ("\u202e \u2069", "“”"), ("three", "`three`"), ("a`b", "`` a`b ``"), ("\u202eabc\u0000", "`abc`"),
    (10**5000, "`a number with thousands…`"), ([1] * 1000, "`[1, 1, 1, 1, 1, 1, 1, 1…`"), ("x" * 25, f"`{'x' * 23}…`"),
    ("x" * 24, f"`{'x' * 24}`"), ("\u202e" * 1000 + "x", "`…`"),
    (":material/home:", "`:\u2060material/home:`"),
], ids=lambda value: str(value)[:12] if not isinstance(value, int) else "number")
def test_values_are_quoted_as_worked_out_by_hand(value, shown):
    assert quoted(value) == shown


class Sliced(str):
    """A string that records the longest slice that was read."""

    longest = 0

    def __getitem__(self, part):
        piece = super().__getitem__(part)
        Sliced.longest = max(Sliced.longest, len(piece))
        return piece

    def __iter__(self):
        raise AssertionError("the whole text was read")


def test_only_the_beginning_of_a_long_text_is_read():
    assert len(quoted(Sliced("x" * 10**6))) == bounds.QUOTED + 2
    assert Sliced.longest <= 4 * bounds.QUOTED


@pytest.mark.parametrize("count", [0, 1, 3, 4, 100_000])
def test_the_first_few_problems_are_named_and_the_rest_is_counted(count):
    shown = first_few([f"Problem {i}." for i in range(count)], "were left out")
    assert shown[:3] == [f"Problem {i}." for i in range(min(count, 3))]
    assert shown[3:] == ([f"And {count - 3:,} more were left out."] if count > 3 else [])
