"""Train: every choice of the lesson as a control, and what it does, at once."""

import streamlit as st

from explorer import figures
from explorer.explanations import curves_note, formulas, image_account, number, weights_note
from explorer.ledger import update_ledger
from explorer.scores import SCORES
from explorer.training import batches, step_of_run, training_rows
from explorer.ui import cached, controls, lesson, show, take_home
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
height, width = dataset.image_shape

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


@st.fragment
def one_image() -> None:
    """One test image, pixel by pixel: what a link from the most wrong images shows."""
    with show.drawer("One test image: what every pixel adds to its score", key="look") as drawer:
        if not drawer.open:
            return
        image = controls.whole("Test image", 0, len(dataset.X_test) - 1, key="image", width=400)
        account = image_account(run, dataset, image)
        st.markdown(account.sentence)
        show.figure(
            None, figures.one_image(
                dataset.X_test[image], run.weights[run.last_epoch], account.parts, dataset.image_shape, score.neutral,
                titles=("the image", "the weights", score.summand),
            ),
            key="one_image", alt=f"Test image {image}, the weights, and what each pixel adds to the score",
        )
        lesson.onward("one_image", "Blot a pixel of it, set a weight, or draw one yourself", settings, image=str(image))


@st.fragment
def one_update() -> None:
    """One step of the training, with every number in it, for one pixel."""
    with show.drawer("One update, in numbers: how a batch moves one weight, and the bias", key="update") as drawer:
        if not drawer.open:
            return
        st.caption(
            "The error of an image is the slope of its loss by its score: below 0 where a higher score would be "
            "better. Times the value of the framed pixel, averaged, it moves the weight; times 1, averaged, the bias."
        )
        n_batches = len(batches(training_rows(dataset, settings), settings, epoch=1))
        with st.container(horizontal=True):
            epoch = controls.whole("Epoch", 1, min(run.last_epoch + 1, settings.epochs), key="at_epoch")
            batch = controls.whole("Batch", 1, n_batches, key="at_batch")
            row = controls.whole("Pixel: row", 0, height - 1, key="row", default=height // 2)
            column = controls.whole("Pixel: column", 0, width - 1, key="column", default=width // 2)
        pixel = row * width + column
        step = step_of_run(dataset, run, epoch, batch - 1)
        left, right = st.columns([2, 3])
        with left:
            show.figure(
                "What this batch adds to each weight",
                figures.pixel_change(step.weights_after - step.weights_before, dataset.image_shape, pixel),
                key="pixel_change", alt="The change of every weight in this update, with the chosen pixel framed",
            )
            st.markdown(f"The loss of this batch went from {step.loss_before:.6f} to {step.loss_after:.6f}.")
        with right:
            show.ledger(update_ledger(step, dataset, run, pixel))


one_image()
one_update()

with show.drawer("The formulas, with the numbers of this run", key="formulas") as drawer:
    if drawer.open:
        for what, formula in formulas(run, dataset):
            st.markdown(what)
            st.latex(formula)

take_home.of_run(run, dataset)

if not verdict:  # the pictures are sent: now there is time to compare with other runs
    what_happened.markdown(cached.verdict_on(settings, what_happened).sentence)
