"""The example in docs/engine.md runs as it stands there, without Streamlit and plotly, and prints what it says."""

import re
import subprocess
import sys

from tests.support.serving import ROOT

TEXT = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
EXAMPLE, OUTPUT = (block.removeprefix("python\n").removeprefix("\n") for block in TEXT.split("```")[1::2])


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )
    return done.stdout


def test_the_example_prints_what_the_page_says():
    assert len(EXAMPLE.strip().splitlines()) <= 15
    assert run(EXAMPLE) == OUTPUT


def test_the_engine_is_used_without_streamlit_and_plotly():
    heavy = run(f"{EXAMPLE}\nimport sys\nprint({{'streamlit', 'plotly'}} & {{*sys.modules}})").splitlines()[-1]
    assert heavy == "set()"


def test_the_page_names_every_module_of_the_engine():
    modules = {path.name for path in (ROOT / "explorer" / "engine").glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"^\| `(\w+\.py)`", TEXT, re.MULTILINE)) == modules


def test_the_engine_can_be_read_at_one_sitting():
    lines = {
        path.stem: len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "explorer" / "engine").glob("*.py")
    }
    # 1,200 at first; a loss takes about fifteen, what everything costs 130, the first epoch 100, a hidden layer 100,
    # ten digits 190, schedules 170.
    assert sum(lines.values()) <= 2150
    assert lines["scores"] + lines["losses"] + lines["training"] <= 750
