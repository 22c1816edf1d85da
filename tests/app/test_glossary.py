"""The glossary: every word that a text marks is explained, in plain short sentences, and the browser gets it."""

import json
import re
import tomllib

import pytest

from explorer import texts
from explorer.web.files import FILES, GLOSSARY
from tests.support.serving import ROOT

FOLDER = ROOT / "explorer" / "texts"
MARK = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def marked() -> dict[str, set[str]]:
    """The words that the texts mark, each with the files that do."""
    found: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.toml"):
        for shown, word in MARK.findall(path.read_text(encoding="utf-8")):
            found.setdefault(word or shown, set()).add(path.name)
    return found


def test_every_marked_word_is_explained():
    explained = {texts.anchor(word) for word in texts.glossary()}
    assert explained
    missing = {word: files for word, files in marked().items() if texts.anchor(word) not in explained}
    assert not missing


def test_no_two_words_have_the_same_address():
    words = texts.glossary()
    assert len({texts.anchor(word) for word in words}) == len(words)
    assert list(words) == sorted(words, key=str.lower)


@pytest.mark.parametrize("word", texts.glossary())
def test_an_explanation_is_one_to_three_short_sentences_of_plain_text(word):
    text = texts.glossary()[word]
    assert text[0].isupper() or text[0].isdigit() or text.startswith(word)
    assert text.endswith(".")
    assert 1 <= len(re.findall(r"[.;](?=\s|$)", text)) <= 4
    assert len(text) <= 260
    assert not re.search(r"[*_`\[\]{}]|:\w+\[", text)


def test_the_glossary_has_the_words_that_readers_had_no_place_to_learn():
    asked_for = {
        "epoch", "batch", "cosine", "correlation", "norm", "λ", "C", "lbfgs", "Newton", "sigmoid", "nearest mean",
    }
    assert asked_for <= texts.glossary().keys()


def test_the_browser_gets_every_explanation_by_the_address_of_its_links():
    assert GLOSSARY.name in FILES
    sent = json.loads(GLOSSARY.content)
    with (FOLDER / "glossary.toml").open("rb") as file:
        assert {entry["word"]: entry["text"] for entry in sent.values()} == tomllib.load(file)
    assert sent[texts.anchor("learning rate")]["word"] == "learning rate"
