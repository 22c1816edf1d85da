"""The files of texts: every text is used, every value that it asks for is given, and marks are whole."""

import re

import pytest

from explorer import texts
from tests.support.serving import ROOT

FILES = sorted(path.stem for path in (ROOT / "explorer" / "texts").glob("*.toml"))
CODE = {
    path: path.read_text(encoding="utf-8")
    for folder in ("explorer", "pages") for path in (ROOT / folder).rglob("*.py")
} | {  # a component may have texts of its own
    path: path.read_text(encoding="utf-8") for path in (ROOT / "explorer" / "ui" / "components").rglob("*.js")
}


@pytest.mark.parametrize("file", FILES)
def test_every_text_is_whole(file):
    written = (ROOT / "explorer" / "texts" / f"{file}.toml").read_text(encoding="utf-8")
    assert "[[" not in re.sub(r"\[\[[^\[\]]+\]\]", "", written)
    for name in texts.of(file):
        text = texts.of(file)(name, **dict.fromkeys(texts.of(file).values(name), "x"))
        assert text.strip()
        assert "[[" not in text
        assert text.count("**") % 2 == 0, name


@pytest.mark.parametrize("file", [file for file in FILES if file != texts.GLOSSARY])  # shown as a whole
def test_every_text_is_used(file):
    """By its whole name, or by the start or the end of it where the rest is put together from a key."""
    users = "\n".join(
        code for path, code in CODE.items()
        if f'"{file}"' in code or "texts.of(page)" in code or path.stem == file
    )
    for name in texts.of(file):
        parts = name.split(".")
        starts = [".".join(parts[:i]) + "." for i in range(1, len(parts))]
        whole = re.search(rf"""["'`]{re.escape(name)}["'`]""", users)
        part = any(re.search(rf"""["'`]{re.escape(start)}""", users) for start in starts)
        in_table = any(f'table("{start[:-1]}")' in users for start in starts)
        assert whole or part or in_table, f"{file}: {name}"


def test_a_word_of_the_glossary_is_a_link():
    assert texts.anchor("nearest mean") == "#word-nearest-mean"
    assert texts.anchor("λ and C") == "#word-λ-and-c"
