"""What is the bias for? The blank sheet, ink, the number of pixels, a weight on 1: with it and without."""

from functools import partial

import streamlit as st

from explorer import texts
from explorer.figures import bias as figures
from explorer.lessons import bias as lesson
from explorer.ui import bias as ui
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui.components.balance import balance
from explorer.ui.components.pixel_picker import pixel_picker

words = texts.of("bias")
st.subheader(words("title"), help=words("title_help"))
expected = page_frame.expectation("bias", words("question"), lesson.EXPECTATIONS)
PARTS = ("Blank image", "Ink", "Pixels", "A weight on 1")  # as the address spells them
part = page_frame.parts("bias_part", PARTS)
settings = controls.current()
dataset = cached.dataset(settings)
first, second = dataset.digits
own = None  # the visitor's pixels with and without a bias, in a part that shows them
chosen = settings  # with what a part changes
on_sliders = {}  # what the pictures of the live sliders depend on

if PARTS[part] == "Blank image":  # what is left when there is nothing to see
    left, right = st.columns([3, 2])  # the picture first, on a phone too
    with right:
        chosen, draw, own_bias = ui.blank_controls(settings)
    on_sliders = dict(blank_draw=draw, blank_bias=own_bias)
    weighed, picture, sentence = ui.blank_sheet(chosen, draw, own_bias)
    with left:
        st.markdown(lesson.blank_lead(chosen))
        balance(
            weighed, key="sheet", name=words("blank.picture"), slider=ui.beam_slider(draw, own_bias, chosen),
            run_up=False, layer="values",
        )
    with right:
        page_frame.what_you_saw(sentence, key="saw_blank")
        show.figure(
            lesson.blank_title(chosen, first), picture, key="blanks", alt=words("blank.compared_alt", digit=first),
        )

elif PARTS[part] == "Ink":  # one number per image
    left, right = st.columns([3, 2])
    with right:
        chosen, study, weight, own_bias = ui.ink_controls(settings)
    first, second = chosen.digits
    on_sliders = dict(ink_weight=weight, ink_bias=own_bias)
    with left:
        name = "ink.lead_pair" if chosen.digits != settings.digits else "ink.lead"
        st.markdown(words(name, first=first, second=second))
        show.figure(
            words("ink.picture", first=first, second=second), figures.ink_histograms(study, weight, own_bias),
            key="ink", alt=words("ink.picture_alt", first=first, second=second),
        )
    with right:
        st.markdown(words("ink.table.title"))
        show.table(lesson.ink_table(study, weight, own_bias), alt=words("ink.table.alt"))
        page_frame.what_you_saw(lesson.ink_summary(study, weight, own_bias), expected, key="saw_ink")

elif PARTS[part] == "Pixels":  # from one pixel to all
    left, right = st.columns([3, 2])
    with right:
        own_pixels = ui.own_pixels(dataset, settings, words("pixels.choose"))
        pixel_picker(
            ui.ink_difference(settings), dataset.image_shape, own_pixels, "own_picker", width=200,
            label=words("pixels.picker", first=first, second=second),
            then=partial(ui.toggle_pixel, width=dataset.image_shape[1]),
        )
    with left:
        at_random = ui.few_pixels(settings)
        st.markdown(words("pixels.lead_random", draws=lesson.DRAWS) if at_random else words("pixels.lead"))
        study = ui.pixel_counts(settings, at_random)
        own = ui.own_accuracies(settings, own_pixels)
        show.figure(
            words("pixels.picture"), figures.pixel_counts(study, own), key="counts", alt=words("pixels.picture_alt"),
        )
        st.caption(ui.shorter(settings, dataset))
    with right:
        sentence, happened = lesson.counts_summary(study, own, dataset.digits)
        page_frame.what_you_saw(sentence, expected, happened, key="saw_pixels")
    show.section(words("all_pixels.title", all=study.counts[-1]))
    left, right = st.columns([3, 2])
    everything = ui.all_pixels(settings)
    with left:
        show.table(lesson.all_pixels_table(everything), alt=words("all_pixels.alt"))
        st.markdown(lesson.all_pixels_note(everything))
    with right:
        st.image(ui.paper(settings), caption=words("all_pixels.paper"), width=200, alt=words("all_pixels.paper_alt"))

else:  # a bias is a weight whose pixel is always 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        which = linked.control(
            st.segmented_control, words("constant.sees"), ("your pixels", "all pixels"), default="your pixels",
            required=True, key="sees", persist_state="page",
        )
        with st.container(width=420):
            own_pixels = ui.own_pixels(dataset, settings, words("pixels.choose_one"))
    seen = own_pixels if which == "your pixels" and own_pixels else None
    study = ui.constant_pixel(settings, seen)
    own = lesson.own_of(study) if seen else None
    st.markdown(words("constant.lead"))
    left, right = st.columns([2, 3])
    with left:
        show.figure(
            words("constant.picture"), figures.image_and_constant(
                lesson.two_images(dataset), dataset.image_shape, seen,
            ),
            key="pictures", alt=words("constant.picture_alt"),
        )
        page_frame.what_you_saw(lesson.constant_summary(study), expected, key="saw_constant")
    with right:
        show.figure(
            words("constant.curve"), figures.constant_pixel(study.with_bias.biases, study.with_pixel.weights[:, -1]),
            key="constant", alt=words("constant.curve_alt"),
        )

if part + 1 < len(PARTS):
    page_frame.next_part("bias_part", PARTS[part + 1], words("next_part", part=PARTS[part + 1]))
page_frame.task("bias", lesson.is_useless(own), first=first, second=second)
live.offer("bias", chosen, said=["saw_ink", "saw_blank", "saw_pixels", "saw_constant"], **on_sliders)
