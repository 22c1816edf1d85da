"""Train: a control for every choice of the lesson, and what each does to the model."""

import streamlit as st

from explorer import texts
from explorer.lessons.runs import curves_note, epochs_shown, weights_note
from explorer.lessons.train import formulas, verdict
from explorer.lessons.words import number
from explorer.ui import cached, controls, live, show, take_home
from explorer.ui import train as ui
from explorer.ui.components.epoch_player import epoch_player

words = texts.of("train")

st.subheader(
    "Train: guess, check, correct",
    help="The model has one weight for each pixel. From the values of the pixels and the weights it makes one number, "
    "the score: above 0 it answers the first digit, else the second.  \nTraining begins with any weights, checks how "
    "wrong the scores are (the loss), corrects every weight a little, and does so again, epoch after epoch.",
)
controls.training()
settings = controls.current()
dataset = cached.dataset(settings)
run = cached.run(settings)
references = cached.references(settings)
answers = cached.answers_of(settings)
first, second = dataset.digits

early_verdict = ui.verdict_on(settings, wait=False)  # None if it takes long
with st.container(key="what_happened"):
    what_happened = st.markdown(early_verdict.sentence if early_verdict else verdict.facts(run, dataset))

left, right = st.columns(2)
with right:
    is_learned = controls.weights_shown(settings)
    pictures = ui.figures(settings, is_learned)
with left:
    show.figure(
        "Does it get better from epoch to epoch?", pictures["curves"], key="curves",
        alt="Accuracy and loss against the epoch, for training and test digits",
    )
    st.markdown(curves_note(references))
with right:
    what = "weights.learned" if is_learned else "weights.all"
    show.figure(
        words(what, first=first, second=second), pictures["weights"], key="weights", alt=words(f"{what}_alt"),
    )
    epoch_player(epochs_shown(run.last_epoch), repr(settings), key="player")
    with st.container(key="weights_note"):
        st.caption(weights_note(run, dataset, is_learned))

left, right = st.columns([3, 2])
with left:
    show.figure(
        f"Scores of images of a :orange[{second}] and of a :blue[{first}]: right of 0 it answers {first}",
        pictures["scores"], key="scores",
        alt=f"Histogram of the scores of the test images of {first} and of {second}",
    )
with right:
    show.figure(
        "Which digit does it get wrong?", pictures["confusion"], key="confusion",
        alt=f"How many test images of {first} and of {second} got which answer",
    )

show.section(
    f"The {len(answers.most_wrong)} most wrong of {answers.wrong:,} wrong answers" if answers.wrong
    else "No test image is wrong: these came closest"
)
wrong = answers.most_wrong.tolist()
true_digits = [first if dataset.y_test[image] else second for image in wrong]
st.image(
    cached.tiles(settings, wrong),
    caption=[
        ui.image_link(settings, image, f"a {digit}: {number(answers.scores[image], '+.1f')}")
        for image, digit in zip(wrong, true_digits, strict=True)
    ],
    alt=[f"Test image {image}, a {digit}" for image, digit in zip(wrong, true_digits, strict=True)],
    width=84,
)

ui.one_image(settings)
ui.one_update(settings)

with show.drawer("The formulas, with the numbers of this run", key="formulas") as drawer:
    if drawer.open:
        for sentence, formula in formulas.formulas(run, dataset):
            st.markdown(sentence)
            st.latex(formula)

take_home.of_run(settings)
live.offer("train", settings, said=["what_happened"], is_learned=is_learned)

if not early_verdict:  # the figures are drawn: now there is time to compare with other runs
    what_happened.markdown(ui.verdict_on(settings, wait=True).sentence)
