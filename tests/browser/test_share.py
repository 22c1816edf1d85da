"""The dialogs Share and Take it home in a real Chromium: the link is copied and replayed, files are saved."""

import io
import json
import subprocess
import sys
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from tests.support.browser import PHONE, becomes, numbers, sentence, settled, wait_until

DIALOG = "[data-testid=stDialog]"
NOTE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [here](https://example.org) \u202eabc'


def button(tab, name: str):
    return tab.get_by_role("button", name=name, exact=True)


def share(tab) -> str:
    """Opens the dialog and copies the link by its button."""
    button(tab, "Share").click()
    code = tab.locator(f"{DIALOG} [data-testid=stCode]").first
    code.hover()
    code.get_by_role("button").click()
    return tab.evaluate("navigator.clipboard.readText()")


def are_close(some: list, others: list) -> bool:
    """Whether the traces of a chart have the same numbers, up to rounding."""
    return len(some) == len(others) and all(
        len(one) == len(other) and np.allclose(one, other, rtol=1e-3, atol=1e-5)
        for one, other in zip(some, others, strict=True)
    )


@pytest.fixture
def copying(app, open_tab):
    """Open a path of the app in a tab that may use the clipboard."""
    def start(path, **more):
        return open_tab(app + path, permissions=["clipboard-read", "clipboard-write"], **more)
    return start


def test_a_copied_link_opened_elsewhere_shows_the_same(copying, open_tab, app):
    tab = copying("/train")
    tab.locator(".st-key-score button", has_text="distance").click()
    wait_until(tab, "location.search.includes('score=distance')")
    settled(tab)
    tab.locator(".st-key-learning_rate input").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowLeft")
    wait_until(tab, "location.search.includes('learning_rate=0.05')")
    settled(tab)
    link = share(tab)
    assert link.startswith(app + "/train?v=2&dataset=digits&")
    assert parse_qs(urlsplit(link).query) == {
        "v": ["2"], "dataset": ["digits"], "score": ["distance"], "learning_rate": ["0.05"],
    }
    assert f"{len(link)} characters" in tab.locator(DIALOG).inner_text()
    again = open_tab(link, person="another")
    assert becomes(again, lambda: sentence(again), sentence(tab))
    for key in ("curves", "weights", "scores", "confusion"):
        drawn = numbers(tab, key)
        assert drawn
        # The last bits of a model depend on how many are trained together, as they are while a slider is moved.
        assert becomes(again, lambda key=key, drawn=drawn: are_close(numbers(again, key), drawn), True)


def test_a_class_link_is_made_and_shows_what_it_leaves(copying, open_tab):
    tab = copying("/train?loss=hinge&learning_rate=0.1&seed=3")
    wanted = sentence(tab)
    button(tab, "Share").click()
    tab.get_by_text("For a class: hide controls, add a note").click()
    for label in ("Loss", "Learning rate", "Seed"):
        tab.locator(f"{DIALOG} .st-key-share_hide").get_by_text(label, exact=True).click()
        settled(tab)  # each press redraws the list
    tab.locator(f"{DIALOG} textarea").fill(NOTE)
    tab.locator(f"{DIALOG} textarea").press("Control+Enter")
    shown = tab.locator(f"{DIALOG} [data-testid=stCode] code").first
    assert becomes(tab, lambda: "hide=" in shown.inner_text() and "message=" in shown.inner_text(), True)
    link = shown.inner_text()
    assert parse_qs(urlsplit(link).query)["hide"] == ["loss,learning_rate,seed"]
    seen, alerts = open_tab(link), []
    seen.on("dialog", lambda dialog: alerts.append(dialog.message))
    assert sentence(seen) == wanted
    for key in ("loss", "learning_rate", "seed"):
        assert seen.locator(f".st-key-{key}").count() == 0
    assert seen.locator(".st-key-epochs").count() == 1
    note = seen.locator(".st-key-class_note")
    assert note.get_by_text("<script>alert(1)</script> <img src=x").count() == 1
    assert note.locator("script, img, a").count() == 0
    seen.locator(".st-key-score button", has_text="distance").click()
    wait_until(seen, "location.search.includes('score=distance')")
    assert parse_qs(urlsplit(seen.url).query)["loss"] == ["hinge"]
    # On another page the values hold and the address names them.
    seen.get_by_role("link", name="Compare losses").first.click()
    seen.wait_for_selector(".st-key-weights_of_all .main-svg")
    assert seen.locator(".st-key-seed").count() == 0
    assert becomes(seen, lambda: parse_qs(urlsplit(seen.url).query).get("seed"), ["3"])
    assert not alerts


def saved(tab, label: str) -> tuple[str, bytes]:
    with tab.expect_download() as download:
        button(tab, label).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_the_script_of_the_screen_prints_what_is_written_above_it(app, open_tab, tmp_path):
    tab = open_tab(app + "/train?loss=hinge&seed=3")
    button(tab, "Take it home").click()
    tab.wait_for_selector(f"{DIALOG} [data-testid=stCode]")
    printed = tab.locator(f"{DIALOG} [data-testid=stCode] code").first.inner_text().strip()
    name, script = saved(tab, "Python script")
    assert name == "run-digits-3-vs-7-multiply-hinge-rate-1-seed-3.py"
    path = tmp_path / name
    path.write_bytes(script)
    ran = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == printed
    name, notebook = saved(tab, "Notebook")
    assert name.endswith(".ipynb")
    assert json.loads(notebook)["nbformat"] == 4
    tab.get_by_role("radio", name="the numbers").click()
    run = train(load(), Settings(loss="hinge", seed=3))
    name, table = saved(tab, "The curves (CSV)")
    assert name.endswith(".csv")
    assert float(table.decode().splitlines()[-1].split(",")[4]) == run.test_accuracy[-1]
    name, weights = saved(tab, "The weights (NumPy)")
    assert name.endswith(".npy")
    assert (np.load(io.BytesIO(weights)) == run.weights[-1].reshape(8, 8)).all()
    name, picture = saved(tab, "The weights (PNG)")
    assert name.endswith(".png")
    assert Image.open(io.BytesIO(picture)).width >= 560


def test_on_a_phone_both_dialogs_fit(app, open_tab):
    tab = open_tab(app + "/train", size=PHONE)
    for label in ("Share", "Take it home"):
        button(tab, label).click()
        tab.wait_for_selector(f"{DIALOG} [data-testid=stCode]")
        settled(tab)
        widest = tab.evaluate(
            "dialog => Math.max(...Array.from(document.querySelectorAll(dialog + ' *')).filter(e => "
            "!e.closest('[data-testid=stCode]')).map(e => e.getBoundingClientRect().right))", DIALOG,
        )
        assert widest <= PHONE["width"]
        tab.keyboard.press("Escape")
        tab.wait_for_selector(DIALOG, state="detached")


@pytest.mark.parametrize("width", [320, PHONE["width"]])
def test_on_a_phone_pages_and_share_are_named_in_the_first_row(app, open_tab, width):
    tab = open_tab(app + "/train", size=PHONE | {"width": width})
    boxes = [button(tab, name).bounding_box() for name in ("Pages", "Share", "Take it home")]
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]
    assert boxes[0]["x"] >= 0
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width
    assert all(box["y"] + box["height"] <= 60 for box in boxes)
    button(tab, "Pages").click()
    tab.get_by_role("link", name="Learning rates").first.click()
    tab.wait_for_url("**/learning_rates")


def test_the_frame_to_paste_shows_the_page(app, new_tab):
    tab = new_tab()
    tab.set_content(f'<iframe src="{app}/train?v=1&amp;loss=hinge&amp;embed=true" width="100%" height="900"></iframe>')
    frame = tab.frame_locator("iframe")
    frame.locator(".st-key-confusion .main-svg").first.wait_for()
    assert becomes(tab, frame.locator(".st-key-loss input").input_value, "hinge")
