"""Folders of this server: those that environment variables name, and those that keep downloads."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from pathlib import Path

CACHE_DIR_VARIABLE = "EXPLORER_CACHE_DIR"
_QUOTES = "\"'“”‘’"  # cmd and .env files keep quotes, and word processors curl them

log = logging.getLogger(__name__)


def named_by(variable: str) -> str:
    """The folder that an environment variable names; "" where it names none.

    Quotes and spaces around it are removed, ``~`` and variables in it are replaced.
    """
    given = os.environ.get(variable, "")
    if os.path.exists(given):
        return given
    return os.path.expanduser(os.path.expandvars(given.strip().strip(_QUOTES).strip()))


def usual_cache() -> Path | None:
    """The folder that ``EXPLORER_CACHE_DIR`` names, else the user's folder for caches; None without either."""
    import pooch

    named = named_by(CACHE_DIR_VARIABLE)
    if named:
        return Path(named).absolute()
    try:
        folder = pooch.os_cache("pixels-and-weights")
    except RuntimeError:  # a user without a home
        return None
    return folder if folder.is_absolute() else None  # some versions leave the ~ in it


def caches() -> list[Path]:
    """The folders that may keep downloads, best first; without any, downloads stay in memory."""
    folders = [usual_cache()]
    with contextlib.suppress(FileNotFoundError):  # there is no writable folder for temporary files
        # A folder for each user, as they may share it. What is read from it is checked by its SHA-256.
        owner = os.getuid() if hasattr(os, "getuid") else "files"
        folders.append(Path(tempfile.gettempdir()) / f"pixels-and-weights-{owner}")
    return [folder for folder in folders if folder]


def say_where_downloads_are_kept() -> None:
    """Log it, as a warning where it is not the usual folder."""
    usual = usual_cache()
    folder = next(filter(_can_be_written, caches()), None)
    if folder and folder == usual:
        log.info("MNIST, once downloaded, is kept in %s.", folder)
        return
    log.warning(
        "MNIST, once downloaded, is kept in %s: %s. %s names another folder.",
        folder or "memory, until this server ends",
        f"{usual} cannot be written" if usual else "this user has no folder for caches", CACHE_DIR_VARIABLE,
    )


def _can_be_written(folder: Path) -> bool:
    """Whether the folder can be written to, or created."""
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    return os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK)
