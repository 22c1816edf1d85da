"""One image: what every pixel adds to its score, for a test image or a drawing."""

from functools import partial

import streamlit as st

from explorer.engine.scores import SCORES
from explorer.lessons.one_image import contributions, drawing
from explorer.lessons.runs import weights_note
from explorer.lessons.sums import score_sum
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui import one_image as ui
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
asked = {}  # what the pictures depend on: the drawing or the test image

with pad:
    if drawn:
        strokes = drawing_pad(
            f"A pad to draw a {first} or a {second} on, by mouse, finger or pen", f"Draw a {first} or a {second} here",
            key="pad",
        )
        image = contributions.from_drawing(dataset, strokes, settings)
        asked["drawing"] = drawing.encode(strokes)
    else:
        last = len(dataset.X_test) - 1
        place = controls.whole_number("Test image", 0, last, key="image", width="stretch")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Previous", on_click=controls.set_controls, kwargs={"image": max(place - 1, 0)}, disabled=place == 0,
            )
            st.button(
                "Next", on_click=controls.set_controls, kwargs={"image": min(place + 1, last)}, disabled=place == last,
            )
            st.button(
                "A hard one", on_click=controls.set_controls,
                kwargs={"image": contributions.next_image(answers.most_wrong, place)},
                help="The test images that this model gets most wrong, one after the other; where none is wrong, "
                "those that came closest.",
            )
        image = contributions.from_test_set(dataset, place)
        asked |= {"image": place, "near": live.near(place)}

account = score_sum(run, dataset, image.x)
what_you_saw = st.container(key="image_seen")

show.section("What if one pixel, or one weight, were another?")
middle = contributions.middle(dataset.image_shape)
picker, choices = st.columns([1, 2.4], gap="medium")
with choices:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = controls.whole_number("Pixel: row", 0, height - 1, key="row", default=middle[0])
        column = controls.whole_number("Pixel: column", 0, width - 1, key="column", default=middle[1])
        strongest = contributions.strongest_pixel(run, image.x)
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
        "Its weight becomes", ui.WEIGHTS[0], ui.WEIGHTS[-1], 0.0, 0.05, key="weight_to", bind="query-params",
        width=318, disabled=what_if != "set weight",
    )
    pixel = row * width + column
    change = contributions.change_pixel(run, dataset, image.x, account, pixel, what_if, weight_to)
    st.container(key="pixel_change").markdown(change.sentence)
with picker:
    st.markdown(f"**{score.summand}**: pick a pixel")
    pixel_picker(
        contributions.relative_parts(change.parts), dataset.image_shape, [pixel], key="picked",
        label=f"{score.summand} of every pixel.", then=partial(controls.set_pixel, width=width),
    )

marked = contributions.marked_pixel(row, column, what_if, dataset.image_shape)
figures, texts = ui.in_the_model(settings, image, account, marked, expected)
with right:
    show.figure(
        None, figures["pictures"], key="pictures",
        alt=f"{image.name.capitalize()}, the weights, and what each pixel adds to the score",
    )
    st.caption(weights_note(run, dataset))
    show.figure(
        f"The sum, row by row: :blue[towards {first}], :orange[towards {second}]", figures["rows"], key="rows",
        alt="What each row of pixels adds to the score, then the bias, and the score that they sum to",
    )
what_you_saw.markdown(texts["image_seen"])

show.section(f"The same image, told by the score “{contributions.other_score_model(settings).score}”")
figures, texts = ui.in_the_other_model(settings, image)
st.container(key="image_in_other").markdown(texts["image_in_other"])
show.figure(
    None, figures["other"], key="other",
    alt=f"{image.name.capitalize()}, the weights of the other score, and what each pixel adds",
)
page_frame.link_to_page("bias", "What is the bias for?", settings)
live.offer(
    "one_image", settings, said=["image_seen", "pixel_change"],
    expected=expected, row=row, column=column, what_if=what_if, weight_to=weight_to, **asked,
)
