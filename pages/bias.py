"""What is the bias for? Ink, the blank image, the number of pixels, a weight on 1: with it and without."""

from functools import partial

import streamlit as st

from explorer.figures import bias as figures
from explorer.lessons import bias as lesson
from explorer.ui import bias as ui
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui.components.pixel_picker import pixel_picker

st.subheader(
    "What is the bias for?",
    help="The score of an image is a sum over its pixels, value × weight, plus one more number that is the same for "
    "every image: the bias. Above 0 the model answers the first digit.",
)
expected = page_frame.expectation("bias", "Take the bias away. What happens to the right answers?", lesson.EXPECTATIONS)
PARTS = ("Ink", "Blank image", "Pixels", "A weight on 1")
part = page_frame.parts("bias_part", PARTS)
settings = controls.current()
dataset = cached.dataset(settings)
first, second = dataset.digits
n_pixels = dataset.X_train.shape[1]
chosen = settings  # for the link at the end, with what a part changes
on_sliders = {}  # what the pictures of the live sliders depend on

if PARTS[part] == "Ink":  # one number per image
    study = ui.ink_study(settings)
    chosen, weight, own_bias = ui.ink_controls(settings, study)
    on_sliders = dict(expected=expected, ink_weight=weight, ink_bias=own_bias)
    left, right = st.columns([3, 2])
    with left:
        show.figure(
            f"How much ink has a :blue[{first}], how much a :orange[{second}]? The :red[flip] is where the score is 0",
            figures.ink_histograms(study, weight, own_bias), key="ink",
            alt=f"Histogram of the ink in images of {first} and {second}, and the score as a line over ink",
        )
    with right:
        st.markdown("**Ink × weight + bias:** yours, and two trained models")
        show.table(lesson.ink_table(study, weight, own_bias), alt="Weights, biases and right answers")
        sentence, happened = lesson.ink_summary(study, weight, own_bias)
        page_frame.what_you_saw(sentence, expected, happened, key="saw_ink")

elif PARTS[part] == "Blank image":  # what is left when there is nothing to see
    chosen, draw, own_bias = ui.blank_controls(settings)
    on_sliders = dict(blank_draw=draw, blank_bias=own_bias)
    pictures, sentence = ui.blank_pictures(chosen, draw, own_bias)
    left, right = st.columns([3, 2])
    with left:
        show.figure(
            "A sheet without ink: its values, the weights, what each pixel adds", pictures["blank"], key="blank",
            alt="The blank image, the weights, and what each of its pixels adds to the score",
        )
        page_frame.what_you_saw(sentence, key="saw_blank")
    with right:
        show.figure(
            lesson.blank_title(chosen, first), pictures["blanks"], key="blanks",
            alt=f"Scores of the blank image and of an image of a {first}, for many weights",
        )

elif PARTS[part] == "Pixels":  # from one pixel to all
    left, right = st.columns([3, 2])
    with right:
        own_pixels = ui.own_pixels(dataset, settings, "Your pixels: click the picture, or choose row.column")
        pictures = st.container(horizontal=True, gap="small")
        with pictures:
            pixel_picker(
                ui.ink_difference(settings), dataset.image_shape, own_pixels, "own_picker", width=150,
                label=f"Where ink speaks for {first} and where for {second}; your pixels are framed.",
                then=partial(ui.toggle_pixel, width=dataset.image_shape[1]),
            )
    with left:
        study = ui.pixel_counts(settings)
        own = ui.own_accuracies(settings, own_pixels)
        show.figure(
            "Right answers :violet[with a bias] and :red[without]: random pixels, and yours (★)",
            figures.pixel_counts(study, own), key="counts",
            alt="Right answers against the number of pixels, with and without a bias",
        )
        sentence, happened = lesson.counts_summary(study, own)
        page_frame.what_you_saw(sentence, expected, happened, key="saw_pixels")
    with right:
        everything = ui.all_pixels(settings)
        with pictures:
            st.image(
                ui.paper(settings), caption=":green[always 1] if inverted", width=150,
                alt="An inverted image with the pixels that are always 1 in green",
            )
        show.table(lesson.all_pixels_table(everything, n_pixels), alt="Right answers with all pixels")
        st.markdown(lesson.all_pixels_note(everything))

else:  # a bias is a weight whose pixel is always 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        which = linked.control(
            st.segmented_control, "The model sees", ("your pixels", "all pixels"), default="your pixels",
            required=True, key="sees", persist_state="page",
        )
        with st.container(width=420):
            own_pixels = ui.own_pixels(dataset, settings, "Your pixels: row.column")
    seen = own_pixels if which == "your pixels" and own_pixels else None
    study = ui.constant_pixel(settings, seen)
    left, right = st.columns([2, 3])
    with left:
        show.figure(
            "Every image gets one more pixel, which is always 1", figures.image_and_constant(
                lesson.two_images(dataset), dataset.image_shape, seen,
            ),
            key="pictures", alt="An image of each digit, the seen pixels framed, and a pixel of 1 beside it",
        )
        sentence, happened = lesson.constant_summary(study)
        page_frame.what_you_saw(sentence, expected, happened, key="saw_constant")
    with right:
        show.figure(
            "The :violet[bias], and the :green[weight on the pixel of 1s] of a model without a bias",
            figures.constant_pixel(study.with_bias.biases, study.with_pixel.weights[:, -1]), key="constant",
            alt="The bias of one run and the weight of the constant pixel in the other, epoch by epoch",
        )

if part + 1 < len(PARTS):
    page_frame.next_part("bias_part", PARTS[part + 1], f"Next here: {PARTS[part + 1].lower()}")
page_frame.link_to_page("prices", "Apples and pears: how are weights and a bias found?", chosen)
live.offer("bias", chosen, said=["saw_ink", "saw_blank", "saw_pixels", "saw_constant"], **on_sliders)
