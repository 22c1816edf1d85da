"""Learning rates: every learning rate for every loss, trained in one pass, as a map that can be clicked."""

from functools import partial

import streamlit as st

from explorer import texts
from explorer.figures import learning_rates as figures
from explorer.figures.tables import Table
from explorer.lessons import learning_rates as lesson
from explorer.ui import cached, controls, live, page_frame, show, take_home, waiting
from explorer.ui import learning_rates as ui
from explorer.ui.components.heat_map import heat_map

words = texts.of("learning_rates")

st.subheader(words("title"), help=words("help"))
losses, biases = ui.sweep_controls()
settings = controls.current()
dataset = cached.dataset(settings)
slot = st.empty()
if not losses:
    slot.info(words("controls.no_loss"), icon=":material/touch_app:")
    st.stop()
rows = lesson.rows(losses, biases)
trained = ui.affordable(settings, rows, dataset)  # maybe for fewer epochs
with waiting.at(slot):
    result = ui.sweep_of(trained, rows)
slot.markdown(lesson.sentence(result))
controls.say_if_unscheduled()
if trained != settings:
    page_frame.shortened(lesson.all_settings(settings, rows), trained.epochs)

left, right = st.columns([3, 2], gap="medium")
with right:
    row, rate = ui.cell_controls(rows)
    cell = result.cells[row][rate]
    with st.container(key="cell_sentence"):
        st.markdown(lesson.cell_sentence(result, row, rate, dataset))
    ui.try_rates(result, row)
    show.figure(None, figures.paths(result, (row, rate)), key="paths", alt=words("paths.alt"))
    st.caption(words("paths.note", count=f"{len(dataset.X_test):,}"))
    ui.open_in_train(cell.settings, settings)
with left:
    st.markdown(words("map.heading", epochs=lesson.epochs_of(cell)))
    heat_map(
        figures.grid_rows(rows), lesson.RATES, figures.grid_cells(result), (row, rate), figures.SEQUENTIAL,
        figures.MARKS, (figures.LABELS, figures.RIGHT), key="sweep_grid", words=words.table("map.legend"),
        then=partial(ui.pick, rows=rows),
    )
    if show.tables_wanted():
        numbers = Table(words("map.table_name"), lesson.accuracies_by_rate(result))
        show.as_table(words("map.table"), words("map.table_alt"), numbers, key="sweep_table")
    show.figure(
        words("lines.title"), figures.rate_lines(result, (row, rate)), key="rate_lines", alt=words("lines.alt"),
    )
    if settings.start == "random":
        st.caption(words("start_is_random"))
    goal = ui.goal_map(result, (row, rate))

with show.drawer(words("ranges.drawer"), key="ranges") as drawer:
    if drawer.open:
        show.table(lesson.table(result), alt=words("ranges.alt"))
        st.markdown(words(
            "ranges.note", count=len(rows) * len(lesson.RATES), seconds=f"{result.seconds:.3f}",
            lowest=f"{lesson.RATES[0]:g}", highest=f"{lesson.RATES[-1]:g}",
        ))

page_frame.task("learning_rates", lesson.breaks_one_and_suits_another(result, row, rate))
take_home.of_sweep(result, goal)
live.offer("learning_rates", trained, said=["cell_sentence"], losses=list(losses), biases=biases, row=row)
