"""A saved model: weights from a file, beside a run of the page and scikit-learn's, and their training going on."""

import streamlit as st

from explorer import texts
from explorer.lessons import saved_model as lesson
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import saved_model as ui

words = texts.of("saved_model")

st.subheader(words("title"), help=words("title_help"))
file_and_weights, choices = st.container(), st.container(key="model_choices")
with choices:
    st.markdown(f"**{words('go_on')}**")
    controls.training()
    expected = page_frame.expectation("saved_model", lesson.QUESTION, lesson.EXPECTATIONS)
chosen = controls.current()
dataset = cached.dataset(chosen)
with file_and_weights:
    left, right = st.columns([1, 2.4], gap="medium")
with left:
    ui.load(chosen)
    model = ui.model()
    if model:
        st.markdown(lesson.about(model))
    has_other_pixels = ui.other_data(chosen)
is_loaded = model is not None and not has_other_pixels
settings = ui.going_on(chosen) if is_loaded else chosen
with left:
    if is_loaded:
        ui.keep_or_save(settings)
with choices:
    if settings.epochs != chosen.epochs:
        page_frame.shortened([chosen], settings.epochs)
    if is_loaded:
        note = lesson.score_note(model, chosen)
        if note:
            st.info(note, icon=":material/info:")
        run, anew = ui.continued(settings), cached.run(settings)
        accuracy, bias = ui.library(settings)
        page_frame.what_you_saw(
            lesson.sentence(run, anew, accuracy, dataset), expected, lesson.outcome(run, anew, dataset),
            key="model_happened",
        )
    else:
        st.container(key="model_happened").markdown(ui.nothing_yet(settings))
with right:
    show.figure(
        ui.weights_title(settings, is_loaded), ui.weights(settings, is_loaded), key="model_weights",
        alt=words("weights.alt"),
    )
if is_loaded:
    with st.container(key="beside_model"):
        left, right = st.columns(2, gap="medium")
    with left:
        show.figure(words("curves.title"), ui.curves(settings), key="model_curves", alt=words("curves.alt"))
    with right:
        show.table(lesson.table(run, anew, accuracy, bias), alt=words("table.alt"))
    ui.on_the_balance(settings)

page_frame.task("saved_model", is_loaded and lesson.is_better(run))
if is_loaded:
    take_home.of_saved(settings)
else:
    take_home.of_run(settings)
live.offer("saved_model", settings, said=["model_happened"])  # read out; what the model gives stays in the visit
