"""The two data sets, and everything that can go wrong with MNIST: in a folder, on a mirror, in a cache."""

import errno
import gzip
import itertools
import logging
import os
import struct
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explorer import sources
from explorer.engine.datasets import DatasetError, load
from explorer.jobs import shared
from explorer.sources import download, folders, mnist
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from tests.support import mirrors as fake
from tests.support.mirrors import idx

PAIRS = list(itertools.combinations(range(10), 2))


@pytest.fixture
def files() -> dict[str, bytes]:
    return fake.small_files()


@pytest.fixture
def folder(tmp_path, files, monkeypatch):
    """A folder with the four files, uncompressed, that the environment names."""
    place = tmp_path / "mnist"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(place))
    fake.forget(monkeypatch)
    return place


@pytest.fixture
def mirrors(tmp_path, monkeypatch):
    """Two mirrors, each with an ``answer`` to set, and an empty cache: (first, second, cache)."""
    cache = tmp_path / "cache"
    with fake.mirrors(monkeypatch, cache) as servers:
        yield *servers, cache


def kept(cache) -> list[str]:
    return sorted(p.name for p in (cache / "mnist").iterdir()) if (cache / "mnist").exists() else []


def test_builtin_digits_are_split_70_to_30_and_stratified(digits):
    assert digits.image_shape == (8, 8)
    assert len(digits.X_train) + len(digits.X_test) == 183 + 179  # all threes and sevens of scikit-learn's set
    assert len(digits.X_test) / 362 == pytest.approx(0.3, abs=0.01)
    assert digits.y_test.sum() / 183 == pytest.approx(0.3, abs=0.01)
    assert load("digits") is load("digits")  # made once


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_arrays_have_the_shapes_and_values_of_the_glossary(name, request):
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
def test_an_unknown_data_set_or_pair_is_a_value_error(name, pair):
    with pytest.raises(ValueError, match="must be"):
        load(name, pair)


def test_plain_and_gzipped_files_give_the_same_images(folder, files, monkeypatch):
    plain = load("mnist", (1, 2))
    for name, content in files.items():
        (folder / name).unlink()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    fake.forget(monkeypatch)
    packed = load("mnist", (1, 2))
    assert len(plain.X_train) == 8
    np.testing.assert_array_equal(plain.X_train, packed.X_train)


def damaged(what: str, folder, files) -> str:
    """Damage the folder; returns what the error must say."""
    images = folder / "train-images-idx3-ubyte"
    labels = folder / "t10k-labels-idx1-ubyte"
    if what == "missing":
        images.unlink()
        return "a folder that has no train-images-idx3-ubyte.gz"
    if what == "truncated":
        images.write_bytes(images.read_bytes()[:-5])
        return "announces 640 bytes and has 635"
    if what == "longer":
        images.write_bytes(images.read_bytes() + b"x")
        return "announces 640 bytes and has more"
    if what == "empty":
        labels.write_bytes(b"")
        return "ends after 0 bytes"
    if what == "magic":
        labels.write_bytes(images.read_bytes())
        return "not a file of MNIST labels"
    if what == "html":
        images.write_bytes(b"<!doctype html><title>Log in</title>")
        return "is a web page"
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
    images.write_bytes(struct.pack(">IIII", 0x0803, 2**31, 2**16, 2**16))
    return "2,147,483,648 × 65,536 × 65,536 values, where 60,000 × 28 × 28 are the most"


@pytest.mark.parametrize("what", [
    "missing", "truncated", "longer", "empty", "magic", "html", "counts", "shapes", "no such digit", "gzip", "huge",
])
def test_a_damaged_folder_gives_a_plain_error_and_can_be_tried_again(what, folder, files, monkeypatch):
    expected = damaged(what, folder, files)
    with pytest.raises(DatasetError, match=expected):
        load("mnist")
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / f"{name}.gz").unlink(missing_ok=True)
    fake.forget(monkeypatch)
    assert len(load("mnist").X_train) == 8


def test_mnist_is_downloaded_once_and_reports_progress(mirrors, monkeypatch):
    first, second, cache = mirrors
    messages = []
    mnist.read(lambda share, doing: messages.append((share, doing)))
    assert len(first.asked) == 4
    assert second.asked == []
    assert [share for share, _ in messages] == sorted(share for share, _ in messages)
    assert messages[0][0] < 1
    assert messages[-1][0] == 1
    assert "from 127.0.0.1" in messages[-1][1]
    assert len(kept(cache)) == 4
    assert len(load("mnist").X_train) == 8
    assert len(first.asked) == 4  # from the cache


def test_the_second_mirror_is_asked_for_what_the_first_does_not_have(mirrors):
    first, second, _ = mirrors
    first.answer = lambda request, name: first.serve(request, name, b"gone", status=404)
    assert len(load("mnist").X_train) == 8
    assert len(first.asked) == len(second.asked) == 4


@pytest.mark.parametrize(("content", "length", "status", "says"), [
    (b"<html>Log in to the network</html>", None, 200, "a web page in place of the file"),
    (b" \n<!DOCTYPE html>" + 9000 * b"a long page", None, 200, "a web page in place of the file"),
    (b"neither", None, 200, "something that is not the published file"),
    (9000 * b"more than it can be", None, 200, "something that is not the published file"),
    (b"half of it", 1000, 200, "broke off in the middle"),
    (b"sorry", None, 503, "answered with error 503"),
    (b"no such bucket", None, 404, "answered with error 404"),
    (b"Log in", None, 407, "the proxy asks for a login"),
    (b"Log in", None, 511, "a web page in place of the file"),
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


def test_a_damaged_file_in_the_cache_is_fetched_again(mirrors, monkeypatch):
    first, _, cache = mirrors
    load("mnist")
    path = cache / "mnist" / "train-labels-idx1-ubyte.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    fake.forget(monkeypatch)
    load("mnist")
    assert path.read_bytes() == whole
    assert len(first.asked) == 5


def test_without_a_network_the_error_says_so(mirrors, monkeypatch):
    *both, cache = mirrors
    for server in both:
        server.shutdown()
        server.server_close()
    with pytest.raises(DatasetError, match=r"could not be reached \(no network\?\)"):
        load("mnist")
    assert kept(cache) == []


def test_a_mirror_that_stops_halfway_counts_as_no_answer(mirrors, monkeypatch):
    go_on = threading.Event()

    def stop(request, name):
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"half")
        go_on.wait()

    monkeypatch.setattr(download, "_SECONDS", 0.2)
    for server in mirrors[:2]:
        server.answer = stop
    try:
        with pytest.raises(DatasetError, match="did not answer within"):
            load("mnist")
    finally:
        go_on.set()


# --- the ways in which people write the folder in EXPLORER_MNIST_DIR


@pytest.mark.parametrize("layout", ["", "raw", "MNIST/raw", "MNIST"])
def test_the_files_are_found_where_torchvision_puts_them(layout, folder, monkeypatch, tmp_path):
    parent = tmp_path / "data"
    (parent / layout).parent.mkdir(parents=True, exist_ok=True)
    folder.rename(parent / layout)
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(parent))
    assert len(load("mnist").X_train) == 8


@pytest.mark.parametrize("written", [
    '"{}"', "'{}'", "“{}”", " {} ", '"{}" ', "{}/", "~/mnist", "$DATA/mnist", "${{DATA}}/mnist", '"~/mnist"',
    "{}/train-images-idx3-ubyte",
])
def test_the_folder_is_found_however_it_is_written(written, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("DATA", str(folder.parent))
    monkeypatch.setenv(MNIST_DIR_VARIABLE, written.format(folder))
    assert len(load("mnist").X_train) == 8


@pytest.mark.parametrize("written", ["", " ", '""', "''"])
def test_an_empty_variable_is_ignored(written, mirrors, monkeypatch):
    monkeypatch.setenv(MNIST_DIR_VARIABLE, written)
    load("mnist")
    assert len(mirrors[0].asked) == 4


@pytest.mark.parametrize(("written", "says"), [
    ("{}/nowhere", "names no folder of this server."),
    ("{}/$NOT_SET_ANYWHERE", "A variable in it is not set"),
    ("{}/" + 300 * "x", "File name too long"),
    ("{}/notes.txt", "names a file, and beside it there is no train-images"),
    ("{}/empty", "names a folder that has no train-images"),
])
def test_the_error_says_what_is_wrong_and_only_the_log_names_the_folder(written, says, tmp_path, monkeypatch, caplog):
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(MNIST_DIR_VARIABLE, written.format(tmp_path))
    fake.forget(monkeypatch)
    with pytest.raises(DatasetError) as refused:
        load("mnist")
    assert says in str(refused.value)
    assert str(tmp_path) not in str(refused.value)
    assert "log of the server" in str(refused.value)
    assert str(tmp_path) in caplog.text
    assert {(record.name, record.levelname) for record in caplog.records} == {("explorer.sources.mnist", "WARNING")}


def test_a_file_that_cannot_be_read_is_named_without_its_folder(folder, monkeypatch, caplog):
    real = Path.open

    def not_permitted(path, *args, **more):
        if path.name == "train-labels-idx1-ubyte":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "open", not_permitted)  # root may read everything
    with pytest.raises(DatasetError, match="train-labels-idx1-ubyte cannot be read: Permission denied") as refused:
        load("mnist")
    assert str(folder) not in str(refused.value)
    assert str(folder) in caplog.text


def test_an_unpacked_file_may_still_be_named_gz(folder):
    for path in list(folder.iterdir()):
        path.rename(f"{path}.gz")
    assert len(load("mnist").X_train) == 8


@pytest.mark.parametrize("packed", [True, False])
def test_no_file_is_unpacked_or_read_beyond_the_size_of_mnist(packed, folder, files, monkeypatch):
    """A gzipped file of a megabyte that would unpack to a gigabyte, and a plain one of sixty megabytes."""
    import tracemalloc

    images = folder / "train-images-idx3-ubyte"
    header = struct.pack(">IIII", 0x0803, 40, 4, 4)
    if packed:
        images.unlink()
        block = gzip.compress(bytes(2**26))
        (folder / f"{images.name}.gz").write_bytes(gzip.compress(header) + 16 * block)
    else:
        with images.open("wb") as file:
            file.write(header)
            file.truncate(60_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(DatasetError, match="has more" if packed else "larger than any file of MNIST"):
            load("mnist")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * mnist._MOST_BYTES


# --- where downloads are kept


def test_without_a_writable_cache_the_folder_for_temporary_files_is_used(mirrors, monkeypatch, tmp_path, caplog):
    first, _, cache = mirrors
    cache.write_text("a file where the folder should be")
    spare = tmp_path / "spare"
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(spare))
    assert len(load("mnist").X_train) == 8
    assert f"cannot be kept in {cache}" in caplog.text
    fake.forget(monkeypatch)
    load("mnist")
    assert len(first.asked) == 4  # kept in the folder for temporary files
    assert len(list(spare.glob("*/mnist/*.gz"))) == 4


def test_on_a_full_disk_mnist_is_kept_in_memory_and_no_partial_file_is_left(mirrors, monkeypatch, tmp_path, caplog):
    *_, cache = mirrors

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(download.os, "replace", full)
    assert len(load("mnist").X_train) == 8
    assert "No space left on device" in caplog.text
    assert "is kept in memory only" in caplog.text
    assert kept(cache) == []


def without_a_home(monkeypatch):
    """The environment of a user id without an account."""
    import pwd

    def unknown(uid):
        raise KeyError(uid)

    for name in ("HOME", "XDG_CACHE_HOME", folders.CACHE_DIR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


def test_without_a_home_the_folder_for_temporary_files_is_used(mirrors, monkeypatch, tmp_path, caplog):
    without_a_home(monkeypatch)
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    folders.say_where_downloads_are_kept()
    assert "this user has no folder for caches" in caplog.text
    (where,) = folders.caches()
    assert str(where) in caplog.text
    load("mnist")
    assert len(list(where.glob("mnist/*.gz"))) == 4


def test_without_any_writable_folder_mnist_is_kept_in_memory(mirrors, monkeypatch, caplog):
    def nowhere():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    without_a_home(monkeypatch)
    monkeypatch.setattr(folders.tempfile, "gettempdir", nowhere)
    folders.say_where_downloads_are_kept()
    assert "is kept in memory, until this server ends" in caplog.text
    assert len(load("mnist").X_train) == 8
    assert load("mnist") is load("mnist")


def test_the_usual_folder_needs_no_warning_and_a_named_one_comes_first(mirrors, caplog):
    *_, cache = mirrors
    with caplog.at_level(logging.INFO, "explorer"):
        folders.say_where_downloads_are_kept()
    assert [(record.levelname, str(cache) in record.getMessage()) for record in caplog.records] == [("INFO", True)]
    assert folders.caches()[0] == cache


# --- one download for all visitors


@pytest.fixture
def silent_proxy(monkeypatch, tmp_path):
    """A proxy that never answers, and an empty cache; yields the connections that it has taken."""
    monkeypatch.delenv(MNIST_DIR_VARIABLE, raising=False)
    monkeypatch.setenv(folders.CACHE_DIR_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(download, "_SECONDS", 0.3)
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    fake.forget(monkeypatch)
    with fake.silent_server() as (address, taken):
        monkeypatch.setenv("HTTPS_PROXY", f"http://visitor:secret@{address}")
        yield taken


def at_once(work, n: int = 8) -> list:
    """What ``work(i)`` returns or raises in each of ``n`` threads that call it at once."""
    start, results = threading.Barrier(n), [None] * n

    def one(i: int) -> None:
        start.wait()
        try:
            results[i] = work(i)
        except DatasetError as error:
            results[i] = error

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_eight_calls_at_once_share_one_attempt_its_failure_and_the_next(silent_proxy, caplog):
    attempt = len(download.MIRRORS)  # each is asked once
    load("digits")  # scikit-learn is imported before the download starts
    given = at_once(lambda i: sources.load_job("mnist"))
    (first,) = set(given)
    # The built-in digits are there at once.
    assert len(load("digits").X_train)
    assert not first.done.is_set()
    first.done.wait()
    assert len(silent_proxy) == attempt
    # Further calls get its failure ...
    assert set(at_once(lambda i: sources.load_job("mnist"))) == {first}
    assert len(silent_proxy) == attempt
    # ... until one asks for another attempt: one for all who ask.
    again = at_once(lambda i: sources.load_job("mnist", tried=first))
    assert len(set(again)) == 1
    assert again[0] is not first
    again[0].done.wait()
    assert len(silent_proxy) == 2 * attempt
    assert sources.load_job("mnist", tried=first) is again[0]  # a late call gets the result of that attempt
    assert "secret" not in caplog.text
    assert "visitor" not in caplog.text
    with pytest.raises(DatasetError, match="did not answer") as refused:
        again[0].result()
    assert "secret" not in str(refused.value)


def test_a_failure_is_forgotten_after_a_while(silent_proxy, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(shared, "time", SimpleNamespace(monotonic=lambda: now[0]))
    first = sources.load_job("mnist")
    first.done.wait()
    now[0] += sources.FAILURE_SHARED - 1
    assert sources.load_job("mnist") is first
    now[0] += 2
    new = sources.load_job("mnist")
    assert new is not first
    new.done.wait()


def test_load_waits_and_tries_again_each_time(silent_proxy):
    errors = at_once(lambda i: load("mnist"))
    assert len({id(error) for error in errors}) == 1
    attempt = len(silent_proxy)
    assert attempt == len(download.MIRRORS)
    with pytest.raises(DatasetError):
        load("mnist")
    assert len(silent_proxy) == 2 * attempt


def test_a_download_that_no_one_is_waiting_for_goes_on(mirrors):
    first, *_ = mirrors
    go_on = threading.Event()
    first.answer = lambda request, name: go_on.wait() and first.serve(request, name)
    job = sources.load_job("mnist")
    go_on.set()
    assert job.done.wait(30)
    assert sources.load_job("mnist") is job
    assert len(load("mnist").X_train) == 8
    assert len(first.asked) == 4


def test_visitors_at_the_same_time_share_one_set_of_arrays(mirrors):
    loaded = at_once(lambda i: load("mnist"))
    assert len({id(dataset) for dataset in loaded}) == 1
    assert len(mirrors[0].asked) == 4


def test_another_attempt_is_made_where_the_files_were_complete_but_useless(folder, files):
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(np.zeros(20, np.uint8)))
    with pytest.raises(DatasetError, match="no images of a 3 and a 7"):
        load("mnist")
    (folder / "t10k-labels-idx1-ubyte").write_bytes(files["t10k-labels-idx1-ubyte"])
    sources.load_job("mnist", tried=sources.load_job("mnist"))
    assert len(load("mnist").X_train) == 8
