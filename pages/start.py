"""Start: a real 3 and a real 7, the learned weights, the sum and the bias; then links to other pages."""

import streamlit as st

from explorer.engine.scores import SCORES
from explorer.figures.images import pixel_contributions
from explorer.lessons import start as lesson
from explorer.lessons.sums import score_sum
from explorer.ui import cached, controls, linked, page_frame, show

settings = controls.current()
dataset = cached.dataset(settings)
model = lesson.start_model(settings)
run = cached.run(model)
first, second = dataset.digits

st.subheader("Why multiply a pixel by a weight, and what is the bias for?")
st.markdown(
    "*“I don't understand what the purpose or benefit is of multiplying these numbers together … plus a bias …”*",
    help="A learner, after the lesson that tells handwritten threes from sevens with 784 weights and a bias.",
)
choices = lesson.answer_choices(dataset.digits)
expected = page_frame.expectation("start", "Raise the bias far enough: what does the model answer?", choices)

images = [lesson.images_of(dataset, label) for label in (1, 0)]
with st.container(horizontal=True):
    numbers = [
        controls.whole_number(f"Another {digit}", 0, len(rows) - 1, key=key, width=230)
        for digit, rows, key in zip(dataset.digits, images, ("nth_first", "nth_second"), strict=True)
    ]
    moved = linked.control(st.slider, "Move the bias", -15.0, 15.0, 0.0, 0.5, key="bias_moved", width=330)

moved_run = lesson.with_moved_bias(run, moved)
for column, rows, i, digit, color in zip(
    st.columns(2), images, numbers, dataset.digits, ("blue", "orange"), strict=True
):
    with column:
        x = dataset.X_test[rows[i]]
        account = score_sum(moved_run, dataset, x, last=lesson.HUNDREDTHS)
        show.figure(
            f"A real :{color}[{digit}]: its pixels, times the weights, added up",
            pixel_contributions(
                x, run.weights[-1], account.parts, dataset.image_shape, SCORES["multiply"].neutral,
                titles=("values", "weights", "value × weight"),
            ),
            key=f"real_{color}", alt=f"An image of a {digit}, the learned weights, and their product pixel by pixel",
        )
        st.markdown(lesson.sentence(account, first, digit))

sentence, happened = lesson.answers_with_moved_bias(run, dataset, moved)
page_frame.what_you_saw(sentence, expected, happened)
st.markdown(
    f"A pixel that is :blue[blue] in *value × weight* speaks for {first}, an :orange[orange] one for {second}; "
    f"a score above 0 answers {first}. Training found the weights: guess, check, correct."
)
page_frame.cards((
    ("why_multiply", "Why multiply?", "Why a product, and not abs(value − weight)?"),
    ("one_image", "One image", "What does it see, pixel by pixel, in a digit that I draw?"),
    ("bias", "The bias", "What is lost without it, with one pixel or with all?"),
    ("prices", "Apples and pears", "3 apples and 2 pears cost 7. What does one cost?"),
    ("train", "Train", "What does each choice do: learning rate, loss, start?"),
), model)
