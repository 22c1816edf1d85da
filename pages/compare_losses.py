"""Compare losses: two to eight runs side by side, on the same images, in the same batches, from the same start."""

from functools import partial

import streamlit as st

from explorer import texts
from explorer.figures import compare_losses as figures
from explorer.lessons.compare_losses import loss_shapes, results, row_set
from explorer.lessons.runs import epochs_shown
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import compare_losses as ui
from explorer.ui.components.epoch_player import epoch_player

words = texts.of("compare_losses")

left, right = st.columns([1, 1.2], gap="medium")
with right, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    controls.for_all_runs()
settings = controls.current()
with left:
    st.subheader(words("title"), help=words("help"))
    rows = ui.rows()
dataset = cached.dataset(settings)
first, second = dataset.digits
trained = ui.affordable(rows, settings)  # maybe for fewer epochs
outcomes = ui.results(rows, trained)

with left:
    with st.container(key="comparison"):
        st.markdown(results.sentence(outcomes))
    controls.say_if_unscheduled()
    if trained != settings:
        page_frame.shortened(row_set.settings_of(rows, settings), trained.epochs)
    accuracies = st.container()
with right:
    ui.editor(rows)
    st.caption(f"{words('editor.hint')} {results.fairness(outcomes)}")

below, beside = st.columns([1, 1.2], gap="medium")
with beside:
    weights = st.container()
    player = st.container()
    is_learned = ui.weights_shown(rows, trained)
    st.caption(results.weights_note(outcomes, is_learned))
goal = controls.chosen_goal()
pictures = ui.figures(rows, trained, is_learned, goal)
with accuracies:
    show.figure(
        words("accuracies.title"), pictures["accuracies"], key="accuracies", alt=words("accuracies.alt"),
    )
with below:
    show.figure(words("losses.title"), pictures["losses"], key="losses", alt=words("losses.alt"))
    st.caption(words("losses.note"))
with weights:
    show.figure(
        words("weights.title_learned" if is_learned else "weights.title", first=first, second=second),
        pictures["weights_of_all"], key="weights_of_all",
        alt=words("weights.alt" if is_learned else "weights.alt_weights"),
    )
with player:
    epoch_player(epochs_shown(trained.epochs), repr((rows, trained, is_learned)), key="player")

remarks = results.remarks(outcomes, dataset.digits)
if remarks:
    show.section(words("remarks.title"))
    st.markdown("\n".join(f"- {remark}" for remark in remarks))

controls.goal_to_reach()
if goal is not None:
    with st.container(key="goal_ranking"):
        st.markdown(results.ranking(outcomes, goal))
st.markdown(words("table.intro"))
show.table(results.table(outcomes, partial(ui.train_link, shared=settings), goal), alt=words("table.alt"))
st.caption(words("table.note"))

show.section(words("disagree.title"))
disagreement = results.disagreement(outcomes, dataset)
st.markdown(disagreement.sentence)
if disagreement.count:
    st.image(
        cached.tiles(settings, disagreement.images), caption=disagreement.captions, width=84,
        alt=[words("disagree.alt", image=i) for i in disagreement.images],
    )

with show.drawer(words("shapes.drawer"), key="shapes") as drawer:
    if drawer.open:
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            show.figure(
                words("shapes.title"), figures.loss_shapes(loss_shapes.shapes(), outcomes, dataset.digits),
                key="loss_shapes", alt=words("shapes.alt"),
            )
        with right:
            for sentence in loss_shapes.sentences(dataset.digits):
                st.markdown(sentence)

page_frame.task("compare_losses", results.nearly_alike(outcomes) is not None)
take_home.of_comparison(rows, trained, goal)
live.offer("compare_losses", trained, said=["comparison"], rows=row_set.write(rows), is_learned=is_learned, goal=goal)
