"""Start: a real 3 and a real 7, the learned weights, the sum and the bias; then links to other pages."""

import streamlit as st

from explorer.lessons import start as lesson
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui import start as ui

settings = controls.current()
dataset = cached.dataset(settings)
model = lesson.start_model(settings)
first, second = dataset.digits

st.subheader("Why multiply a pixel by a weight, and what is the bias for?")
st.markdown(
    "*“I don't understand what the purpose or benefit is of multiplying these numbers together … plus a bias …”*",
    help="A learner, after the lesson that tells handwritten threes from sevens with 784 weights and a bias.",
)
choices = lesson.answer_choices(dataset.digits)
expected = page_frame.expectation("start", "Raise the bias far enough: what does the model answer?", choices)

with st.container(horizontal=True):
    numbers = [
        controls.whole_number(
            f"Another {digit}", 0, len(lesson.images_of(dataset, label)) - 1, key=key, width=230,
        ) for digit, label, key in ((first, 1, "nth_first"), (second, 0, "nth_second"))
    ]
    moved = linked.control(st.slider, "Move the bias", ui.MOVES[0], ui.MOVES[-1], 0.0, 0.5, key="bias_moved", width=330)

for column, label, nth, digit, color in zip(
    st.columns(2), (1, 0), numbers, dataset.digits, ui.COLORS, strict=True
):
    figures, texts = ui.real_image(model, label, nth, moved)
    with column:
        show.figure(
            f"A real :{color}[{digit}]: its pixels, times the weights, added up", figures[f"real_{color}"],
            key=f"real_{color}", alt=f"An image of a {digit}, the learned weights, and their product pixel by pixel",
        )
        st.container(key=f"sum_{color}").markdown(texts[f"sum_{color}"])

st.container(key="start_seen").markdown(ui.all_answers(model, moved, expected))
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
live.offer(
    "start", model, said=["start_seen"], expected=expected, bias_moved=moved, nth_first=numbers[0],
    nth_second=numbers[1], near_first=live.near(numbers[0]), near_second=live.near(numbers[1]),
)
