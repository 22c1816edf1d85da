"""Your own digits: signs that are drawn or photographed, as a test for the model, and as what it learns from."""

import streamlit as st

from explorer import texts
from explorer.lessons.one_image.contributions import model_of
from explorer.lessons.your_digits import results
from explorer.lessons.your_digits.signs import names_of
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import your_digits as ui

words = texts.of("your_digits")

chosen = controls.current()
dataset = cached.dataset(chosen)
names = names_of(ui.signs(), dataset.digits)
st.subheader(words("title"), help=words("title_help"))
expected = page_frame.expectation("your_digits", results.QUESTION, results.EXPECTATIONS)

left, right = st.columns([1, 2.4], gap="medium")
with left:
    ui.source(names)
    ui.names_and_files()
with right:
    strips = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        use = ui.use(chosen)
        with st.popover(words("model.label"), icon=":material/tune:"):
            controls.training(within_popover=True)
            chosen = controls.current()
            asked = model_of(chosen)
            st.caption(words("model.lesson" if asked != chosen else "model.chosen"))
    settings = ui.affordable(asked, use)
    if settings != asked:
        page_frame.shortened([asked], settings.epochs)
    found = ui.result(settings, use)
    sentence = ui.what_happened(found, settings, use, names)
    happened = results.outcome(found) if found else None
    if happened:
        page_frame.what_you_saw(sentence, expected, happened, key="own_happened")
    else:
        st.container(key="own_happened").markdown(sentence)
    if found is None and not len(ui.signs()):
        st.markdown(words("intro", first=names[0], second=names[1]))
    picture, images = st.columns([2, 3], gap="medium")
    with picture:
        show.figure(
            ui.weights_title(settings, names), ui.weights(found, settings), key="own_weights", alt=words("weights.alt"),
        )
    with images:
        if found:
            ui.wrong(found, settings, names)
with strips:
    ui.strips(settings, names, found)

page_frame.task("your_digits", ui.is_task_done(found))
if found:
    take_home.of_own_images(settings, use)
live.offer("your_digits", settings, said=["own_happened"])  # read out; what the images give stays in the visit
