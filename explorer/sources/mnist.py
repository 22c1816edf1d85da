"""The four files of MNIST, from a folder or downloaded. Their format is checked, and no more than MNIST is unpacked."""

from __future__ import annotations

import gzip
import io
import logging
import math
import os
import zlib
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from explorer.jobs import Report
from explorer.sources import download, folders
from explorer.sources.download import DatasetError
from explorer.sources.images import Images

MNIST_DIR_VARIABLE = "EXPLORER_MNIST_DIR"
# (name, SHA-256 of the published gzipped file, its size in bytes)
MNIST_FILES = (
    ("train-images-idx3-ubyte", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
    ("train-labels-idx1-ubyte", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
    ("t10k-images-idx3-ubyte", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
    ("t10k-labels-idx1-ubyte", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
)
_IMAGE_MAGIC, _LABEL_MAGIC = 0x00000803, 0x00000801  # magic numbers of IDX files of bytes
_MOST_SIZES = (60_000, 28, 28)  # of the largest file: images, rows, columns
_MOST_BYTES = 16 + math.prod(_MOST_SIZES)
_GZIP = b"\x1f\x8b"  # how a gzipped file begins; browsers unpack some and leave them their name
# Where the files are in a folder that was named: torchvision puts them into MNIST/raw.
_PLACES = ("", "raw", "MNIST/raw", "MNIST")
_GET_ALL = "they are not from one set. Get all four files from the same place."

log = logging.getLogger(__name__)


def is_here() -> bool:
    """Whether the four files are on this server: in the folder that ``EXPLORER_MNIST_DIR`` names, else downloaded.

    They are looked up by their names and sizes, and not read.
    """
    folder = folders.named_by(MNIST_DIR_VARIABLE)
    if folder:
        return len(_found_in(folder)) == len(MNIST_FILES)
    return all(download.is_kept(name + ".gz", size) for name, _, size in MNIST_FILES)


def read(report: Report) -> Images:
    """MNIST, from the folder that ``EXPLORER_MNIST_DIR`` names, else downloaded.

    Parameters
    ----------
    report : callable (share, doing)
        Called with the progress of a download: a share in [0, 1], and what is being done.

    Raises
    ------
    DatasetError
        Where the files are not to be had, or are not MNIST.
    """
    report(0.0, "Reading MNIST.")
    folder = folders.named_by(MNIST_DIR_VARIABLE)
    files = _given(folder) if folder else _published(report)
    arrays = [_array(content, name, _LABEL_MAGIC if "labels" in name else _IMAGE_MAGIC) for name, content in files]
    for (name, _), images, labels in zip(files[::2], arrays[::2], arrays[1::2], strict=True):
        if len(images) != len(labels):
            raise DatasetError(
                f"{name} holds {len(images):,} images, but its labels are {len(labels):,}: {_GET_ALL}"
            )
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DatasetError(
            f"The training images are {_by(arrays[0].shape[1:])} pixels, the test images {_by(arrays[2].shape[1:])}: "
            f"{_GET_ALL}"
        )
    train_images, train_labels, test_images, test_labels = arrays
    return Images(train_images, train_labels, test_images, test_labels, white=255)


def _by(sizes: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in sizes)


def _array(content: bytes, name: str, magic: int) -> NDArray[np.uint8]:
    """The array in an IDX file, gzipped or not: a magic number, the sizes, then the values as bytes."""
    if download.looks_like_a_web_page(content):
        raise DatasetError(f"{name} is a web page, not a file of MNIST. Get the file again, and look what comes.")
    packed = content.startswith(_GZIP)
    stream = gzip.GzipFile(fileobj=io.BytesIO(content)) if packed else io.BytesIO(content)
    try:
        sizes = _sizes(stream, name, magic)
        # At most one byte more than announced: a small file can unpack to a thousand times its size.
        values = stream.read(math.prod(sizes) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{name} is damaged: it cannot be unpacked ({error}). Get the file again.") from error
    if len(values) != math.prod(sizes):
        has = "more" if len(values) > math.prod(sizes) else f"{len(values):,}"
        raise DatasetError(
            f"{name} is damaged: it announces {math.prod(sizes):,} bytes and has {has}. Get the file again."
        )
    return np.frombuffer(values, np.uint8).reshape(sizes)


def _sizes(stream: io.BufferedIOBase, name: str, magic: int) -> tuple[int, ...]:
    """The sizes in the header of an IDX file; an error if they exceed MNIST's."""
    n_sizes = magic & 0xFF
    header = stream.read(4 * (1 + n_sizes))
    if len(header) < 4 * (1 + n_sizes):
        raise DatasetError(f"{name} is damaged: it ends after {len(header)} bytes. Get the file again.")
    found, *sizes = np.frombuffer(header, ">u4").tolist()
    if found != magic:
        kind = "images" if magic == _IMAGE_MAGIC else "labels"
        raise DatasetError(
            f"{name} is not a file of MNIST {kind}: it begins with {found:#010x} "
            f"where {magic:#010x} should stand. Get the file again."
        )
    if not all(1 <= size <= most for size, most in zip(sizes, _MOST_SIZES, strict=False)):
        raise DatasetError(
            f"{name} is damaged or not MNIST: it announces {_by(tuple(sizes))} values, "
            f"where {_by(_MOST_SIZES[:n_sizes])} are the most. Get the file again."
        )
    return tuple(sizes)


def _given(folder: str) -> list[tuple[str, bytes]]:
    """(name, content) of the four files in the folder that the environment variable names."""
    try:
        os.stat(folder)
    except OSError as error:
        reason = "" if isinstance(error, FileNotFoundError) else f" ({error.strerror})"
        unset = " A variable in it is not set." if "$" in folder else ""
        _refuse(f"names no folder of this server{reason}.{unset}", folder)
    is_file = os.path.isfile(folder)
    if is_file:
        folder = os.path.dirname(os.path.abspath(folder))
    if not os.access(folder, os.R_OK | os.X_OK):
        _refuse("names a folder that this app is not permitted to read.", folder)
    found = _found_in(folder)
    missing = [name for name, *_ in MNIST_FILES if name not in found]
    if missing:
        what = "a file, and beside it there is" if is_file else "a folder that has"
        _refuse(f"names {what} no {missing[0]}.gz (or {missing[0]}).", folder)
    return [(found[name].name, _content(found[name])) for name, *_ in MNIST_FILES]


def _found_in(folder: str) -> dict[str, Path]:
    """The paths of those of the four files that are in a folder that was named, by their published names."""
    if os.path.isfile(folder):  # one of the four, probably
        folder = os.path.dirname(os.path.abspath(folder))
    return max((_found(Path(folder, place)) for place in _PLACES), key=len)


def _found(folder: Path) -> dict[str, Path]:
    """The paths of those of the four files that are in a folder, by their published names."""
    files = {}
    for name, *_ in MNIST_FILES:
        # Both spellings are in use: train-images-idx3-ubyte and train-images.idx3-ubyte.
        spellings = [name + ".gz", name, name.replace("-idx", ".idx") + ".gz", name.replace("-idx", ".idx")]
        there = [folder / spelling for spelling in spellings if os.path.isfile(folder / spelling)]
        if there:
            files[name] = there[0]
    return files


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        log.warning("%s cannot be read: %s.", path, error.strerror)
        raise DatasetError(
            f"{path.name} cannot be read: {error.strerror}. The log of the server names its folder."
        ) from error
    if len(content) > _MOST_BYTES:
        raise DatasetError(f"{path.name} is larger than any file of MNIST. Get the file again.")
    return content


def _refuse(what: str, folder: str) -> NoReturn:
    """Raise a DatasetError about the variable. Only the log says what its value is."""
    log.warning("%s %s Read as: %s", MNIST_DIR_VARIABLE, what, folder)
    raise DatasetError(
        f"`{MNIST_DIR_VARIABLE}` {what}\n\nFor whoever runs this app: name the folder with the four files of MNIST, or "
        "unset the variable to download them; then start it again. Which folder it is stands in the log of the server, "
        "in the window that it was started in."
    )


def _published(report: Report) -> list[tuple[str, bytes]]:
    """(name, content) of the four files, from the cache or a mirror."""
    total = sum(size for *_, size in MNIST_FILES)
    done, files = 0, []
    for name, sha256, size in MNIST_FILES:

        def progress(n_bytes: int, host: str, done: int = done) -> None:
            share = (done + n_bytes) / total
            report(share, f"Downloading MNIST from {host}: {share:.0%} of {total / 1e6:.0f} MB.")

        files.append((name, download.published(name + ".gz", sha256, size, progress)))
        done += size
    return files
