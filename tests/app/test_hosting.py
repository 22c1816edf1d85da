"""The container, as far as it can be tested without Docker."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request

from tests.support.serving import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def step(name: str) -> list[str]:
    """The arguments of an instruction of the Dockerfile, for each time that it occurs."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def test_the_app_runs_from_what_the_container_holds(tmp_path):
    """Follows the Dockerfile: copies what it copies into an empty folder, then runs its command and health check."""
    for source, target in map(str.split, step("COPY")):
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / target)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
    (command,), (check,) = step("CMD"), step("HEALTHCHECK CMD")
    assert command.count("8501") == check.count("8501") == 1
    program, *arguments = json.loads(command.replace("8501", port))
    assert program == "python"
    server = subprocess.Popen(
        [sys.executable, *arguments], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        healthy = [sys.executable, *json.loads(check.replace("8501", port))[1:]]
        for _ in range(120):
            if subprocess.run(healthy, capture_output=True).returncode == 0:
                break
            time.sleep(0.25)
        else:
            raise AssertionError("the health check never passed")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/train") as page:
            assert "<title>Train · Pixels and weights</title>" in page.read().decode()
    finally:
        server.terminate()
        server.wait(timeout=20)
    # Every page and module runs from what was copied.
    script = (
        "from streamlit.testing.v1 import AppTest; from pathlib import Path\n"
        "app = AppTest.from_file('explorer/navigation.py', default_timeout=60).run()\n"
        "for page in sorted(Path('pages').glob('*.py')):\n"
        "    app.switch_page(str(page.resolve())).run()\n"
        "    assert not app.exception, (page, app.exception)\n"
        "print(len(list(Path('pages').glob('*.py'))), 'pages')"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.strip() == f"{len(list((ROOT / 'pages').glob('*.py')))} pages", ran.stderr[-2000:]


def test_the_container_installs_the_requirements_of_the_readme():
    assert step("RUN")[0].endswith("-r requirements.txt")
    assert "-r requirements.txt" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_served_app_watches_no_files_and_contributors_are_told_how_it_does():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["fileWatcherType"] == "none"
    assert "streamlit run explorer --server.fileWatcherType=auto\n" in (ROOT / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )
