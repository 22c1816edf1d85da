"""The rules of the house, read off the tree: who imports what, and what is committed."""

import ast
import re
import shutil
import subprocess

import pytest

from tests.serving import ROOT

MODULES = sorted((ROOT / "explorer").rglob("*.py"))
HEAVY = {"sklearn", "scipy", "pooch", "requests"}


def imports(path, top_level_only=False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_who_may_import_what(path):
    place = path.relative_to(ROOT / "explorer")
    used = set(imports(path))
    if place.parts[0] != "ui" and place.name not in ("streamlit_app.py", "navigation.py"):
        assert "streamlit" not in used
    if place.parts[0] != "figures":
        assert "plotly" not in used
    if place.name not in ("datasets.py", "download.py", "folders.py", "reference.py"):
        assert not used & HEAVY
    # Importing it costs a second: import it where it is used.
    assert not set(imports(path, top_level_only=True)) & HEAVY


def test_pages_are_short_and_build_no_figure():
    for page in (ROOT / "pages").glob("*.py"):
        assert not set(imports(page)) & ({"plotly", "numpy"} | HEAVY)
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 160


def test_a_page_defines_no_function():
    """A session keeps callbacks and fragments; a function of a page would keep all names of the page, and images."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    for page in (ROOT / "pages").glob("*.py"):
        tree = ast.parse(page.read_text(encoding="utf-8"))
        assert not [node.lineno for node in ast.walk(tree) if isinstance(node, definitions)], page


def committed():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, or no git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_nothing_committed_is_data_or_large():
    for path in committed():
        assert path.suffix not in (".gz", ".npy", ".npz", ".pkl")
        assert path.stat().st_size < 600_000, path


def test_nothing_committed_names_this_machine_or_a_registry():
    own = [str(ROOT.parent) + "/", "/ro" + "ot/", "/tm" + "p/", "py" + "pi.org", "python" + "hosted", "npm" + "js"]
    for path in committed():
        if path.suffix in (".py", ".md", ".toml", ".txt", ".yml", "") and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [name for name in own if name in text], path


def test_the_readme_has_one_line_for_each_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)
    assert len(lines) == 2
    assert lines[0].endswith("streamlit run explorer")
    assert lines[1].endswith("-m pytest")
    for line in lines:
        for file in re.findall(r"-r (\S+)", line):
            assert (ROOT / file).is_file()
