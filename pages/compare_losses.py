"""Compare losses: two to eight runs side by side, on the same images, in the same batches, from the same start."""

from functools import partial

import streamlit as st

from explorer.figures import compare_losses as figures
from explorer.lessons.compare_losses import loss_shapes, results, row_set
from explorer.lessons.runs import epochs_shown
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import compare_losses as ui
from explorer.ui.components.epoch_player import epoch_player

heading, shared = st.columns([1, 1.6], vertical_alignment="bottom")
with heading:
    st.subheader(
        "Compare losses",
        help="A loss says how wrong a model is; training makes it small. Here several trainings run side by side, on "
        "the same images, in the same batches. Each line is one run, yours to change: its score, its loss, its "
        "learning rate, with or without a bias, and the weights it starts from.",
    )
with shared, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    controls.for_all_runs()
settings = controls.current()
rows = ui.rows()
dataset = cached.dataset(settings)
first, second = dataset.digits
trained = ui.affordable(rows, settings)  # maybe for fewer epochs
outcomes = ui.results(rows, trained)

with st.container(key="comparison"):
    st.markdown(results.sentence(outcomes))
if trained != settings:
    page_frame.shortened(row_set.settings_of(rows, settings), trained.epochs)
pictures = ui.figures(rows, trained)

left, right = st.columns([1, 1.1], gap="medium")
with left:
    show.figure(
        "Which one learns fastest, and how far does it get?", pictures["accuracies"], key="accuracies",
        alt="Right answers on the test digits against the epoch, a line for each run",
    )
with right:
    ui.editor(rows)
    st.caption(f"A click on a letter hides its line, or shows it. {results.fairness(outcomes)}")

left, right = st.columns([1, 1.1], gap="medium")
with left:
    show.figure(
        "Its own loss, each on its own scale", pictures["losses"], key="losses",
        alt="Loss on the test digits against the epoch, a panel for each loss",
    )
    st.caption(
        "Each loss counts in units of its own: a lower line in one panel says nothing about another panel. Compare "
        "heights only within a panel."
    )
with right:
    show.figure(
        f"The weights: ink speaks :blue[for {first}], :orange[for {second}]",
        pictures["weights_of_all"], key="weights_of_all", alt="The weights of all runs as pictures",
    )
    epoch_player(epochs_shown(trained.epochs), repr((rows, trained)), key="player")
    st.caption(results.weights_note(outcomes))

st.markdown(
    "**The same in numbers**, on the test digits. Each name opens its run in Train. √Σ weights² is the size of the "
    "weights (their L2 norm); seconds are a run's share of training them all at once."
)
show.table(
    results.table(outcomes, partial(ui.train_link, shared=settings)),
    alt="Right answers, losses, epochs, bias, size of the weights and time of each run",
)

show.section("Where they disagree")
disagreement = results.disagreement(outcomes, dataset)
st.markdown(disagreement.sentence)
if disagreement.count:
    st.image(
        cached.tiles(settings, disagreement.images), caption=disagreement.captions, width=84,
        alt=[f"Test image {i}" for i in disagreement.images],
    )

with show.drawer("What each loss asks of a score, and where it asks nothing", key="shapes") as drawer:
    if drawer.open:
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            show.figure(
                "The losses, and below them their slopes: what training follows",
                figures.loss_shapes(loss_shapes.shapes(), outcomes, dataset.digits), key="loss_shapes",
                alt="Each loss against the score, and its slope, for an image of each digit",
            )
        with right:
            for sentence in loss_shapes.sentences(dataset.digits):
                st.markdown(sentence)

page_frame.link_to_page("train", "Train one run, with every number in it", settings)
take_home.of_comparison(rows, trained)
live.offer("compare_losses", trained, said=["comparison"], rows=row_set.write(rows))
