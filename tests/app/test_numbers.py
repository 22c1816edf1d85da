"""Numbers as people type them, in every script and on every keyboard; ambiguous ones are refused."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from explorer.inputs import bounds
from explorer.inputs.numbers import in_ascii, number, plain_number

DIGITS = [chr(i) for i in range(sys.maxunicode + 1) if unicodedata.category(chr(i)) == "Nd"]
ZEROS = [digit for digit in DIGITS if unicodedata.decimal(digit) == 0]


@pytest.mark.parametrize(("text", "value"), [
    ("3", 3), ("007", 7), (" 3 ", 3), ("+7.", 7), (".5", 0.5), (",5", 0.5), ("3,", 3), ("-2", -2), ("−2", -2),
    ("1,5", 1.5), ("1.5", 1.5), ("1.500", 1.5), ("0,125", 0.125), ("1,50", 1.5), ("1234,567", 1234.567),
    ("３", 3), ("１．５", 1.5), ("１，５", 1.5), ("－３", -3), ("٣", 3), ("١٫٥", 1.5), ("١٬٠٠٠", 1000), ("३", 3),
    ("𝟑", 3), ("\u200f٣\u200f", 3), ("\ufeff3", 3),
    ("1 000", 1000), ("1\xa0000", 1000), ("1\u202f000,5", 1000.5), ("1\u2009000.5", 1000.5), ("1'000", 1000),
    ("1’000.5", 1000.5),
    ("1,000.50", 1000.5), ("1.000,50", 1000.5), ("1,000,000", 1e6), ("1.000.000", 1e6), ("-1,000.5", -1000.5),
])
def test_a_number_is_read(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", [
    "", " ", ".", ",", "-", "three", "nan", "inf", "infinity", "1e3", "1_000", "0x10", "1.2.3", "1,2,3", "1,00,000.5",
    "1.000,5.1", "10 00", "1  000", "1 000,000.5", "1,000 000", "²", "½", "三", "Ⅲ", "1/2", "7 €", "$7", "7%", "--3",
    "3-", "3 2 7", "3\t2\t7", "\u202e3",
])
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        number(text)
    assert in_ascii(text) == text


@pytest.mark.parametrize(("text", "words"), [
    ("1,000", "may be 1.000 or 1000"), ("12,345", "may be 12.345 or 12345"), ("-1,500", "may be -1.500 or -1500"),
    ("１，５００", "may be 1.500 or 1500"),
])
def test_an_ambiguous_comma_is_refused(text, words):
    with pytest.raises(ValueError, match=f"^{words}: write it without a comma$"):
        number(text)


@pytest.mark.parametrize("text", ["9" * (bounds.NUMBER + 1), "9" * 10**6, " " * 10**6])
def test_a_very_long_text_is_refused(text):
    with pytest.raises(ValueError, match="too long"):
        number(text)


def test_the_digits_of_every_script_are_read():
    assert len(ZEROS) > 50
    for zero in ZEROS:
        text = "".join(chr(ord(zero) + digit) for digit in (4, 0, 7))
        assert number(text) == 407
        assert number(f"{text},{zero}") == 407


@settings(deadline=None, derandomize=True)
@given(
    some.floats(-1e6, 1e6), some.sampled_from(ZEROS), some.sampled_from(".,"), some.sampled_from(["", " ", "\xa0", "’"])
)
def test_a_number_is_the_same_in_every_script_and_notation(value, zero, decimal, group):
    text = f"{value:,.2f}".replace(",", group).replace(".", decimal)
    text = "".join(chr(ord(zero) + int(letter)) if letter.isdigit() else letter for letter in text)
    assert number(text) == float(f"{value:.2f}")


@settings(deadline=None, derandomize=True)
@given(some.text(max_size=60))
def test_reading_a_plain_number_again_changes_nothing(text):
    try:
        plain = plain_number(text)
    except ValueError:
        return
    assert plain.isascii()
    assert plain_number(plain) == plain
    float(plain)
