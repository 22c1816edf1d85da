"""Where the images come from: scikit-learn's small digits, or MNIST; and which two digits.

Images are kept as bytes, once per process; the float32 arrays of a pair are made on demand and
kept for the few pairs asked for last. Rows are shuffled once, with a fixed seed.
"""

from __future__ import annotations

import gzip
import os
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.settings import LIMITS

Progress = Callable[[float, str], None]

MNIST_DIR_VARIABLE = "EXPLORER_MNIST_DIR"
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
# (name, SHA-256 of the published gzipped file, its size in bytes for the progress bar)
MNIST_FILES = (
    ("train-images-idx3-ubyte", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
    ("train-labels-idx1-ubyte", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
    ("t10k-images-idx3-ubyte", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
    ("t10k-labels-idx1-ubyte", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
)
_IMAGE_MAGIC, _LABEL_MAGIC = 0x00000803, 0x00000801  # magic numbers of IDX files of bytes
_SEED = 2018  # of the split and the shuffle; fixed, so that an image keeps its number
_SECONDS = 10  # to wait for a mirror that does not answer
_CHUNK = 2**16  # bytes between two reports of progress
_PAIRS_KEPT = 4  # MNIST: about 40 MB each


class DatasetError(Exception):
    """Images could not be had. The message is a plain sentence for the user."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Two digits, ready to train on; all arrays are read-only.

    Parameters
    ----------
    name : "digits" or "mnist"
    digits : (int, int)
        The digit of class 1 and the digit of class 0.
    image_shape : (height, width)
    X_train, X_test : (n_samples, height * width) float32 in [0, 1]
    y_train, y_test : (n_samples,) float32, 1 or 0
    """

    name: str
    digits: tuple[int, int]
    image_shape: tuple[int, int]
    X_train: NDArray[np.floating]
    y_train: NDArray[np.floating]
    X_test: NDArray[np.floating]
    y_test: NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class _Images:
    """All ten digits: images (n, height, width) and labels (n,), bytes from 0 to ``white``."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    white: int


def load(
    name: str = "digits",
    digits: tuple[int, int] = (3, 7),
    black_and_white: bool = False,
    inverted: bool = False,
    progress: Progress | None = None,
) -> Dataset:
    """Two digits of a data set.

    Parameters
    ----------
    name : "digits" or "mnist"
        scikit-learn's bundled 8 × 8 digits (no network needed), or MNIST, 28 × 28: from the folder
        that the environment variable ``EXPLORER_MNIST_DIR`` names, else downloaded once.
    digits : (int, int)
        Two different digits; the first becomes class 1.
    black_and_white : bool
        Every value rounded to 0 or 1: 1 from one half on.
    inverted : bool
        Every value turned to 1 - value, after the rounding.
    progress : callable (share, text), optional
        Told how far a download is: a share in [0, 1] and what is being done.

    Raises
    ------
    DatasetError
        When the images cannot be had; says why, for a user to read.
    ValueError
        For a name or digits that do not exist.
    """
    for field, value in (("dataset", name), ("digits", digits)):
        problem = LIMITS[field].problem(value)
        if problem:
            raise ValueError(f"{field}: {value!r} {problem}")
    folder = os.environ.get(MNIST_DIR_VARIABLE, "") if name == "mnist" else ""
    # Visitors who come together share one download and one set of arrays; those who chose
    # another data set do not wait for it.
    with _locks[name]:
        if (name, folder) not in _loaded:
            _loaded[name, folder] = _read(name, folder, progress or (lambda share, text: None))
        return _pair(_loaded[name, folder], name, digits, black_and_white, inverted)


_loaded: dict[tuple[str, str], _Images] = {}
_locks = {"digits": threading.Lock(), "mnist": threading.Lock()}


def _read(name: str, folder: str, progress: Progress) -> _Images:
    if name == "digits":
        return _builtin_digits()
    return _mnist(_read_folder(Path(folder)) if folder else _download(progress))


@lru_cache(maxsize=_PAIRS_KEPT)
def _pair(
    images: _Images, name: str, digits: tuple[int, int], black_and_white: bool, inverted: bool
) -> Dataset:
    arrays = []
    for pictures, labels in (
        (images.train_images, images.train_labels),
        (images.test_images, images.test_labels),
    ):
        chosen = np.flatnonzero((labels == digits[0]) | (labels == digits[1]))
        if not all(np.any(labels[chosen] == digit) for digit in digits):
            raise DatasetError(f"There are no images of a {digits[0]} and a {digits[1]} in this data set.")
        chosen = np.random.default_rng(_SEED).permutation(chosen)
        values = pictures[chosen].reshape(len(chosen), -1) / np.float32(images.white)
        if black_and_white:
            values = (values >= 0.5).astype(np.float32)
        if inverted:
            values = 1 - values
        arrays += [values, (labels[chosen] == digits[0]).astype(np.float32)]
    for array in arrays:
        array.flags.writeable = False  # shared between visitors
    return Dataset(name, digits, images.train_images.shape[1:], *arrays)


def _builtin_digits() -> _Images:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bundle = load_digits()
    parts = train_test_split(
        bundle.images.astype(np.uint8), bundle.target.astype(np.uint8),
        test_size=0.3, stratify=bundle.target, random_state=_SEED,
    )
    train_images, test_images, train_labels, test_labels = parts
    return _Images(train_images, train_labels, test_images, test_labels, white=16)


def _mnist(files: list[tuple[str, bytes]]) -> _Images:
    arrays = [
        _parse_idx(content, name, _IMAGE_MAGIC if "images" in name else _LABEL_MAGIC) for name, content in files
    ]
    for (name, _), images, labels in zip(files[::2], arrays[::2], arrays[1::2], strict=True):
        if len(images) != len(labels):
            raise DatasetError(
                f"{name} holds {len(images):,} images, but its labels are {len(labels):,}: "
                "they are not from one set. Get all four files from the same place."
            )
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DatasetError(
            f"The training images are {_by(arrays[0])} pixels, the test images {_by(arrays[2])}: "
            "they are not from one set. Get all four files from the same place."
        )
    return _Images(*arrays, white=255)


def _by(images: NDArray[np.uint8]) -> str:
    return " × ".join(map(str, images.shape[1:]))


def _parse_idx(content: bytes, name: str, magic: int) -> NDArray[np.uint8]:
    """The array in an IDX file of bytes: a magic number, the sizes, then the values."""
    n_sizes = magic & 0xFF
    header = 4 * (1 + n_sizes)
    if len(content) < header:
        raise DatasetError(f"{name} is damaged: it ends after {len(content)} bytes. Get the file again.")
    found, *sizes = np.frombuffer(content, ">u4", 1 + n_sizes).tolist()
    if found != magic:
        kind = "images" if magic == _IMAGE_MAGIC else "labels"
        raise DatasetError(
            f"{name} is not a file of MNIST {kind}: it begins with {found:#010x} "
            f"where {magic:#010x} should stand. Get the file again."
        )
    expected = int(np.prod(sizes, dtype=object))
    if len(content) - header != expected or expected == 0:
        raise DatasetError(
            f"{name} is damaged: it announces {expected:,} bytes and has {len(content) - header:,}. "
            "Get the file again."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(sizes)


def _gunzip(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(
            f"{name} is damaged: it cannot be unpacked ({error}). Get the file again."
        ) from error


def _read_folder(folder: Path) -> list[tuple[str, bytes]]:
    """The four files in a folder that the user named, gzipped or plain."""
    if not folder.is_dir():
        raise DatasetError(
            f"{MNIST_DIR_VARIABLE} names {folder}, which is not a folder. "
            "Name the folder with the four MNIST files, or unset it to download them."
        )
    files = []
    for name, _, _ in MNIST_FILES:
        # Both spellings are in use: train-images-idx3-ubyte and train-images.idx3-ubyte.
        names = [name + ".gz", name, name.replace("-idx", ".idx") + ".gz", name.replace("-idx", ".idx")]
        path = next((folder / n for n in names if (folder / n).is_file()), None)
        if path is None:
            raise DatasetError(
                f"{folder} has no file {name}.gz (or {name}). "
                f"Put the four MNIST files there, or unset {MNIST_DIR_VARIABLE} to download them."
            )
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error
        files.append((path.name, _gunzip(content, path.name) if path.suffix == ".gz" else content))
    return files


def _download(progress: Progress) -> list[tuple[str, bytes]]:
    """The four published files, from pooch's cache or else from the first mirror that has them."""
    import pooch

    folder = Path(pooch.os_cache("pixels-and-weights")) / "mnist"
    total = sum(size for *_, size in MNIST_FILES)
    done = 0
    files = []
    for name, sha256, size in MNIST_FILES:
        path = _fetch(name + ".gz", sha256, folder, _Meter(progress, done, size, total))
        done += size
        files.append((name, _gunzip(path.read_bytes(), name)))
    progress(1.0, "MNIST is here.")
    return files


def _fetch(filename: str, sha256: str, folder: Path, meter: _Meter) -> Path:
    """One file with the right checksum: cached, or downloaded from one mirror after the other."""
    import pooch
    import requests

    refusals = []
    for mirror in MIRRORS:
        try:
            # pooch downloads beside the target and moves the file there once the checksum fits; a
            # cached file that does not fit is fetched again.
            return Path(
                pooch.retrieve(
                    mirror + filename, known_hash=f"sha256:{sha256}", fname=filename, path=folder,
                    downloader=pooch.HTTPDownloader(
                        progressbar=meter, chunk_size=_CHUNK, timeout=_SECONDS
                    ),
                )
            )
        except requests.exceptions.RequestException as error:
            refusals.append(f"{_host(mirror)} {_reason(error)}")
        except ValueError:
            refusals.append(f"{_host(mirror)} answered with something that is not {filename}")
        except OSError as error:
            raise DatasetError(
                f"MNIST cannot be saved in {folder}: {error.strerror or error}. "
                "Free some space there or make it writable, "
                f"or put the four files in a folder and name it in {MNIST_DIR_VARIABLE}."
            ) from error
    raise DatasetError("MNIST could not be downloaded: " + "; ".join(refusals) + ".")


def _host(mirror: str) -> str:
    return mirror.split("/")[2]


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return f"answered with error {error.response.status_code}"
    if isinstance(error, requests.exceptions.Timeout):
        return f"did not answer within {_SECONDS} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke off in the middle"
    return "could not be reached (no network?)"


class _Meter:
    """What pooch asks of a progress bar: ``total``, ``update``, ``reset``, ``close``."""

    def __init__(self, progress: Progress, done: int, size: int, whole: int):
        self.progress, self.done, self.size, self.whole = progress, done, size, whole
        self.total = 0
        self.here = 0

    def update(self, n_bytes: int) -> None:
        # pooch counts whole chunks, also where the last one is shorter.
        self.here = min(self.here + n_bytes, self.size)
        share = (self.done + self.here) / self.whole
        self.progress(share, f"Downloading MNIST: {share:.0%} of {self.whole / 1e6:.0f} MB")

    def reset(self) -> None:
        self.here = 0

    def close(self) -> None:
        """Nothing to put away."""
