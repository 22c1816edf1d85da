"""What deploy/Dockerfile says, and its commands run as in its container, as far as Linux allows that without Docker."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.serving import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
# As root, in mounts that nobody else sees: the app, Python, its packages and MNIST, all read-only, and a folder for
# temporary files, the only one that can be written to; then the user and the rights that deploy/ leaves a process.
_ENTER = """
set -e
user=$1
shift
mount -t tmpfs tmpfs /mnt
for name in app python site-packages mnist; do
    mkdir /mnt/$name
    if [ -n "$1" ]; then
        mount --bind "$1" /mnt/$name
        mount -o remount,bind,ro /mnt/$name
    fi
    shift
done
mkdir /mnt/temporary
mount -t tmpfs -o mode=1777 tmpfs /mnt/temporary
mount -o remount,ro /mnt
cd /mnt/app
exec setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def step(name: str) -> list[str]:
    """The arguments of an instruction of the Dockerfile, for each time that it occurs."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def command() -> list[str]:
    """What the container runs."""
    return json.loads(step("CMD")[0])


def health_check() -> list[str]:
    """What Docker runs to learn whether the container is healthy."""
    return json.loads(step("HEALTHCHECK")[0].split(" CMD ")[1])


def environment() -> dict[str, str]:
    """The variables that the Dockerfile sets, with the defaults of its build arguments."""
    defaults = dict(argument.split("=", 1) for argument in step("ARG"))
    pairs = [pair.split("=", 1) for line in step("ENV") for pair in line.split()]
    return {name: defaults[value[1:]] if value.startswith("$") else value for name, value in pairs}


def copy_to(folder: Path) -> None:
    """Copy what the Dockerfile copies, and compile what it compiles."""
    folder.chmod(0o755)  # temporary folders are their owner's alone
    for source, target in map(str.split, step("COPY")):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, folder / target)
    (compile_all,) = [line.split() for line in step("RUN") if "compileall" in line]
    subprocess.run([sys.executable, *compile_all[1:]], cwd=folder, check=True)


@functools.cache
def can_be_isolated() -> bool:
    """Whether this user may mount folders of its own and become another user: root on Linux, mostly."""
    return all(map(shutil.which, ("unshare", "setpriv"))) and subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True,
    ).returncode == 0


def in_container(folder: Path, arguments: list[str], **changed: str) -> tuple[list[str], dict[str, str]]:
    """The command and the environment to run a command of the Dockerfile with, as in its container.

    Parameters
    ----------
    folder : Path
        What ``copy_to`` has filled.
    arguments : list of str
        The command, which starts with "python".
    **changed : str
        What ``docker run`` is told with ``-e``.
    """
    assert arguments[0] == "python"
    mnist = os.environ.get("EXPLORER_MNIST_DIR", "")
    given = {
        "HOME": "/mnt/temporary", "TMPDIR": "/mnt/temporary", "LANG": "C.UTF-8", "PATH": os.environ["PATH"],
        # Python itself and not the link to it in a virtual environment: its own folder may be closed to other users.
        "LD_LIBRARY_PATH": "/mnt/python/lib",
        # Streamlit goes by the name of this folder: elsewhere it would take itself for its own developers' copy.
        "PYTHONPATH": "/mnt/site-packages",
    }
    given |= {"EXPLORER_MNIST_DIR": "/mnt/mnist"} if mnist else {"EXPLORER_PRELOAD": ""}
    python = Path(sys.executable).resolve().relative_to(sys.base_prefix)
    return (
        [
            "unshare", "--mount", "sh", "-c", _ENTER, "sh", step("USER")[0], str(folder), sys.base_prefix,
            sysconfig.get_path("purelib"), mnist, f"/mnt/python/{python}", *arguments[1:],
        ],
        environment() | given | changed,
    )
