"""The rules of the house, read off the tree: who imports what, and what is committed."""

import ast
import re
import shutil
import subprocess

import pytest

from explorer.contents import PAGES
from tests.support.serving import ROOT

MODULES = sorted((ROOT / "explorer").rglob("*.py"))
HEAVY = {"sklearn", "scipy", "pooch", "requests"}
TEXT = {"", ".css", ".html", ".js", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}  # suffixes


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
    # Figures are dicts, and plotly.js draws them in the browser: plotly's own objects are slow to build.
    assert "plotly" not in used
    if place.parts[0] not in ("engine", "sources") and place.name not in ("minimum.py", "fitting.py"):
        assert not used & HEAVY
    # Importing it costs a second: import it where it is used.
    assert not set(imports(path, top_level_only=True)) & HEAVY


# From the bottom up: a module imports from its own layer and from those below it.
LAYERS = (
    {"bounds", "contents", "jobs", "inputs", "texts"}, {"sources"}, {"engine", "deployment"}, {"links"}, {"lessons"},
    {"figures"}, {"export", "web"}, {"ui"}, {"navigation", "streamlit_app"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def imported_layers(path):
    """The parts of ``explorer`` that a module imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "explorer":
            if node.module == "explorer":
                yield from (alias.name for alias in node.names)
            else:
                yield node.module.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    own = path.relative_to(ROOT / "explorer").parts[0].removesuffix(".py")
    if own != "__init__":
        assert [name for name in imported_layers(path) if RANK[name] > RANK[own]] == []


# What several pages share; everything else in these folders has the name of a page.
SHARED = {
    "lessons": {"words", "runs", "sums", "pixels", "goal"},
    "figures": {"base", "colours", "images", "runs", "tables"},
    "ui": {
        "address", "cached", "components", "controls", "linked", "live", "page_frame", "share", "show", "take_home",
        "uploads", "waiting", "warm_up",
    },
}


@pytest.mark.parametrize("folder", SHARED)
def test_a_page_has_its_name_in_every_folder(folder):
    pages = {page.name for page in PAGES}
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == pages
    found = {path.stem for path in (ROOT / "explorer" / folder).iterdir()} - {"__init__", "__pycache__"}
    assert found - pages == SHARED[folder]
    assert pages <= {path.stem for path in (ROOT / "explorer" / "lessons").iterdir()}
    assert {path.stem for path in (ROOT / "explorer" / "ui" / "live").glob("*.py")} - {"__init__"} <= pages


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


def test_fragments_have_a_container_of_their_own():
    """``show.fragment`` says why."""
    users = [path for path in MODULES if "st.fragment" in path.read_text(encoding="utf-8")]
    assert [path.name for path in users] == ["show.py"]


def test_nothing_committed_is_data_or_large():
    for path in committed():
        assert path.suffix not in (".gz", ".npy", ".npz", ".pkl")
        assert path.stat().st_size < 600_000, path


def test_nothing_committed_names_this_machine_or_a_registry():
    own = [str(ROOT.parent) + "/", "/ro" + "ot/", "/tm" + "p/", "py" + "pi.org", "python" + "hosted", "npm" + "js"]
    for path in committed():
        if path.suffix in TEXT and path.is_file():
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
