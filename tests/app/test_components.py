"""JavaScript, CSS and HTML are in files of their own, not in Python strings."""

import ast

import pytest

from explorer.ui import components
from tests.support.serving import ROOT

MODULES = sorted((ROOT / "explorer").rglob("*.py"))
COMPONENTS = ROOT / "explorer" / "ui" / "components"
FOLDERS = sorted(path.parent for path in COMPONENTS.glob("*/__init__.py"))
JAVASCRIPT = ("export default function", "addEventListener(", "document.")


def javascript_in(source: str) -> list[int]:
    """The lines of the string constants that hold JavaScript; docstrings are text and do not count."""
    tree = ast.parse(source)
    with_docstring = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, with_docstring) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.lineno for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        and any(piece in node.value for piece in JAVASCRIPT)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_javascript_in_a_python_string(path):
    assert javascript_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", [
    "x = 'export default function () {}'", "x = f'{y}; document.body'", 'f("""\nnode.addEventListener(kind)""")',
])
def test_javascript_in_a_string_is_found(source):
    assert javascript_in(source)


def test_there_are_components():
    assert "heat_map" in {folder.name for folder in FOLDERS}
    assert {path.parent for path in COMPONENTS.glob("*/*") if path.is_file() and path.suffix != ".pyc"} == set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_a_component_is_its_python_and_files_of_its_name(folder):
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert f"{folder.name}.js" in files
    assert files <= {"__init__.py"} | {f"{folder.name}.{kind}" for kind in ("js", "css", "html")}


def test_a_component_is_registered_from_its_files(monkeypatch):
    found = {}
    monkeypatch.setattr(components.st.components.v2, "component", lambda name, **given: found.update({name: given}))
    components.register("page_address")
    components.register("pixel_picker")
    components.register("chart", isolate_styles=False)
    assert [found[name].pop("isolate_styles") for name in found] == [True, True, False]
    # The styles of a component that is not apart from the page are in the page.
    assert [list(found[name]) for name in ("page_address", "chart")] == [["js"], ["js"]]
    assert {kind: text[:7] for kind, text in found["pixel_picker"].items()} == {
        "js": "export ", "html": "<canvas", "css": "canvas ",
    }
    assert "import(explorerFiles.pixel_picker)" in found["pixel_picker"]["js"]
    with pytest.raises(FileNotFoundError):
        components.register("nothing")
