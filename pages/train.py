"""Train: every choice of the lesson as a control, and what it does, at once."""

import streamlit as st

from explorer import figures
from explorer.explanations import curves_note, formulas, number, weights_note
from explorer.scores import SCORES
from explorer.ui import cached, controls, show, take_home, train_parts
from explorer.verdict import facts

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
score = SCORES[settings.score]
first, second = dataset.digits

verdict = cached.verdict_on(settings)
what_happened = st.markdown(verdict.sentence if verdict else facts(run, dataset))

left, right = st.columns(2)
with left:
    show.figure(
        "Does it get better from epoch to epoch?", figures.learning_curves(run, references), key="curves",
        alt="Accuracy and loss against the epoch, for training and test digits",
    )
    st.markdown(curves_note(references))
with right:
    show.figure(
        f"Ink speaks :blue[for {first} where blue], :orange[for {second} where orange]",
        figures.weight_image(run, dataset.image_shape, score.neutral),
        key="weights", alt="The weights as a picture, with a slider over the epochs",
    )
    st.caption(weights_note(run, dataset))

left, right = st.columns([3, 2])
with left:
    show.figure(
        f"Scores of images of a :orange[{second}] and of a :blue[{first}]: right of 0 it answers {first}",
        figures.score_histograms(answers.scores, dataset.y_test, dataset.digits), key="scores",
        alt=f"Histogram of the scores of the test images of {first} and of {second}",
    )
with right:
    show.figure(
        "Which digit does it get wrong?", figures.confusion_matrix(answers.counts, dataset.digits), key="confusion",
        alt=f"How many test images of {first} and of {second} got which answer",
    )

show.section(
    f"The {len(answers.most_wrong)} most wrong of {answers.wrong:,} wrong answers" if answers.wrong
    else "No test image is wrong: these came closest"
)
wrong = answers.most_wrong.tolist()
shown = [first if dataset.y_test[image] else second for image in wrong]
st.image(
    [figures.tile(dataset.X_test[image], dataset.image_shape) for image in wrong],
    caption=[
        show.image_link(settings, image, f"a {digit}: {number(answers.scores[image], '+.1f')}")
        for image, digit in zip(wrong, shown, strict=True)
    ],
    alt=[f"Test image {image}, a {digit}" for image, digit in zip(wrong, shown, strict=True)],
    width=84, output_format="PNG",
)

train_parts.one_image(settings)
train_parts.one_update(settings)

with show.drawer("The formulas, with the numbers of this run", key="formulas") as drawer:
    if drawer.open:
        for what, formula in formulas(run, dataset):
            st.markdown(what)
            st.latex(formula)

take_home.of_run(settings)

if not verdict:  # the pictures are sent: now there is time to compare with other runs
    what_happened.markdown(cached.verdict_on(settings, what_happened).sentence)
