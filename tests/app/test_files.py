"""Files from anybody: hundreds of hostile ones, each refused with a sentence, in little memory; and honest ones."""

import re
import subprocess
import sys

import numpy as np
import pytest

from explorer.inputs import arrays, bounds, pictures
from explorer.inputs.arrays import FileError
from explorer.lessons import saved_model
from explorer.lessons.your_digits import signs
from tests.support import hostile_files as hostile
from tests.support.markdown import outside_code
from tests.support.serving import ROOT

MOST_MEMORY = 150_000  # kB: a picture of as many pixels as may be has 64,000
PICTURES, ARRAYS = list(hostile.pictures()), list(hostile.arrays())


def sentence_about(read, content: bytes) -> str:
    """Why a file is refused."""
    with pytest.raises(FileError) as refused:
        read(content)
    return str(refused.value)


def is_plain(sentence: str) -> bool:
    """Whether a sentence is short, names nothing of Python's, and would be shown as text."""
    return (
        10 < len(sentence) < 220
        and not re.search(r"Error|Exception|Traceback|0x|None|\bobject at\b|<|\$|\[", outside_code(sentence))
    )


def test_there_are_hundreds_of_hostile_files():
    assert len(PICTURES) + len(ARRAYS) >= 200


@pytest.mark.parametrize(("name", "content"), PICTURES, ids=[name for name, _ in PICTURES])
def test_a_hostile_picture_gets_a_sentence(name, content):
    assert is_plain(sentence_about(signs.of_picture, content))


@pytest.mark.parametrize(("name", "content"), ARRAYS, ids=[name for name, _ in ARRAYS])
def test_hostile_arrays_get_a_sentence_from_both_pages(name, content):
    assert is_plain(sentence_about(signs.loaded, content))
    assert is_plain(sentence_about(lambda data: saved_model.read(data, "x"), content))


# The files one after the other, in a process of their own: by how much its largest size grows.
_MEASURE = """
import re, sys
from pathlib import Path
from explorer.inputs.arrays import FileError
from explorer.lessons import saved_model
from explorer.lessons.your_digits import signs

def largest_size():
    return int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])

folder, honest = map(Path, sys.argv[1:])
readers = signs.of_picture, signs.loaded, lambda data: saved_model.read(data, "x")
signs.of_picture(honest.read_bytes())
before = largest_size()
for path in folder.iterdir():
    for read in readers:
        try:
            read(path.read_bytes())
        except FileError:
            pass
print(largest_size() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest size of a process")
def test_hostile_files_take_little_memory(tmp_path):
    folder = tmp_path / "hostile"
    folder.mkdir()
    for i, (_, content) in enumerate([*PICTURES, *ARRAYS]):
        (folder / str(i)).write_bytes(content)
    honest = tmp_path / "honest"
    honest.write_bytes(hostile.picture())
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, folder, honest], cwd=ROOT, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    print("kB:", done.stdout)
    assert int(done.stdout) < MOST_MEMORY


# What is honest

@pytest.mark.parametrize("array", [
    np.arange(64, dtype=np.float32).reshape(8, 8), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array(2.5),
    np.arange(5, dtype=">i4"), np.array([True, False]), np.array(["3", "✓"]), np.zeros((2, 0, 3)),
    np.arange(4, dtype="i1"),
], ids=lambda array: f"{array.dtype} {array.shape}")
def test_what_numpy_saves_is_read_to_the_bit(array):
    read = arrays.array(hostile.saved(array))
    assert read.dtype == array.dtype
    assert read.shape == array.shape
    assert np.array_equal(read, array)


def test_all_arrays_of_an_archive_are_read_compressed_or_not():
    given = {"weights": np.ones((8, 8), np.float32), "bias": np.float32(0.5), "settings": np.array("{}")}
    for content in (hostile.npz(**given), hostile.archive(*(
        (f"{name}.npy", hostile.saved(np.asarray(array))) for name, array in given.items()
    ), compression=0)):
        read = arrays.read(content, tuple(given))
        assert {name: array.tolist() for name, array in read.items()} == {
            name: np.asarray(array).tolist() for name, array in given.items()
        }


@pytest.mark.parametrize(("kind", "mode", "how"), [
    ("PNG", "L", {}), ("PNG", "RGB", {}), ("PNG", "RGBA", {}), ("PNG", "P", {}), ("PNG", "1", {}), ("PNG", "LA", {}),
    ("PNG", "I;16", {}), ("JPEG", "L", {}), ("JPEG", "RGB", {}), ("JPEG", "RGB", {"progressive": True}),
    ("JPEG", "CMYK", {}),
], ids=str)
def test_a_sign_is_found_in_every_kind_of_picture(kind, mode, how):
    ink = pictures.ink_of(hostile.picture(kind, mode, (600, 400), **how))
    reference = pictures.ink_of(hostile.picture(size=(600, 400)))
    assert ink.dtype == np.float32
    assert abs(ink.shape[0] - reference.shape[0]) <= 3
    assert abs(ink.shape[1] - reference.shape[1]) <= 3
    assert abs(ink.mean() - reference.mean()) < 0.03


def test_a_large_photo_is_read_and_a_larger_one_is_refused():
    assert pictures.ink_of(hostile.picture("JPEG", "RGB", (5900, 4300), quality=50)).max() == 1
    assert "million" in sentence_about(pictures.ink_of, hostile.jpeg_of_size(6100, 4300))
    progressive = hostile.picture("JPEG", "RGB", (5000, 3400), quality=20, progressive=True)
    assert f"{bounds.WHOLE_PICTURE // 1_000_000} million" in sentence_about(pictures.ink_of, progressive)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_as_the_camera_was_held(orientation):
    import io

    from PIL import Image, ImageOps

    upright = Image.open(io.BytesIO(hostile.picture(size=(500, 300))))
    turned = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # Pillow's transpositions, inverted
    held = upright if turned is None else upright.transpose(Image.Transpose(turned))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    held.save(file, "JPEG", exif=exif, quality=95)
    assert np.allclose(
        np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue()))), float) / 255,
        np.asarray(upright, float) / 255, atol=0.2,
    )
    reference = pictures.brightness(hostile.picture(size=(500, 300)))
    assert np.abs(pictures.brightness(file.getvalue()) - reference).mean() < 0.02


@pytest.mark.parametrize("gradient", [0.0, 0.25, 0.5])
@pytest.mark.parametrize("is_white_on_black", [False, True])
def test_uneven_light_and_white_on_black_give_the_same_ink(gradient, is_white_on_black):
    grey = pictures.brightness(hostile.picture(size=(256, 200)))
    ink = 1 - grey
    light = 0.9 - gradient * np.linspace(0, 1, grey.shape[1]) * np.linspace(1, 0.6, grey.shape[0])[:, None]
    seen = light * (1 - 0.7 * ink) + 0.01 * np.random.default_rng(3).standard_normal(grey.shape)
    seen = 1 - seen if is_white_on_black else seen
    found = pictures._without_dirt(pictures._ink(seen.astype(np.float32)))
    assert np.abs((found > 0.5).astype(int) - (ink > 0.5)).mean() < 0.01


def test_specks_and_the_edge_of_the_sheet_are_left_out():
    grey = pictures.brightness(hostile.picture(size=(256, 200)))
    dirty = grey.copy()
    dirty[10:13, 10:13] = 0.1
    dirty[:, :6] = 0.2  # a dark table beside the sheet
    clean, found = (pictures._without_dirt(pictures._ink(one)) for one in (grey, dirty))
    assert not found[:20, :20].any()
    assert np.abs(found - clean).mean() < 0.01
