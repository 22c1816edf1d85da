"""Learning rates: every learning rate for every loss, trained in one pass, as a map that can be clicked."""

from functools import partial

import streamlit as st

from explorer.figures import learning_rates as figures
from explorer.figures.tables import Table
from explorer.lessons import learning_rates as lesson
from explorer.lessons.runs import curves_note
from explorer.ui import cached, controls, live, page_frame, show, take_home, waiting
from explorer.ui import learning_rates as ui
from explorer.ui.components.heat_map import heat_map

st.subheader(
    "Which learning rate suits which loss?",
    help="Every step changes each weight by minus the learning rate times its gradient: too small and nothing is "
    "learned in the time there is, too large and the steps jump over what they look for.  \nHere every learning rate "
    "is tried with every loss that you choose. All runs start from the same weights and see the same batches in the "
    "same order, so that nothing but the loss, the rate and the bias differs.",
)
losses, biases = ui.sweep_controls()
settings = controls.current()
dataset = cached.dataset(settings)
slot = st.empty()
if not losses:
    slot.info("Choose at least one loss above: each becomes a row of the map.", icon=":material/touch_app:")
    st.stop()
rows = lesson.rows(losses, biases)
trained = ui.affordable(settings, rows, dataset)  # maybe for fewer epochs
with waiting.at(slot):
    result = ui.sweep_of(trained, rows)
slot.markdown(lesson.sentence(result))
if trained != settings:
    page_frame.shortened(lesson.all_settings(settings, rows), trained.epochs)

left, right = st.columns([3, 2], gap="medium")
with right:
    row, rate = ui.cell_controls(rows)
    cell = result.cells[row][rate]
    references = cached.references(settings)
    with st.container(key="cell_sentence"):
        st.markdown(lesson.cell_sentence(result, row, rate, dataset))
    ui.open_in_train(cell.settings, settings)
    show.figure(
        None, figures.cell_curves(cell, references), key="cell_curves",
        alt="Accuracy and loss of the chosen run against the epoch, for training and test digits",
    )
    st.markdown(curves_note(references))
with left:
    epochs = f"{trained.epochs:,} epoch{'s' if trained.epochs > 1 else ''}"
    st.markdown(f"**Right answers after {epochs}.** Pick a cell to see it.")
    heat_map(
        figures.grid_rows(rows), lesson.RATES, figures.grid_cells(result), (row, rate), figures.SEQUENTIAL,
        figures.MARKS, (figures.LABELS, figures.RIGHT), key="sweep_grid", label="Accuracy by loss and learning rate.",
        then=partial(ui.pick, rows=rows),
    )
    if show.tables_wanted():
        show.as_table(
            "Right answers by learning rate", "Right answers by learning rate, a column for each row of the map",
            Table("right answers", lesson.accuracies_by_rate(result)), key="sweep_table",
        )
    show.figure(
        "The same as lines: how wide is the top?", figures.rate_lines(result, (row, rate)), key="rate_lines",
        alt="Accuracy on the test digits against the learning rate, a line for each row of the map",
    )

with show.drawer("The ranges as a table", key="ranges") as drawer:
    if drawer.open:
        show.table(lesson.table(result), alt="The best accuracy and the range of rates near it, by row")
        st.markdown(
            f"{len(rows) * len(lesson.RATES)} runs, trained in one pass of {result.seconds:.3f} seconds. A range ends "
            f"where the next rate is more than one point below the best of its row. The list of rates goes from "
            f"{lesson.RATES[0]:g} to {lesson.RATES[-1]:g}: a range that reaches an end of it may go on."
        )

take_home.of_sweep(result)
live.offer("learning_rates", trained, said=["cell_sentence"], losses=list(losses), biases=biases, row=row)
