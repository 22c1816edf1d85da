"""Why multiply? abs(value − weight) beside value × weight: the learner's numbers, one pixel, two, all, a disguise."""

from functools import partial

import streamlit as st

from explorer import texts
from explorer.engine.settings import Settings
from explorer.figures import why_multiply as figures
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels
from explorer.lessons.words import a_digit
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui import why_multiply as ui
from explorer.ui.components.pixel_picker import pixel_picker

PARTS = ("your numbers", "one pixel", "two pixels", "all pixels", "the disguise")
words = texts.of("why_multiply")

st.subheader(words("title"), help=words("question"))
expected = page_frame.expectation(
    "why_multiply", words("expect"), (all_pixels.BETTER, all_pixels.ALIKE_WORDS, all_pixels.WORSE),
)
part = PARTS[page_frame.parts("why_part", PARTS)]
settings = controls.current()
dataset = cached.dataset(settings)
first, second = dataset.digits
names = dict(first=first, second=second, a_first=a_digit(first))
on_sliders = {}  # what the pictures of the live sliders depend on
is_done = False

if part == "your numbers":  # the examples of the question
    st.markdown(words("numbers.start"))
    on_sliders = ui.own_numbers()
    pictures, said = ui.your_numbers(on_sliders, dataset.digits)
    for column, name in zip(st.columns(2), ("products", "distances"), strict=True):
        with column:
            show.figure(words(f"numbers.{name}", **names), pictures[name], key=name, alt=words(f"numbers.{name}_alt"))
            with st.container(key=f"{name}_say"):
                st.markdown(said[f"{name}_say"])
    st.markdown(words("numbers.meaning"))
    page_frame.what_you_saw(ui.numbers_sentence(on_sliders, dataset.digits), key="saw_why")
    page_frame.next_part("why_part", PARTS[1], words("numbers.next"))

elif part == "one pixel":  # what a single pixel does to the score
    with st.container(horizontal=True):
        value = linked.control(st.slider, words("one.value"), 0.0, 1.0, 0.8, 0.05, key="pixel_value", width=165)
        weight = ui.pixel_weight()
    on_sliders = dict(pixel_value=value, pixel_weight=weight)
    pictures, _ = ui.one_pixel(value, weight, dataset.digits)
    left, right = st.columns([3, 2])
    with left:
        show.figure(words("one.curves"), pictures["one_pixel"], key="one_pixel", alt=words("one.curves_alt"))
    with right:
        show.figure(words("one.pulls"), pictures["pulls"], key="pulls", alt=words("one.pulls_alt"))
    st.markdown(words("one.minus"))
    page_frame.what_you_saw(one_pixel.sentence(value, weight, dataset.digits), key="saw_why")
    page_frame.next_part("why_part", PARTS[2], words("one.next"))
    is_done = one_pixel.scores_disagree(value, weight)

elif part == "two pixels":  # the images by two of their pixels
    pair = ui.pixel_pair(dataset, two_pixels.informative_pixels(dataset))
    runs = ui.two_pixel_runs(all_pixels.multiply_model(settings), pair)
    images, grid = two_pixels.pair_counts(dataset, pair), two_pixels.grid(runs)
    axes = [controls.pixel_name(pixel, dataset.image_shape[1]) for pixel in pair]
    left, *maps = st.columns([2, 3, 3])
    with left:
        st.markdown(words("two.pick", **names))
        pixel_picker(
            two_pixels.mean_gap(dataset), dataset.image_shape, pair, key="pair_picker",
            label=words("two.pick_alt", **names), then=partial(ui.pick_pixel, pair=pair),
        )
        st.caption(words("two.key"))
    for column, run, boundary in zip(maps, runs, ("line", "diamond"), strict=True):
        scores = two_pixels.score_map(run, grid)
        title = boundary if two_pixels.has_both_answers(scores) else f"no_{boundary}"
        with column:
            show.figure(
                words(f"two.{title}", **names), figures.two_pixels(scores, grid, images, dataset.digits, axes),
                key=f"two_{run.settings.score}", alt=words(f"two.{run.settings.score}_alt"),
            )
    page_frame.what_you_saw(two_pixels.sentence(runs, dataset), expected, key="saw_why")
    page_frame.next_part("why_part", PARTS[3], words("two.next"))

elif part == "all pixels":  # the learner's idea, helped step by step
    st.markdown(words("all.start"))
    steps = ui.steps_of_the_idea(settings)
    with st.container(gap="xsmall"):
        for step in steps:
            left, right = st.columns([1, 2], vertical_alignment="center")
            with left:
                show.figure(None, figures.step(step, dataset.image_shape), key=f"step_{step.key}",
                            alt=words("all.step_alt", title=step.title))
            right.markdown(f"**{step.title}.** {step.sentence}")
    by_key = {step.key: step.accuracy for step in steps}
    page_frame.what_you_saw(
        all_pixels.sentence(steps, dataset), expected, all_pixels.compared(by_key["c"], by_key["e"]), key="saw_why",
    )
    st.markdown(words("all.two_questions", **names))
    page_frame.next_part("why_part", PARTS[4], words("all.next"))

else:  # the disguise: on black-and-white pixels a distance is a product
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight = ui.pixel_weight()
        ui.black_and_white_button()
    runs = [cached.run(all_pixels.distance_model(settings)), cached.run(all_pixels.multiply_model(settings))]
    pair = disguise.disguise(runs[0], dataset)
    left, right = st.columns(2)
    with left:
        show.figure(words("disguise.one"), ui.two_lines_figure(weight), key="two_lines", alt=words("disguise.one_alt"))
    with right:
        show.figure(
            words("disguise.all", **names), figures.score_pairs(pair, dataset.y_test, dataset.digits),
            key="score_pairs", alt=words("disguise.all_alt"),
        )
    page_frame.what_you_saw(disguise.sentence(pair, dataset, settings.black_and_white), expected, key="saw_why")
    st.markdown(words("disguise.how"))
    show.table(disguise.what_remains(*runs), alt=words("disguise.table_alt"))

page_frame.task("why_multiply", is_done, first=first)
# No picture that moves shows images or a model; some name the two digits.
live.offer(
    "why_multiply", Settings(digits=settings.digits), said=["saw_why", "products_say", "distances_say"], **on_sliders,
)
