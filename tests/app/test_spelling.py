"""The spellings of options in links: as on the page, as in the code, and with digits of other scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.settings import LIMITS, Choice
from explorer.links import in_words, words

CHOICES = {name: limit.options for name, limit in LIMITS.items() if isinstance(limit, Choice)}


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in CHOICES for option in CHOICES[name]])
def test_every_option_is_read_as_a_label_a_key_or_a_number(name, option):
    spellings = {words(option)} | ({option} if isinstance(option, str) else set())
    if isinstance(option, (int, float)):
        spellings |= {str(option), repr(float(option)), f"{option:.4f}", f"{option:.4f}".replace(".", ",")}
        spellings.add("".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in f"{option:.4f}"))  # full-width
    for text in spellings:
        assert in_words({name: [text]}) == {name: [words(option)]}


@pytest.mark.parametrize(("name", "text", "label"), [
    ("losses", "log_loss", "log loss"), ("cell_loss", "zero_one", "zero one"), ("penalty", "0,1", "0.1"),
    ("cell_rate", "1.0", "1"), ("learning_rate", "٠٫١", "0.1"),
    ("image", "７", "7"), ("apple", "0,5", "0.5"), ("note", "0,5", "0,5"), ("batch_size", "None", "None"),
    ("loss", "Log loss", "Log loss"), ("unheard_of", "log_loss", "log_loss"), ("note", "mean_image", "mean_image"),
    ("learning_rate", "nan", "nan"), ("learning_rate", "9" * 5000, "9" * 5000),
])
def test_what_is_neither_an_option_nor_a_number_is_unchanged(name, text, label):
    assert in_words({name: [text, text]}) == {name: [label, label]}


NAMES = st.sampled_from([*CHOICES, "losses", "seed", "note"])


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=12), max_size=3)))
def test_respelling_twice_changes_nothing(link):
    once = in_words(link)
    assert in_words(once) == once
