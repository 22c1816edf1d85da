"""One image: what every pixel adds to its score, for a test image or a drawing."""

from functools import partial

import streamlit as st

from explorer.engine.scores import SCORES
from explorer.engine.training import uses_bias
from explorer.figures import one_image as figures
from explorer.figures.images import pixel_contributions
from explorer.lessons.one_image import contributions, drawing
from explorer.lessons.runs import weights_note
from explorer.lessons.sums import score_sum
from explorer.ui import cached, controls, linked, page_frame, show
from explorer.ui.components.drawing_pad import drawing_pad
from explorer.ui.components.pixel_picker import pixel_picker

TEST, DRAWN = "test image", "your drawing"

st.subheader(
    "One image: what every pixel adds to its score",
    help="Each pixel has a value, from 0 (paper) to 1 (ink), and a weight, which was learned. The model multiplies the "
    "two, adds up all products, and the bias: that is the score. Above 0 it answers the first digit, else the second.",
)
expected = page_frame.expectation("one_image", contributions.QUESTION, contributions.EXPECTATIONS)

left, right = st.columns([1, 2.4], gap="medium")
with left:
    source = linked.control(
        st.segmented_control, "Image", (TEST, DRAWN), default=TEST, required=True, key="source",
        hide_label="A test image or a drawing", label_visibility="collapsed",
    )
    drawn = source == DRAWN
    pad, model = st.container(), st.popover("The model", icon=":material/tune:", width="stretch")
with model:
    controls.training(within_popover=True)
settings = controls.current()
dataset = cached.dataset(settings)
run = cached.run(settings)
answers = cached.answers_of(settings)
score = SCORES[settings.score]
first, second = dataset.digits
height, width = dataset.image_shape
weights = run.weights[run.last_epoch]

with pad:
    if drawn:
        strokes = drawing_pad(
            f"A pad to draw a {first} or a {second} on, by mouse, finger or pen", f"Draw a {first} or a {second} here",
            key="pad",
        )
        x = drawing.image_of_drawing(dataset, strokes, settings.black_and_white, settings.inverted)
        truth, name, blank = None, "your drawing", not strokes
    else:
        last = len(dataset.X_test) - 1
        image = controls.whole_number("Test image", 0, last, key="image", width="stretch")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Previous", on_click=controls.set_controls, kwargs={"image": max(image - 1, 0)}, disabled=image == 0,
            )
            st.button(
                "Next", on_click=controls.set_controls, kwargs={"image": min(image + 1, last)}, disabled=image == last,
            )
            st.button(
                "A hard one", on_click=controls.set_controls,
                kwargs={"image": contributions.next_image(answers.most_wrong, image)},
                help="The test images that this model gets most wrong, one after the other; where none is wrong, "
                "those that came closest.",
            )
        x, truth = dataset.X_test[image], first if dataset.y_test[image] else second
        name, blank = f"test image {image}", False

account = score_sum(run, dataset, x)
with right:
    pictures = st.container()
    rows = contributions.row_sums(account, dataset.image_shape)
    show.figure(
        f"The sum, row by row: :blue[towards {first}], :orange[towards {second}]",
        figures.rows_and_bias(rows, account.bias if uses_bias(settings) else None, account.score, dataset.digits),
        key="rows",
        alt="What each row of pixels adds to the score, then the bias, and the score that they sum to",
    )
page_frame.what_you_saw(
    contributions.sentence(run, dataset, x, account, truth, blank), expected,
    None if blank else contributions.outcome(run, x),
)

show.section("What if one pixel, or one weight, were another?")
middle = (height // 2, width // 2)
picker, choices = st.columns([1, 2.4], gap="medium")
with choices:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = controls.whole_number("Pixel: row", 0, height - 1, key="row", default=middle[0])
        column = controls.whole_number("Pixel: column", 0, width - 1, key="column", default=middle[1])
        strongest = contributions.strongest_pixel(run, x)
        st.button(
            "Blot the strongest", icon=":material/ink_pen:",
            on_click=controls.set_pixel, args=(strongest, width), kwargs={"what_if": "blot with ink"},
            help="The pixel whose ink would move the score furthest towards the other answer.",
        )
    what_if = st.segmented_control(
        "This pixel", contributions.CHANGES, default=contributions.CHANGES[0], required=True, key="what_if",
        bind="query-params",
    )
    weight_to = st.slider(
        "Its weight becomes", -5.0, 5.0, 0.0, 0.05, key="weight_to", bind="query-params", width=318,
        disabled=what_if != "set weight",
    )
    pixel = row * width + column
    change = contributions.change_pixel(run, dataset, x, account, pixel, what_if, weight_to)
    st.markdown(change.sentence)
with picker:
    st.markdown(f"**{score.summand}**: pick a pixel")
    pixel_picker(
        contributions.relative_parts(change.parts), dataset.image_shape, [pixel], key="picked",
        label=f"{score.summand} of every pixel.", then=partial(controls.set_pixel, width=width),
    )

with pictures:
    show.figure(
        None, pixel_contributions(
            x, weights, account.parts, dataset.image_shape, score.neutral, height=250,
            titles=(name, "the weights", score.summand),
            words=contributions.pixel_sentences(x, weights, account.parts, settings.score, dataset.digits),
            marked=pixel if (row, column) != middle or what_if != contributions.CHANGES[0] else None,
        ),
        key="pictures", alt=f"{name.capitalize()}, the weights, and what each pixel adds to the score",
    )
    st.caption(weights_note(run, dataset, where="The model"))

other = contributions.other_score_model(settings)
show.section(f"The same image, told by the score “{other.score}”")
other_run, other_score = cached.run(other), SCORES[other.score]
other_account, other_weights = score_sum(other_run, dataset, x), other_run.weights[other_run.last_epoch]
st.markdown(contributions.other_score_sentence(other_run, dataset, other_account))
show.figure(
    None, pixel_contributions(
        x, other_weights, other_account.parts, dataset.image_shape, other_score.neutral, height=220,
        titles=(name, "its weights", other_score.summand),
        words=contributions.pixel_sentences(x, other_weights, other_account.parts, other.score, dataset.digits),
    ),
    key="other", alt=f"{name.capitalize()}, the weights of the other score, and what each pixel adds",
)
page_frame.link_to_page("bias", "What is the bias for?", settings)
