"""Against scikit-learn: our descent on the log loss beside a library's fit of the same model."""

import streamlit as st

from explorer import export, texts
from explorer.lessons.scikit_learn import comparison
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import scikit_learn as ui

words = texts.of("scikit_learn")

st.subheader(words("title"), help=words("help"))
expected = page_frame.expectation("scikit_learn", words("question"), comparison.CHOICES)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    l2 = ui.penalty()
    controls.descent()
    button_row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
settings = comparison.with_penalty(controls.current(), l2)
dataset = cached.dataset(settings)
with button_row:  # the button trains when it is pressed, so the images must be there
    ui.minimum_button(settings)
first, second = dataset.digits
theirs = ui.reference(settings)
run = cached.run(settings)
ours = comparison.our_model(run, dataset)
st.markdown(words("look"))
controls.say_if_unscheduled()
main_sentence = st.container()

left, right = st.columns(2, gap="medium")
with left:
    chart = st.container()
    beside = ui.beside()
    figures, sentences = ui.descent(
        run, ours, ui.runs_beside(settings, beside), theirs, beside, dataset, expected,
    )
with main_sentence:
    page_frame.when_asked(sentences["descent"], expected, key="descent")
with chart:
    show.figure(
        words("way.title" if theirs.minimum else "way.title_no_minimum"), figures["way_down"], key="way_down",
        alt=words("way.alt"),
    )
    with st.container(key="way_down_note"):
        st.markdown(sentences["way_down_note"])
with right:
    show.figure(
        words("weights.title", first=first, second=second), figures["weights_beside"], key="weights_beside",
        alt=words("weights.alt"),
    )
    show.table(comparison.comparison_table(run, ours, theirs, dataset), alt=words("table.alt"))
    with st.container(key="fit_note"):
        st.markdown(sentences["fit_note"])
    st.markdown(words("fit.methods"))

disagreement = comparison.disagreement(ours, theirs.model, dataset)
show.section(disagreement.title)
st.markdown(words("answers.note", first=first))
st.image(
    cached.tiles(settings, disagreement.images), caption=disagreement.captions, width=120,
    alt=[words("answers.alt", image=image) for image in disagreement.images.tolist()],
)

show.section(words("penalty.title"))
st.markdown(words("penalty.text"))
with st.container(key="conversion"):
    st.markdown(sentences["conversion"])

with show.drawer(words("lines.drawer"), key="three_lines") as drawer:
    if drawer.open:
        printed = export.printed_scikit_learn(settings, theirs.fit, dataset)
        st.markdown(words("lines.text", printed=printed))
        st.code(export.of_scikit_learn(settings).script, language="python")

table_of_models = st.container()

page_frame.link_to_page("train", words("onward.train"), settings)
page_frame.task("scikit_learn", comparison.is_same_model(run, ours, theirs, disagreement.count))
take_home.of_descent(settings)
live.offer(
    "scikit_learn", comparison.with_penalty(settings, 0.0), said=["descent"], beside=beside, penalty=l2,
    expected=expected,
)
with table_of_models:
    ui.solvers(dataset, settings, ours, theirs)
