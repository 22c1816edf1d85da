"""Against scikit-learn: our descent on the log loss beside a library's fit of the same model."""

import streamlit as st

from explorer import against, export
from explorer.figures import against as figures
from explorer.figures import tile
from explorer.ui import against_cached, cached, controls, lesson, show, take_home

heading, strength, status = st.columns([1, 1.7, 0.6], vertical_alignment="center")
heading.subheader(
    "Against scikit-learn",
    help="LogisticRegression of the library scikit-learn is the same model: value × weight, a bias, the log loss. It "
    "does not creep downhill in batches, though: it looks at all images at once, and at how the loss bends.  \n"
    "The penalty keeps the weights short. With one, there is exactly one lowest point, the minimum, and both should "
    "end there.",
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    l2 = against_cached.penalty()
    controls.descent()
    last = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
settings = against.with_penalty(controls.current(), l2)
dataset = cached.dataset(settings)
with last:  # its button trains at once: not before the images are here
    against_cached.arrive(settings)
first, second = dataset.digits
with status, st.spinner("scikit-learn fits"):
    rival = against_cached.rival(settings)
strength.markdown(against.conversion(dataset, settings))
run = cached.run(settings)
ours = against.our_model(run, dataset)

st.markdown(against.sentence(run, ours, rival))

left, right = st.columns(2, gap="medium")
with left:
    chart = st.container()
    beside = against_cached.beside()
    st.markdown(against.fit_note(rival))
with chart:
    others = against_cached.runs_beside(settings, beside)
    notes = against.curves_note(settings, [other.settings for other in others], rival, beside)
    show.figure(
        "How far above the minimum?" if rival.minimum else "How far down does the loss go?",
        figures.way_down(
            against.distances(run, rival.floor),
            [(name, against.distances(other, rival.floor)) for name, other in zip(notes.others, others, strict=True)],
            rival.stopped, rival.minimum is not None,
        ),
        key="way_down", alt="The penalised loss above scikit-learn's minimum against the epoch, on a log axis",
    )
    st.markdown(notes.text)
with right:
    show.figure(
        f"The weights, on one scale: ink speaks :blue[for {first}], :orange[for {second}]",
        figures.weights_beside(ours.weights, rival.model.weights, dataset.image_shape), key="weights_beside",
        alt="Our weights, scikit-learn's weights, and their difference as pictures on one colour scale",
    )
    st.table(
        against.comparison(run, ours, rival, dataset), hide_index=True,
        alt="Accuracy, losses, bias, work and time of our descent and of scikit-learn",
    )

apart = against.disagreement(ours, rival.model, dataset)
show.section(apart.title)
st.markdown(f"In brackets: the probability of a {first}.")
st.image(
    [tile(dataset.X_test[image], dataset.image_shape) for image in apart.images.tolist()], caption=apart.captions,
    width=120, output_format="PNG", alt=[f"Test image {image}" for image in apart.images.tolist()],
)

table_of_models = st.container()

with show.drawer("The same in a few lines of scikit-learn", key="three_lines") as drawer:
    if drawer.open:
        st.markdown(
            "Two lines are all there is to it, the model and its fit; those above fetch the images. It prints, as "
            f"above: `{export.printed_scikit_learn(settings, rival.fit, dataset)}`."
        )
        st.code(export.of_scikit_learn(settings).script, language="python")

lesson.onward("train", "Look at this run in Train", settings)
take_home.of_descent(settings)
with table_of_models:
    against_cached.solvers(dataset, settings, ours, rival)
