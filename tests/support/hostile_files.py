"""Files that no honest program writes, or none that this app reads: each with a name, for the test that fails."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from explorer.inputs import bounds

HUGE = 10**9


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """An .npy with any header."""
    text = header.encode("latin-1")
    length = struct.pack("<H" if version == 1 else "<I", len(text) % (65_536 if version == 1 else 2**32))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


def saved(array: np.ndarray) -> bytes:
    """An .npy as NumPy writes it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def archive(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as written:
        for name, content in members:
            written.writestr(name, content)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """An .npz of these arrays."""
    return archive(*((f"{name}.npy", saved(array)) for name, array in arrays.items()))


def png(width: int, height: int, data: bytes = b"", more: bytes = b"", depth: int = 8, kind: int = 0) -> bytes:
    """A PNG that says it has this size, with any data, and more chunks before it."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = _chunk(b"IHDR", head) + more + _chunk(b"IDAT", data or zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(kind: str = "PNG", mode: str = "L", size: tuple[int, int] = (120, 90), **how) -> bytes:
    """A sign, dark on white."""
    drawn = Image.new("L", size, 255)
    width, height = size
    points = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.5), (0.7, 0.55), (0.5, 0.85), (0.3, 0.75)]
    ImageDraw.Draw(drawn).line([(x * width, y * height) for x, y in points], fill=20, width=max(size) // 16)
    file = io.BytesIO()
    drawn.convert(mode).save(file, kind, **how)
    return file.getvalue()


def jpeg_of_size(width: int, height: int) -> bytes:
    """A JPEG whose first frame says that it has this size."""
    content = bytearray(picture("JPEG"))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


class Runs:
    """What runs when it is unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('a file has run a program')",))


def forged_size(content: bytes, size: int) -> bytes:
    """An archive whose directory says that its first member has another size."""
    changed = bytearray(content)
    at = changed.index(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(changed)


def pictures() -> Iterator[tuple[str, bytes]]:
    """Hostile files where a picture is expected."""
    good, photo = picture(), picture("JPEG", quality=90)
    for share in range(1, 20):
        yield f"PNG cut off at {share}/20", good[: len(good) * share // 20]
    for share in range(1, 12):
        yield f"JPEG cut off at {share}/20", photo[: len(photo) * share // 20]
    for size in ((30_000, 30_000), (2**31 - 1, 2**31 - 1), (1, HUGE), (HUGE, 1), (0, 0), (1, 1), (5000, 5000)):
        yield f"PNG that says {size}", png(*size)
    for size in ((30_000, 30_000), (65_535, 65_535), (65_535, 8), (0, 0), (3, 3)):
        yield f"JPEG that says {size}", jpeg_of_size(*size)
    bomb = zlib.compress(b"\0" * 60_000_000, 9)
    for name, more in (
        ("text", _chunk(b"zTXt", b"a\0\0" + bomb)), ("texts", _chunk(b"zTXt", b"a\0\0" + bomb[:50_000]) * 100),
        ("profile", _chunk(b"iCCP", b"a\0\0" + bomb)), ("exif", _chunk(b"eXIf", b"II*\0" + b"\xff" * 60_000)),
    ):
        yield f"PNG with a {name} that inflates", png(3900, 3900, bomb, more)
    yield "PNG of as many pixels as may be, in colours", png(4000, 4000, zlib.compress(b"\0" * 64_004_000, 9), kind=6)
    yield "PNG with data for a larger picture", png(100, 100, bomb)
    for depth, kind in ((3, 0), (16, 3), (8, 7), (255, 255), (1, 2)):
        yield f"PNG of depth {depth} and kind {kind}", png(50, 50, depth=depth, kind=kind)
    damaged = np.random.default_rng(1)
    for i in range(25):
        content = bytearray(good if i % 2 else photo)
        for place in damaged.integers(8 + 20 * (i % 3), len(content) - 1, 12):
            content[place] = int(damaged.integers(256))
        yield f"damaged picture {i}", bytes(content[: len(content) * 2 // 3])
    for kind, mode in (("GIF", "P"), ("BMP", "RGB"), ("TIFF", "L"), ("WEBP", "RGB"), ("ICO", "RGBA"), ("PPM", "RGB")):
        yield f"a {kind}", picture(kind, mode)
    flat = io.BytesIO()
    Image.new("RGB", (400, 300), (240, 240, 230)).save(flat, "PNG")
    yield "a blank sheet", flat.getvalue()
    for i, text in enumerate((b"", b"\0", b"hello", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff",
                              b"\xff\xd8" + b"\xff" * 5000, b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"MZ" + b"\0" * 300)):
        yield f"no picture {i}", text
    yield "larger than a file may be", b"\xff\xd8\xff" + b"\0" * bounds.FILE


def arrays() -> Iterator[tuple[str, bytes]]:
    """Hostile files where arrays are expected: no images and no model are in them."""
    shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 8), }"
    good = saved(np.ones((8, 8), np.float32))
    whole = npz(weights=np.ones((8, 8), np.float32), bias=np.float32(1))
    for share in range(1, 16):
        yield f"npy cut off at {share}/16", good[: len(good) * share // 16]
        yield f"npz cut off at {share}/16", whole[: len(whole) * share // 16]
    for i, header in enumerate((
        shape.replace("8, 8", f"{HUGE}, {HUGE}"), shape.replace("8, 8", "-8, -8"), shape.replace("<f4", "|O"),
        shape.replace("<f4", "<c8"), shape.replace("<f4", "<m8"), shape.replace("<f4", "|S4"),
        shape.replace("<f4", "|V4"),
        shape.replace("'<f4'", "[('x', '<f4')]"), shape.replace("False", "__import__('os')"), "[" * 5000, "{" * 900,
        shape.replace("8, 8", "8, 8, 8, 8, 8, 8"), shape.replace("<f4", "<f3"), shape.replace("<f4", "<i0"),
        shape.replace("<f4", "|f1"), shape + "\0", "", shape.replace("8, 8", "9" * 400),
        shape.replace("<f4", "<U99999"), shape.replace("8, 8", ""), shape.replace("(8, 8)", "8"), "(" * 400 + ")" * 400,
    )):
        yield f"header {i}", npy(header, b"\0" * 256)
    for version in (0, 2, 3, 4, 255):
        yield f"version {version}", npy(shape, b"\0" * 100, version)
    yield "a header of gigabytes", b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1) + b" " * 2000
    yield "too much data", npy(shape, b"\0" * 10_000)
    for protocol in (0, 1, 2, 4, 5):
        yield f"pickle {protocol}", pickle.dumps(Runs(), protocol)
    yield "npy of objects", saved(np.array([Runs(), None], dtype=object))
    yield "npz of objects", npz(weights=np.array([Runs()], dtype=object), labels=np.array([Runs()], dtype=object))
    yield "zip bomb", archive(("weights.npy", b"\0" * 100_000_000))
    yield "zip bomb of a good beginning", archive(("weights.npy", good + b"\0" * 100_000_000))
    yield "zip bomb that says it is small", forged_size(archive(("weights.npy", b"\0" * 100_000_000)), 256)
    yield "zip bomb that says it is negative", forged_size(archive(("weights.npy", b"\0" * 100_000_000)), 2**32 - 1)
    yield "zip in a zip", archive(("weights.npy", archive(("weights.npy", good))))
    yield "thousands of members", archive(*((f"a{i}.npy", b"") for i in range(3000)))
    for compression in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"compression {compression}", archive(("weights.npy", b"\0" * 50_000_000), compression=compression)
    for name in (
        "../../weights.npy", "/etc/passwd", "weights", "WEIGHTS.npy", "weights.npy.exe", "a" * 5000, "\u202eyp",
    ):
        yield f"member {name[:20]!r}", archive((name, good))
    yield "password", archive(("weights.npy", good)).replace(b"\x00\x00\x08\x00", b"\x01\x00\x08\x00")
    yield "empty archive", archive()
    yield "no weights", npz(bias=np.float32(1))
    yield "no labels", npz(images=np.ones((3, 28, 28), np.uint8))
    for i, weights in enumerate((
        np.full((8, 8), np.nan), np.full((8, 8), np.inf), np.full((8, 8), 1e300), np.ones((8, 9)), np.ones((7, 7)),
        np.ones(65), np.ones((1, 64)), np.ones((8, 8, 1)), np.ones(0), np.array(1.0), np.ones((28, 29)),
        np.ones((10, 784)), np.full((8, 8), "x"), np.full((28, 28), -np.inf, np.float32),
    )):
        yield f"weights {i}", npz(weights=weights)
    for i, bias in enumerate((np.nan, np.inf, 1e300, np.ones(2), "x", np.ones(0))):
        yield f"bias {i}", npz(weights=np.ones((8, 8)), bias=np.array(bias), labels=np.array([2.0]))
    images, labels = np.ones((2, 28, 28), np.uint8), np.array([0, 1])
    for i, (some, named) in enumerate((
        (images.astype(float), labels), (images[:, :20], labels), (images[:0], labels[:0]), (images, labels[:1]),
        (images, np.array([0, 2])), (images, np.array([0, np.nan])), (images, np.array(["a", "b"])),
        (images * 0, labels), (np.ones((101, 28, 28), np.uint8), np.zeros(101)), (images[0], labels),
    )):
        yield f"images {i}", npz(images=some, labels=named)
    yield "small images that do not fit", npz(images=images, labels=labels, small_images=images)
    yield "a list of strings that no text is", npz(images=images[:, :1], labels=labels, names=np.array(["a"] * 3))
    for i, text in enumerate((
        b"", b"\0", b"1,2,3\n", b"{}", b"\x93NUMPY", b"\x93NUMPX" + b"\0" * 99, b"PK\x03\x04", b"PK",
    )):
        yield f"no array {i}", text
    yield "larger than a file of arrays may be", good + b"\0" * bounds.ARRAYS
