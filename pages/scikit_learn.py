"""Against scikit-learn: our descent on the log loss beside a library's fit of the same model."""

import streamlit as st

from explorer import export
from explorer.lessons.scikit_learn import comparison
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import scikit_learn as ui

heading, conversion = st.columns([1, 2.3], vertical_alignment="center")
conversion = conversion.container(key="conversion")
heading.subheader(
    "Against scikit-learn",
    help="LogisticRegression of the library scikit-learn is the same model: value × weight, a bias, the log loss. It "
    "does not creep downhill in batches, though: it looks at all images at once, and at how the loss bends.  \n"
    "The penalty keeps the weights short. With one, there is exactly one lowest point, the minimum, and both should "
    "end there.",
)
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
main_sentence = st.container(key="descent")

left, right = st.columns(2, gap="medium")
with left:
    chart = st.container()
    beside = ui.beside()
    figures, texts = ui.descent(run, ours, ui.runs_beside(settings, beside), theirs, beside, dataset)
    with st.container(key="fit_note"):
        st.markdown(texts["fit_note"])
main_sentence.markdown(texts["descent"])
conversion.markdown(texts["conversion"])
with chart:
    show.figure(
        "How far above the minimum?" if theirs.minimum else "How far down does the loss go?",
        figures["way_down"], key="way_down",
        alt="The penalised loss above scikit-learn's minimum against the epoch, on a log axis",
    )
    with st.container(key="way_down_note"):
        st.markdown(texts["way_down_note"])
with right:
    show.figure(
        f"The weights, on one scale: ink speaks :blue[for {first}], :orange[for {second}]",
        figures["weights_beside"], key="weights_beside",
        alt="Our weights, scikit-learn's weights, and their difference as pictures on one colour scale",
    )
    show.table(
        comparison.comparison_table(run, ours, theirs, dataset),
        alt="Accuracy, losses, bias, work and time of our descent and of scikit-learn",
    )

disagreement = comparison.disagreement(ours, theirs.model, dataset)
show.section(disagreement.title)
st.markdown(f"In brackets: the probability of a {first}.")
st.image(
    cached.tiles(settings, disagreement.images), caption=disagreement.captions, width=120,
    alt=[f"Test image {image}" for image in disagreement.images.tolist()],
)

table_of_models = st.container()

with show.drawer("The same in a few lines of scikit-learn", key="three_lines") as drawer:
    if drawer.open:
        st.markdown(
            "Two lines are all there is to it, the model and its fit; those above fetch the images. It prints, as "
            f"above: `{export.printed_scikit_learn(settings, theirs.fit, dataset)}`."
        )
        st.code(export.of_scikit_learn(settings).script, language="python")

page_frame.link_to_page("train", "Look at this run in Train", settings)
take_home.of_descent(settings)
live.offer("scikit_learn", comparison.with_penalty(settings, 0.0), said=["descent"], beside=beside, penalty=l2)
with table_of_models:
    ui.solvers(dataset, settings, ours, theirs)
