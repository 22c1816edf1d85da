"""Train: a control for every choice of the lesson, and what each does to the model."""

import streamlit as st

from explorer import texts
from explorer.engine import schedule
from explorer.engine.losses import LOSSES
from explorer.lessons.runs import curves_note, frames, weights_note, what_is_1
from explorer.lessons.train import legs, verdict
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import train as ui
from explorer.ui.components.epoch_player import epoch_player

words = texts.of("train")

st.subheader(words("title"), help=words("help"))
controls.training()
controls.keep_legs()
settings = controls.current(with_schedule=True)
dataset = cached.dataset(settings)
run = cached.run(settings)
references = cached.references(settings)
first, second = dataset.digits

judged = ui.verdict_on(settings, wait=False)  # None if it takes long
with st.container(key="what_happened"):
    what_happened = st.markdown(judged.sentence if judged else verdict.facts(run, dataset))

with st.container(key="beside_curves"):
    left, right = st.columns(2)
with right:
    picture = st.container()
    is_learned = controls.weights_shown(settings)
with left:
    chart = st.container()
    st.markdown(curves_note(references))
    if not schedule.is_plain(settings):
        st.caption(legs.note(settings))
    goal = ui.goal_and_legs(settings)
pictures = ui.figures(settings, is_learned, goal)
with chart:
    show.figure(words("curves.title"), pictures["curves"], key="curves", alt=words("curves.alt"))
with left:
    st.caption(words("intro"))
    if settings.start == "random":
        st.caption(words("random"))
with picture:
    what = "weights.learned" if is_learned else "weights.all"
    show.figure(
        words(
            "weights.pixelwise" if LOSSES[settings.loss].pixelwise else what, first=first, second=second,
            ink=what_is_1(settings),
        ),
        pictures["weights"], key="weights", alt=words(f"{what}_alt"),
    )
with right:
    curves = cached.curves(settings)
    epoch_player(frames(curves, run.last_epoch), repr(settings), key="player", steps=curves.steps)
    with st.container(key="weights_note"):
        st.caption(weights_note(run, dataset, is_learned))

with st.container(key="beside_scores"):
    left, right = st.columns([3, 2])
with left:
    show.figure(
        words("scores.title", first=first, second=second), pictures["scores"], key="scores",
        alt=words("scores.alt", first=first, second=second),
    )
with right:
    show.figure(
        words("confusion.title"), pictures["confusion"], key="confusion",
        alt=words("confusion.alt", first=first, second=second),
    )

ui.most_wrong(settings)
ui.reasons(settings)
ui.one_image(settings)
ui.one_update(settings)
ui.the_formulas(settings)

take_home.of_run(settings, goal)
live.offer(
    "train", settings, said=["what_happened"], is_learned=is_learned, goal=goal, offered=controls.epochs_offered(),
)

if not judged:  # the figures are drawn: now there is time to compare with other runs
    judged = ui.verdict_on(settings, wait=True)
    what_happened.markdown(judged.sentence)
page_frame.task("train", verdict.is_rate_too_big(judged))
