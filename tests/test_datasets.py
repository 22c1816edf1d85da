"""The two data sets, and everything that can go wrong on the way to MNIST: a folder, a mirror, a cache."""

import gzip
import hashlib
import http.server
import itertools
import struct
import threading

import numpy as np
import pooch
import pytest

from explorer import datasets
from explorer.datasets import DatasetError, load

PAIRS = list(itertools.combinations(range(10), 2))


def idx(array: np.ndarray, magic: int | None = None) -> bytes:
    """An IDX file of bytes, written anew for the tests."""
    return struct.pack(f">I{array.ndim}I", magic or (0x0800 | array.ndim), *array.shape) + array.tobytes()


@pytest.fixture
def files() -> dict[str, bytes]:
    """Four small files in the format of MNIST: 40 and 20 images of 4 × 4 pixels, all ten digits."""
    generator = np.random.default_rng(0)
    made = {}
    for part, n in (("train", 40), ("t10k", 20)):
        made[f"{part}-images-idx3-ubyte"] = idx(generator.integers(0, 256, (n, 4, 4)).astype(np.uint8))
        made[f"{part}-labels-idx1-ubyte"] = idx((np.arange(n) % 10).astype(np.uint8))
    return made


@pytest.fixture
def folder(tmp_path, files, monkeypatch):
    """A folder with the four files, plain, named by the environment."""
    place = tmp_path / "mnist"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    monkeypatch.setenv(datasets.MNIST_DIR_VARIABLE, str(place))
    return place


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch):
    """MNIST is read again in each test that wants it; the session's own copy stays."""
    monkeypatch.setattr(datasets, "_loaded", dict(datasets._loaded))


class Mirror(http.server.BaseHTTPRequestHandler):
    """A mirror on this machine; what it answers is a function of the file's name."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.answer(self, self.path.rsplit("/", 1)[1])

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def mirrors(tmp_path, files, monkeypatch):
    """Two mirrors, each with an ``answer`` to set, and an empty cache: (first, second, cache)."""
    packed = {name + ".gz": gzip.compress(content) for name, content in files.items()}

    def serve(request, name, content=None, length=None, status=200):
        content = packed[name] if content is None else content
        request.send_response(status)
        request.send_header("Content-Length", str(length or len(content)))
        request.end_headers()
        request.wfile.write(content)

    servers = []
    for _ in range(2):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        server.asked, server.answer, server.serve = [], serve, serve
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    cache = tmp_path / "cache"
    monkeypatch.delenv(datasets.MNIST_DIR_VARIABLE, raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda _: cache)
    monkeypatch.setattr(datasets, "MIRRORS", tuple(f"http://127.0.0.1:{s.server_port}/mnist/" for s in servers))
    monkeypatch.setattr(datasets, "MNIST_FILES", tuple(
        (name, hashlib.sha256(packed[name + ".gz"]).hexdigest(), len(packed[name + ".gz"])) for name in files
    ))
    yield *servers, cache
    for server in servers:
        server.shutdown()
        server.server_close()


def kept(cache) -> list[str]:
    return sorted(p.name for p in (cache / "mnist").iterdir()) if (cache / "mnist").exists() else []


def test_builtin_digits_are_split_70_to_30_and_stratified(digits):
    assert digits.image_shape == (8, 8)
    assert len(digits.X_train) + len(digits.X_test) == 183 + 179  # all threes and sevens of scikit-learn's set
    assert len(digits.X_test) / 362 == pytest.approx(0.3, abs=0.01)
    assert digits.y_test.sum() / 183 == pytest.approx(0.3, abs=0.01)
    assert load("digits") is load("digits")  # made once


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_arrays_are_what_the_glossary_says(name, request):
    dataset = request.getfixturevalue(name)
    for X, y in ((dataset.X_train, dataset.y_train), (dataset.X_test, dataset.y_test)):
        assert X.dtype == np.float32
        assert X.shape == (len(y), np.prod(dataset.image_shape))
        assert X.min() == 0
        assert X.max() == 1
        assert set(y.tolist()) == {0.0, 1.0}
        with pytest.raises(ValueError, match="read-only"):
            X[0, 0] = 1


def test_mnist_counts_are_the_published_ones(mnist):
    assert [int(y.sum()) for y in (mnist.y_train, mnist.y_test)] == [6131, 1010]
    assert [len(y) for y in (mnist.y_train, mnist.y_test)] == [6131 + 6265, 1010 + 1028]
    assert mnist.image_shape == (28, 28)


def test_the_digits_are_the_ones_on_the_images(digits):
    """The mean of each class is nearer to the mean of scikit-learn's images of that digit than to the other's."""
    from sklearn.datasets import load_digits

    bundle = load_digits()
    three, seven = (bundle.images[bundle.target == d].reshape(-1, 64).mean(0) / 16 for d in (3, 7))
    first, second = (digits.X_train[digits.y_train == label].mean(0) for label in (1, 0))
    assert np.abs(first - three).mean() < 0.1 * np.abs(first - seven).mean()
    assert np.abs(second - seven).mean() < 0.1 * np.abs(second - three).mean()


def test_the_order_of_the_digits_is_the_class(digits):
    swapped = load("digits", (7, 3))
    np.testing.assert_array_equal(swapped.X_train, digits.X_train)
    np.testing.assert_array_equal(swapped.y_train, 1 - digits.y_train)


@pytest.mark.parametrize("pair", PAIRS)
def test_ten_images_are_enough_to_show_both_digits(pair):
    assert set(load("digits", pair).y_train[:10].tolist()) == {0.0, 1.0}


def test_ten_images_are_enough_to_show_both_digits_on_mnist(mnist):
    for pair in PAIRS:
        assert set(load("mnist", pair).y_train[:10].tolist()) == {0.0, 1.0}


def test_black_and_white_and_inverted(digits):
    sharp, dark = load(black_and_white=True), load(inverted=True)
    np.testing.assert_array_equal(sharp.X_train, (digits.X_train >= 0.5))
    np.testing.assert_array_equal(dark.X_train, 1 - digits.X_train)
    np.testing.assert_array_equal(load(black_and_white=True, inverted=True).X_test, 1 - sharp.X_test)
    assert 8 / 16 in digits.X_train  # the threshold itself occurs, and becomes ink


@pytest.mark.parametrize(("name", "pair"), [
    ("cifar", (3, 7)), ("digits", (3, 3)), ("digits", (3, 10)), ("digits", "37"),
])
def test_what_does_not_exist_is_a_value_error(name, pair):
    with pytest.raises(ValueError, match="must be"):
        load(name, pair)


def test_a_folder_with_plain_or_gzipped_files(folder, files):
    plain = load("mnist", (1, 2))
    for name, content in files.items():
        (folder / name).unlink()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    datasets._loaded.clear()
    packed = load("mnist", (1, 2))
    assert len(plain.X_train) == 8
    np.testing.assert_array_equal(plain.X_train, packed.X_train)


def damaged(what: str, folder, files) -> str:
    """Damage the folder; returns what the message must say."""
    images = folder / "train-images-idx3-ubyte"
    labels = folder / "t10k-labels-idx1-ubyte"
    if what == "missing":
        images.unlink()
        return "has no file train-images-idx3-ubyte"
    if what == "truncated":
        images.write_bytes(images.read_bytes()[:-5])
        return "announces 640 bytes and has 635"
    if what == "longer":
        images.write_bytes(images.read_bytes() + b"x")
        return "announces 640 bytes and has 641"
    if what == "empty":
        labels.write_bytes(b"")
        return "ends after 0 bytes"
    if what == "magic":
        labels.write_bytes(images.read_bytes())
        return "not a file of MNIST labels"
    if what == "html":
        images.write_bytes(b"<!doctype html><title>Log in</title>")
        return "not a file of MNIST images"
    if what == "counts":
        labels.write_bytes(idx(np.zeros(19, np.uint8)))
        return "20 images, but its labels are 19"
    if what == "shapes":
        (folder / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 5, 5), np.uint8)))
        return "4 × 4 pixels, the test images 5 × 5"
    if what == "no such digit":
        labels.write_bytes(idx(np.zeros(20, np.uint8)))
        return "no images of a 3 and a 7"
    if what == "gzip":
        images.unlink()
        (folder / f"{images.name}.gz").write_bytes(gzip.compress(files[images.name])[:-20])
        return "cannot be unpacked"
    huge = struct.pack(">IIII", 0x0803, 2**31, 2**16, 2**16)
    images.write_bytes(huge)
    return "is damaged"


@pytest.mark.parametrize("what", [
    "missing", "truncated", "longer", "empty", "magic", "html", "counts", "shapes", "no such digit", "gzip", "huge",
])
def test_a_damaged_folder_gets_a_plain_sentence_and_a_second_try(what, folder, files):
    expected = damaged(what, folder, files)
    with pytest.raises(DatasetError, match=expected):
        load("mnist")
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / f"{name}.gz").unlink(missing_ok=True)
    datasets._loaded.clear()
    assert len(load("mnist").X_train) == 8


def test_a_folder_that_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv(datasets.MNIST_DIR_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(DatasetError, match="not a folder"):
        load("mnist")


def test_download_once_with_progress(mirrors):
    first, second, cache = mirrors
    told = []
    data = load("mnist", progress=lambda share, text: told.append((share, text)))
    assert len(data.X_train) == 8
    assert len(first.asked) == 4
    assert second.asked == []
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[0][0] < 1
    assert told[-1][0] == 1
    assert len(kept(cache)) == 4
    datasets._loaded.clear()
    load("mnist")
    assert len(first.asked) == 4  # from the cache


def test_the_second_mirror_serves_what_the_first_does_not(mirrors):
    first, second, _ = mirrors
    first.answer = lambda request, name: first.serve(request, name, b"gone", status=404)
    assert len(load("mnist").X_train) == 8
    assert len(first.asked) == len(second.asked) == 4


@pytest.mark.parametrize(("content", "length", "status", "says"), [
    (b"<html>Log in to the network</html>", None, 200, "answered with something that is not train-images"),
    (b"half of it", 1000, 200, "broke off in the middle"),
    (b"sorry", None, 503, "answered with error 503"),
])
def test_a_bad_download_leaves_nothing_and_the_next_try_works(mirrors, content, length, status, says):
    *both, cache = mirrors
    for server in both:
        server.answer = lambda request, name, s=server: s.serve(request, name, content, length, status)
    with pytest.raises(DatasetError, match=says):
        load("mnist")
    assert all(len(server.asked) == 1 for server in both)
    assert kept(cache) == []
    for server in both:
        server.answer = server.serve
    assert len(load("mnist").X_train) == 8


def test_a_damaged_file_in_the_cache_is_fetched_again(mirrors, files):
    first, _, cache = mirrors
    load("mnist")
    path = cache / "mnist" / "train-labels-idx1-ubyte.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    datasets._loaded.clear()
    load("mnist")
    assert path.read_bytes() == whole
    assert len(first.asked) == 5


def test_no_network(mirrors, monkeypatch):
    *both, cache = mirrors
    for server in both:
        server.shutdown()
        server.server_close()
    with pytest.raises(DatasetError, match=r"could not be reached \(no network\?\)"):
        load("mnist")
    assert kept(cache) == []


def test_a_cache_that_cannot_be_written(mirrors):
    *_, cache = mirrors
    cache.write_text("a file where the folder should be")
    with pytest.raises(DatasetError, match="cannot be saved"):
        load("mnist")


def test_a_visitor_who_leaves_during_a_download_breaks_nothing(mirrors):
    """Streamlit stops a script by raising inside its calls: here, in the middle of the progress bar."""
    *_, cache = mirrors

    class Stopped(BaseException):
        pass

    def leave(share, text):
        raise Stopped

    with pytest.raises(Stopped):
        load("mnist", progress=leave)
    assert kept(cache) == []
    assert len(load("mnist").X_train) == 8
