"""Links that ask for more than there is time for: the page trains for fewer epochs, says so, and means what it says."""

import pytest

from explorer import export
from explorer.engine.cost import shape_of
from explorer.engine.datasets import load
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Settings
from explorer.engine.training import train_many
from explorer.lessons import learning_rates, runs
from explorer.lessons.compare_losses import row_set
from explorer.lessons.compare_losses.row_set import LETTERS, Row
from explorer.ui import learning_rates as ui
from tests.support.figures import array
from tests.support.live import asked, text_in
from tests.support.pages import open_page, spec

LOSSES = list(LIMITS["loss"].options)
EIGHT = tuple(
    Row(letter, "distance", "log_loss", LEARNING_RATES[i + 5], True, "random") for i, letter in enumerate(LETTERS)
)


def said(app) -> list[str]:
    return [message.value for message in app.info]


def press(app, key):
    app.get_by_key(key).click()
    return app.run()


def test_a_sweep_that_would_take_too_long_is_trained_for_fewer_epochs():
    link = {"score": "distance", "batch_size": "16", "epochs": "1000", "sweep_bias": "both"}
    app = open_page("learning_rates", **link, losses=[loss.replace("_", " ") for loss in LOSSES])
    own = Settings(score="distance", batch_size=16, epochs=1000)
    rows = learning_rates.rows(LOSSES, "both")
    trained = learning_rates.affordable(own, rows, shape_of(load()))
    assert trained.epochs < 1000
    assert said(app) == [runs.shortened(learning_rates.all_settings(own, rows), trained.epochs)]
    assert f"are trained for {trained.epochs} epochs here, not 1,000" in said(app)[0]
    text = "\n".join(element.value for element in app.markdown)
    assert f"**Right answers after {trained.epochs} epochs, in %.**" in text
    assert f"fter {trained.epochs} epochs" in text_in(app, "cell_sentence")
    assert array(spec(app, "paths")["data"][0]["customdata"]).max() == trained.epochs
    assert asked(app, "cell_rate")["texts"]["cell_sentence"]
    # The visitor's choice stays, on the slider, in the address and in the link to Train.
    assert app.get_by_key("epochs").value == 1000
    assert app.query_params["epochs"] in ("1000", ["1000"])
    # What goes home is what was trained.
    sweep = ui.known_sweep(trained, rows)
    assert {cell.settings.epochs for line in sweep.cells for cell in line} == {trained.epochs}
    curves = export.sweep_csv(sweep).splitlines()
    assert len(curves) == 1 + len(rows) * len(LEARNING_RATES)


def test_a_comparison_that_would_take_too_long_is_trained_for_fewer_epochs(mnist):
    app = open_page(
        "compare_losses", dataset="mnist", runs=row_set.write(EIGHT), batch_size="16", epochs="30", train_images="all",
    )
    own = Settings(dataset="mnist", batch_size=16, epochs=30)
    trained = row_set.affordable(EIGHT, own, shape_of(mnist))
    assert 1 < trained.epochs < 30
    assert said(app) == [
        f"Eight runs that measure distances, in batches of 16, are trained for {trained.epochs} epochs here, not 30: "
        "so that the answer is there within 3 seconds."
    ]
    first = f"After {trained.epochs} epochs, the most unseen digits"
    assert first in "\n".join(element.value for element in app.markdown)
    epochs = array(spec(app, "accuracies")["data"][0]["customdata"])
    assert epochs[epochs % 1 == 0].tolist() == [*range(trained.epochs + 1)]
    assert asked(app, "player")["values"][-1] == trained.epochs
    assert app.get_by_key("epochs").value == 30
    assert all("epochs=30" in name for name in app.table[0].value["run"])
    printed, script = (code.value for code in press(app, "take_home").code)
    found = list(zip(row_set.names(EIGHT), train_many(mnist, row_set.settings_of(EIGHT, trained)), strict=True))
    assert printed == export.printed_comparison(found)
    assert f"for epoch in range({trained.epochs}):" in script


@pytest.mark.parametrize("epochs", [1, MAX_EPOCHS["digits"]])
@pytest.mark.parametrize("batch_size", ["16", "all"])
@pytest.mark.parametrize("page", ["learning_rates", "compare_losses"])
def test_what_there_is_time_for_is_trained_as_the_link_says(page, batch_size, epochs):
    app = open_page(page, epochs=str(epochs), batch_size=batch_size)
    assert not said(app)
    text = "\n".join(element.value for element in app.markdown)
    assert f"fter {epochs:,} epoch" in text
