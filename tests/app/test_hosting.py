"""The container, as far as it can be tested without Docker."""

import os
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from tests.support.container import (
    DOCKERFILE,
    can_be_isolated,
    command,
    copy_to,
    environment,
    health_check,
    in_container,
    step,
)
from tests.support.serving import ROOT, free_port

PORT = "8501"
WRITES = """
import os
for folder in ("/mnt", "/mnt/app", "/mnt/app/explorer", "/mnt/python", "/mnt/site-packages"):
    try:
        open(folder + "/written", "w")
    except OSError as error:
        print(error.strerror)
open(os.environ["HOME"] + "/written", "w")
print(os.getuid())
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """A folder with what the image holds."""
    if not can_be_isolated():
        reason = "to run a command as in the container takes Linux, unshare, setpriv and root"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("image")
    copy_to(folder)
    return folder


def run(image, *arguments, **changed):
    """The result of a Python command in the container."""
    inside, variables = in_container(image, ["python", *arguments], **changed)
    return subprocess.run(inside, env=variables, capture_output=True, text=True)


def test_the_commands_of_the_tests_run_without_rights_and_can_write_to_one_place_only(image):
    ran = run(image, "-c", WRITES)
    assert ran.stdout.splitlines() == ["Read-only file system"] * 5 + [step("USER")[0].split(":")[0]], ran.stderr


def test_the_app_runs_from_what_the_container_holds(image):
    """Runs the Dockerfile's command and its health check, on another port."""
    port = str(free_port())
    assert str(command()).count(PORT) == str(health_check()).count(PORT) == 1
    inside, variables = in_container(image, [argument.replace(PORT, port) for argument in command()])
    check = [argument.replace(PORT, port) for argument in health_check()[1:]]
    server = subprocess.Popen(inside, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(60):
            if server.poll() is not None or run(image, *check).returncode == 0:
                break
            time.sleep(0.5)
        else:
            raise AssertionError("the health check never passed")
        assert server.poll() is None, server.stderr.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/train") as page:
            assert "<title>Train · Pixels and weights</title>" in page.read().decode()
    finally:
        server.terminate()
        server.communicate(timeout=20)
    assert run(image, *check).returncode != 0


def test_every_page_and_module_runs_from_what_the_container_holds(image):
    script = (
        "from streamlit.testing.v1 import AppTest; from pathlib import Path\n"
        "app = AppTest.from_file('explorer/navigation.py', default_timeout=60).run()\n"
        "for page in sorted(Path('pages').glob('*.py')):\n"
        "    app.switch_page(str(page.resolve())).run()\n"
        "    assert not app.exception, (page, app.exception)\n"
        "print(len(list(Path('pages').glob('*.py'))), 'pages')"
    )
    ran = run(image, "-c", script)
    assert ran.stdout.strip() == f"{len(list((ROOT / 'pages').glob('*.py')))} pages", ran.stderr[-2000:]


def test_hadolint_finds_nothing_in_the_dockerfile():
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    if hadolint is None and sys.platform == "win32":
        pytest.skip("hadolint has no package for Windows")
    ran = subprocess.run([hadolint, "-"], input=DOCKERFILE, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_what_the_dockerfile_copies_is_sent_to_docker_and_nothing_else():
    lines = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    assert [line[1:] for line in lines if line.startswith("!")] == [copied.split()[0] for copied in step("COPY")]


def test_the_container_is_named_started_and_warmed_as_it_says():
    (base,), (user,) = step("FROM"), step("USER")
    name, tag = base.split(":")
    assert (name, tag != "latest") == ("python", True)
    assert all(number.isdigit() and int(number) > 0 for number in user.split(":"))
    assert {"--server.address=0.0.0.0", f"--server.port={PORT}", "--server.headless=true"} < set(command())
    assert environment()["EXPLORER_PRELOAD"] == "mnist"
    assert step("EXPOSE") == [PORT]


def test_the_container_installs_the_requirements_of_the_readme():
    assert step("RUN")[0].endswith("-r requirements.txt")
    assert "-r requirements.txt" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_served_app_watches_no_files_and_contributors_are_told_how_it_does():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["fileWatcherType"] == "none"
    assert "streamlit run explorer --server.fileWatcherType=auto\n" in (ROOT / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )
