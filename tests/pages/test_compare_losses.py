"""Compare losses in Streamlit's own test harness."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.training import train_many
from explorer.lessons.compare_losses import results, row_set
from explorer.lessons.compare_losses.row_set import FIRST_SET, read, write
from explorer.ui import address, cached
from explorer.ui import compare_losses as ui
from explorer.ui.components import run_rows
from explorer.web.served import respelled
from tests.support.figures import array
from tests.support.markdown import outside_links
from tests.support.pages import charts, open_page, spec
from tests.support.serving import ROOT

LINK = "A-m-ll-1-b-z_C-m-se-2-n-z_F-d-h-0.1-b-mi"


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def expected(rows, shared=None):
    shared = shared or Settings()
    dataset = load(shared.dataset, shared.digits, shared.black_and_white, shared.inverted)
    return results.run_results(rows, train_many(dataset, row_set.settings_of(rows, shared)), dataset)


def right_answers(app) -> list[str]:
    return list(app.table[0].value["right"])


def shows(app, outcomes) -> bool:
    table = results.table(outcomes, lambda row: "")
    shown = app.table[0].value
    return results.sentence(outcomes) in text(app) and all(
        list(shown[name]) == table[name] for name in table if name != "run"
    )


def test_the_page_compares_the_first_set_without_a_click():
    app = open_page("compare_losses")
    outcomes = expected(FIRST_SET)
    assert shows(app, outcomes)
    assert charts(app) == ["accuracies", "losses", "weights_of_all"]
    for picture, outcome in zip(spec(app, "weights_of_all")["data"], outcomes, strict=True):
        learned = outcome.run.weights[-1] - outcome.run.weights[0]
        np.testing.assert_array_equal(array(picture["z"]).ravel(), learned)
    assert all(f"- {remark}" in text(app) for remark in results.remarks(outcomes, (3, 7)))
    assert any(results.fairness(outcomes) in caption.value for caption in app.caption)
    disagreement = results.disagreement(outcomes, load())
    assert disagreement.sentence in text(app)
    assert [image.caption for image in app.get("image")[0].proto.imgs] == disagreement.captions
    assert "runs" not in app.query_params


def test_a_batch_may_be_all_images():
    app = open_page("compare_losses", runs=LINK, batch_size="all")
    assert shows(app, expected(read(LINK)[0], Settings(batch_size=None)))


def test_a_link_names_the_whole_set():
    more = dict(epochs="50", batch_size="32", l2="0.001", first="1", second="0", seed="4")
    app = open_page("compare_losses", runs=LINK, **more)
    rows, problems = read(LINK)
    assert not problems
    shared = Settings(digits=(1, 0), seed=4, epochs=50, batch_size=32, l2=0.001)
    assert shows(app, expected(rows, shared))
    assert not app.warning
    assert app.query_params["runs"] == LINK
    assert [name.split("]")[0] for name in app.table[0].value["run"]] == [
        "[A log loss", "[C squared error", "[F distance, hinge",
    ]


def test_the_first_set_is_left_out_of_the_link():
    app = open_page("compare_losses", runs=write(FIRST_SET))
    assert shows(app, expected(FIRST_SET))
    assert "runs" not in app.query_params


def test_a_link_of_version_1_without_runs_means_the_first_runs_of_its_time():
    """Share left them out; Compare shows others at first now."""
    old = "A-m-ll-1-b-r_B-m-ae-10-b-r_C-m-se-5-b-r_D-m-h-0.5-b-r_E-d-pd-1-n-r"
    link = {name: values[0] for name, values in parse_qs(respelled("v=1&seed=4", "compare_losses")).items()}
    assert link == {"v": "2", "dataset": "digits", "runs": old, "seed": "4"}
    app = open_page("compare_losses", **link)
    assert shows(app, expected(read(old)[0], Settings(seed=4)))
    assert app.query_params["runs"] == old  # so that a Share link from here names them
    assert "runs" not in parse_qs(respelled("v=1&seed=4", "train"))
    assert parse_qs(respelled(f"v=1&runs={LINK}", "compare_losses"))["runs"] == [LINK]
    assert respelled("v=2&seed=4", "compare_losses") is None
    assert shows(open_page("compare_losses", v="2", seed="4"), expected(FIRST_SET, Settings(seed=4)))


def test_each_name_in_the_table_opens_that_run_in_train():
    app = open_page("compare_losses", runs=LINK, seed="4")
    link = dict(re.findall(r"\[(\w)[^\]]*\]\(train\?([^)]*)\)", " ".join(app.table[0].value["run"])))
    query = dict(pair.split("=") for pair in link["C"].split("&"))
    assert query == {
        "dataset": "digits", "loss": "squared+error", "learning_rate": "2", "bias": "false", "start": "zeros",
        "seed": "4",
    }
    train = open_page(**{name: value.replace("+", " ") for name, value in query.items()})
    outcomes = expected(read(LINK)[0], Settings(seed=4))
    np.testing.assert_allclose(
        array(spec(train, "weights")["data"][0]["z"]).ravel(), outcomes[1].run.weights[-1], atol=1e-3,
    )


@pytest.mark.parametrize(("key", "value", "field"), [
    ("epochs", 5, "epochs"), ("batch_size", 16, "batch_size"), ("l2", 0.01, "l2"), ("train_images", 30, "train_images"),
    ("seed", 3, "seed"), ("inverted", True, "inverted"), ("black_and_white", True, "black_and_white"),
])
def test_a_shared_choice_changes_all_runs(key, value, field):
    app = open_page("compare_losses", runs=LINK)
    app.get_by_key(key).set_value(value).run()
    assert not app.exception
    assert shows(app, expected(read(LINK)[0], Settings(**{field: value})))
    assert app.query_params["runs"] == LINK


def test_hiding_a_line_changes_the_link_and_trains_nothing_again(monkeypatch):
    app = open_page("compare_losses", runs=LINK)
    monkeypatch.setattr(ui, "train_many", None)
    monkeypatch.setattr(address, "back_or_forward", lambda: True)
    app.query_params["runs"] = LINK.replace("C-", "c-")
    app.run()
    assert not app.exception
    drawn = {trace["name"]: trace["visible"] for trace in spec(app, "accuracies")["data"]}
    assert drawn == {"A": True, "C": False, "F": True}
    assert shows(app, expected(read(LINK)[0]))


def test_all_runs_are_trained_in_one_call(monkeypatch):
    calls = []

    def counted(images, settings, progress):
        calls.append(len(settings))
        return train_many(images, settings, progress)

    monkeypatch.setattr(ui, "train_many", counted)
    cached.results.forget()
    app = open_page("compare_losses", seed="77")
    app.run()
    assert calls == [6]


def test_the_weights_themselves_are_one_press_away():
    app = open_page("compare_losses", runs=LINK)
    outcomes = expected(read(LINK)[0])
    app.get_by_key("weights_shown").set_value("the weights").run()
    for picture, outcome in zip(spec(app, "weights_of_all")["data"], outcomes, strict=True):
        np.testing.assert_array_equal(array(picture["z"]).ravel(), outcome.run.weights[-1])
    assert any(results.weights_note(outcomes, False) in caption.value for caption in app.caption)
    # Where all weights start at 0 both are the same: there is nothing to choose.
    from_zeros = open_page("compare_losses", runs="A-m-ll-1-b-z_B-m-h-1-b-z")
    assert "weights_shown" not in [control.key for control in from_zeros.segmented_control]


def test_the_task_is_ticked_when_two_losses_answer_alike():
    app = open_page("compare_losses")
    assert "**Your turn.** Make two runs with different losses" in text(app)
    app = open_page("compare_losses", runs="A-m-ll-1-b-r_B-m-h-1-b-r")
    assert "**Done.** Two runs that were trained with different losses" in text(app)


def test_the_set_is_kept_while_another_page_is_open():
    app = open_page("compare_losses", runs=LINK)
    for page in ("train", "compare_losses"):
        app.query_params.pop("runs", None)
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert shows(app, expected(read(LINK)[0]))
    assert app.query_params["runs"] == LINK


def test_back_or_forward_to_another_set_replaces_the_set(monkeypatch):
    app = open_page("compare_losses", runs=LINK)
    monkeypatch.setattr(address, "back_or_forward", lambda: True)
    app.query_params["runs"] = "B-m-h-1-b-z_D-m-ll-1-b-z"
    app.run()
    assert shows(app, expected(read("B-m-h-1-b-z_D-m-ll-1-b-z")[0]))


def test_a_mistake_in_a_link_is_named_and_the_rest_is_used():
    app = open_page("compare_losses", runs="A-m-ll-1-b-z_B-m-perceptron-1-b-z_C-m-h-1-b-z")
    (warning,) = app.warning
    assert "`B-m-perceptron-1-b-z` was left out: its loss `perceptron` is none of ll (log loss)" in warning.value
    assert shows(app, expected(read("A-m-ll-1-b-z_C-m-h-1-b-z")[0]))
    app.get_by_key("epochs").set_value(5).run()
    assert not app.warning


NONSENSE = ["", "nonsense", "-1", "1e400", "nan", "9" * 5000, "<script>alert(1)</script>", "[](x)", "\u202e3", "_" * 99]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda v: v[:12] or "empty")
def test_nonsense_in_every_parameter_shows_the_first_set(value):
    names = ("runs", "epochs", "batch_size", "l2", "train_images", "shapes", "seed", "first", "second")
    app = open_page("compare_losses", **dict.fromkeys(names, value))
    assert len(app.table[0].value) == 6
    assert len(charts(app)) == 3
    if value:
        assert "first runs" in app.warning[0].value


def test_a_forged_message_changes_nothing():
    """What a browser may send in the place of the rows."""
    from streamlit.testing.v1 import AppTest

    def script(sent):
        import streamlit as st

        from explorer.lessons.compare_losses import row_set
        from explorer.ui import compare_losses as ui
        from explorer.ui.components import run_rows

        found = []
        run_rows._component = lambda on_rows_change, **more: found.append(on_rows_change)
        ui.editor(ui.rows())
        st.session_state["run_rows"] = {"rows": sent}
        found[0]()
        st.text(row_set.write(ui.rows()))

    real = run_rows._component
    try:
        for sent in (None, 7, ["A"], "", "A-m-ll-1-b-z", "A-m-ll-1-b-z_B-m-evil-1-b-z", "x" * 10**5, {"a": 1}):
            app = AppTest.from_function(script, kwargs={"sent": sent}).run()
            assert not app.exception
            assert app.text[0].value == write(FIRST_SET)
        app = AppTest.from_function(script, kwargs={"sent": LINK}).run()
        assert app.text[0].value == LINK
    finally:
        run_rows._component = real


def test_the_drawer_shows_the_losses_as_curves_and_explains_them():
    app = open_page("compare_losses", shapes="true", first="5", second="6")
    # The loss and its slope, for an image of each digit.
    assert len(spec(app, "loss_shapes")["data"]) == 4 * sum(not loss.pixelwise for loss in LOSSES.values())
    assert "Zero one cannot learn" in text(app)
    assert "A 5 with the score −8" in outside_links(text(app))


@pytest.mark.parametrize("more", [
    {"l2": "1", "runs": "A-m-ll-100-b-r_B-m-h-100-b-r"}, {"epochs": "1"}, {"train_images": "10", "batch_size": "all"},
    {"runs": "_".join(f"{letter}-d-ll-0.1-b-z" for letter in row_set.LETTERS)}, {"runs": "A-m-zo-1-b-r_B-d-pd-1-n-z"},
], ids=["diverged", "one epoch", "few images", "eight alike", "none learns"])
def test_every_state_is_complete(more):
    app = open_page("compare_losses", **more, shapes="true")
    assert len(charts(app)) == 4
    assert not app.warning
    if "runs" in more and "d-ll" in more["runs"]:
        assert "All runs give the same answer" in text(app)


def test_the_page_is_complete_on_mnist(mnist):
    app = open_page("compare_losses", dataset="mnist", epochs="2")
    shared = Settings(dataset="mnist", epochs=2)
    outcomes = expected(FIRST_SET, shared)
    assert results.sentence(outcomes) in text(app)
    assert right_answers(app) == results.table(outcomes, lambda row: "")["right"]
