"""Arrays in NumPy's files, .npy and .npz, from anybody: every size is checked before its data is read or inflated.

NumPy's own reader would evaluate the header of a file, and inflate an archive before it looks at it. Here the header
must be one that NumPy writes for plain numbers or text, character by character, and nothing is ever unpickled.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.inputs import bounds
from explorer.inputs.quoting import quoted

_NPY, _ZIP = b"\x93NUMPY", b"PK"
_HEADER = re.compile(
    r"\{'descr': '(?P<kind>[<>|=][a-zA-Z]\d{1,5})', 'fortran_order': (?P<columns>True|False), "
    r"'shape': \((?P<shape>(?:\d{1,9},? ?){0,4})\), ?\} *\n?"
)
_LONGEST_HEADER = 1000  # bytes; NumPy's have 118
_NUMBERS, _TEXT = "biuf", "U"
_MOST_ENTRIES = 16  # arrays in an archive
_MOST_RATIO = 1100  # of inflated to packed: DEFLATE reaches 1,032


class FileError(ValueError):
    """A file cannot be used; says why and what to do, in a sentence for its user."""


def is_of_numpy(content: bytes) -> bool:
    """Whether a file begins like one of NumPy's, or like any other archive or pickle."""
    return content.startswith((_NPY, _ZIP, b"\x80"))


def read(content: bytes, wanted: Collection[str]) -> dict[str, NDArray[Any]]:
    """The arrays of a file.

    Parameters
    ----------
    content : bytes
    wanted : collection of str
        The names that an archive may have; the first of them is that of the only array of an .npy.

    Returns
    -------
    dict of str to array
        Of numbers or text, with any shape.

    Raises
    ------
    FileError
        For anything but arrays of these names with at most ``bounds.ARRAYS`` bytes in all.
    """
    if not content:
        raise FileError("it is empty: save it again")
    if len(content) > bounds.ARRAYS:
        raise FileError(f"it has {len(content):,} bytes, and at most {bounds.ARRAYS:,} are read here")
    if content.startswith(_NPY):
        return {next(iter(wanted)): array(content)}
    if content.startswith(_ZIP):
        return _archive(content, wanted)
    if content[:1] == b"\x80":
        raise FileError("it is a pickle, which could run a program: save plain arrays, with numpy.savez")
    raise FileError("it is not a file of NumPy: a file saved here ends in .npy or .npz")


def _archive(content: bytes, wanted: Collection[str]) -> dict[str, NDArray[Any]]:
    found, left = {}, bounds.ARRAYS
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check(entries, wanted)
            for entry in entries:
                # What an entry says of its size may be wrong: no more than this is inflated.
                with archive.open(entry) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise FileError(f"it has more than the {bounds.ARRAYS:,} bytes that are read here")
                found[entry.filename.removesuffix(".npy")] = array(data)
    except FileError:
        raise
    except Exception as error:  # what a damaged archive raises is not listed anywhere
        raise FileError("it is damaged: save it again") from error
    return found


def _check(entries: list[zipfile.ZipInfo], wanted: Collection[str]) -> None:
    """Look at the directory of an archive before anything is inflated."""
    if not 0 < len(entries) <= _MOST_ENTRIES:
        raise FileError(f"it holds {len(entries):,} arrays, and from 1 to {_MOST_ENTRIES} are read here")
    names = [entry.filename for entry in entries]
    for name in names:
        if name.removesuffix(".npy") not in wanted or not name.endswith(".npy"):
            raise FileError(f"it holds {quoted(name)}, which does not belong in such a file: save it here again")
    if len(set(names)) < len(names):
        raise FileError("it holds an array twice: save it again")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileError("it asks for a password: save it without one")
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > bounds.ARRAYS or size > _MOST_RATIO * max(packed, 1):
        raise FileError(f"unpacked it would have {size:,} bytes, and at most {bounds.ARRAYS:,} are read here")


def array(content: bytes) -> NDArray[Any]:
    """The array of an .npy: numbers or text, finite or not, of any shape. Raises FileError."""
    if content[:6] != _NPY or len(content) < 12:
        raise FileError("it is damaged: save it again")
    version = content[6]
    start = 10 if version == 1 else 12
    (length,) = struct.unpack("<H" if version == 1 else "<I", content[8:start])
    if version not in (1, 2, 3) or length > _LONGEST_HEADER:
        raise FileError("its header is not one that NumPy writes: save it again")
    header = content[start : start + length].decode("latin-1")
    said = _HEADER.fullmatch(header)
    if said is None:
        if "|O" in header:
            raise FileError("it holds Python objects, which could run a program: save plain arrays of numbers")
        raise FileError("its header is not that of plain numbers: save it again")
    kind, size = said["kind"][1], int(said["kind"][2:])
    if kind == "O":
        raise FileError("it holds Python objects, which could run a program: save plain arrays of numbers")
    bytes_each = 4 * size if kind == _TEXT else size
    if kind not in _NUMBERS + _TEXT or (kind in _NUMBERS and size not in (1, 2, 4, 8)) or not bytes_each:
        raise FileError(f"its numbers are of the kind {quoted(said['kind'])}: save them as float32")
    if kind == "f" and size == 1:
        raise FileError("its header is not that of plain numbers: save it again")
    shape = tuple(int(n) for n in re.findall(r"\d+", said["shape"]))
    data = content[start + length :]
    if math.prod(shape) * bytes_each != len(data):
        raise FileError("it is cut off, or has more in it than its header says: save it again")
    try:
        values = np.frombuffer(data, np.dtype(said["kind"])).reshape(
            shape, order="F" if said["columns"] == "True" else "C"
        )
    except (TypeError, ValueError) as error:
        raise FileError("its header is not that of plain numbers: save it again") from error
    return values.copy()
