"""Why multiply? The learner's abs(value − weight) beside value × weight: one pixel, two, all, and a disguise."""

from functools import partial

import streamlit as st

from explorer.engine.settings import DEFAULTS
from explorer.figures import why_multiply as figures
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui import why_multiply as ui
from explorer.ui.components.pixel_picker import pixel_picker

PARTS = ("one pixel", "two pixels", "all pixels", "the disguise")

st.subheader(
    "Why multiply, why not abs(value − weight)?",
    help="A learner asked: *“I don't understand what the purpose or benefit is of multiplying these numbers together. "
    "If I wanted a score of how accurate is our weight to the pixel value, I'd do abs(value − weight).”*",
)
expected = page_frame.expectation(
    "why_multiply", "Beside multiplying, how well does a sum of abs(value − weight) tell digits apart?",
    (all_pixels.BETTER, all_pixels.ALIKE_WORDS, all_pixels.WORSE),
)
part = PARTS[page_frame.parts("why_part", PARTS)]
settings = controls.current()
dataset = cached.dataset(settings)
first, second = dataset.digits
product_color, distance_color = "green", "red"
on_sliders = {}  # what the pictures of the live sliders depend on

if part == "one pixel":  # what a single pixel can say
    with st.container(horizontal=True):
        value = linked.control(st.slider, "Value of the pixel", 0.0, 1.0, 0.8, 0.05, key="pixel_value", width=260)
        weight = ui.pixel_weight()
    on_sliders = dict(pixel_value=value, pixel_weight=weight)
    left, right = st.columns([3, 2])
    with left:
        show.figure(
            f":{product_color}[A line through 0] and :{distance_color}[a V with its foot at the weight]",
            ui.one_pixel_figure(value, weight), key="one_pixel",
            alt="value × weight and abs(value − weight) as functions of the value",
        )
    with right:
        st.markdown(f"**What this pixel can say** about {first} and {second}. A score takes the distance with a minus.")
        show.table(one_pixel.table(weight, dataset.digits), alt="What the pixel says by each score")
    page_frame.what_you_saw(one_pixel.can_say(dataset.digits), key="saw_why")
    page_frame.next_part("why_part", PARTS[1], "Next: two pixels of real images")

elif part == "two pixels":  # the images by two of their pixels
    pair = ui.pixel_pair(dataset, two_pixels.informative_pixels(dataset))
    runs = ui.two_pixel_runs(all_pixels.multiply_model(settings), pair)
    images, grid = two_pixels.pair_counts(dataset, pair), two_pixels.grid(runs)
    names = [controls.pixel_name(pixel, dataset.image_shape[1]) for pixel in pair]
    left, middle, right = st.columns([2, 3, 3])
    with left:
        st.markdown(f"**Click two pixels**: mean :blue[{first}] minus mean :orange[{second}]")
        pixel_picker(
            two_pixels.mean_gap(dataset), dataset.image_shape, pair, key="pair_picker",
            label=f"Where images of {first} have more ink, and where those of {second} have.",
            then=partial(ui.pick_pixel, pair=pair),
        )
    for column, run, title in zip(
        (middle, right), runs, ("Multiply draws a line", "A distance draws a diamond"), strict=True
    ):
        with column:
            show.figure(
                f"{title}: :blue[answers {first}], :orange[answers {second}]",
                figures.two_pixels(two_pixels.score_map(run, grid), grid, images, dataset.digits, names),
                key=f"two_{run.settings.score}", alt=f"Test images by the values of two pixels; {title.lower()}",
            )
    page_frame.what_you_saw(
        two_pixels.sentence(runs, dataset), expected,
        all_pixels.compared(runs[1].test_accuracy[-1], runs[0].test_accuracy[-1]), key="saw_why",
    )
    page_frame.next_part("why_part", PARTS[2], "Next: all pixels, your idea step by step")

elif part == "all pixels":  # the learner's idea, helped step by step
    st.markdown(
        "> *“If I wanted a score of how accurate is our weight to the pixel value, I'd do abs(value − weight). "
        "And then adding these up would give me a score of how accurate my weights are.”*"
    )
    steps = ui.steps_of_the_idea(settings)
    left, right = st.columns(2)
    with left:
        show.figure("How many unseen digits are right?", figures.accuracies(steps), key="ideas",
                    alt="Accuracy of each step on the test digits")
    with right:
        show.figure(
            f"The weights: ink to compare with, or :blue[for {first}] and :orange[for {second}]",
            figures.idea_weights(steps, dataset.image_shape), key="idea_weights", alt="The weights of each step",
        )
    st.markdown("\n".join(f"- ({step.key}) {step.sentence}" for step in steps))
    by_key = {step.key: step.accuracy for step in steps}
    page_frame.what_you_saw(
        all_pixels.sentence(steps, dataset), expected, all_pixels.compared(by_key["c"], by_key["e"]), key="saw_why",
    )
    page_frame.next_part("why_part", PARTS[3], "Next: what abs really is here")

else:  # the disguise: on black-and-white pixels a distance is a product
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weight = ui.pixel_weight()
        ui.black_and_white_button()
    runs = [cached.run(all_pixels.distance_model(settings)), cached.run(all_pixels.multiply_model(settings))]
    pair = disguise.disguise(runs[0], dataset)
    left, right = st.columns(2)
    with left:
        show.figure(
            f"One pixel: :{distance_color}[−abs(value − weight)] meets :{product_color}[a product] at 0 and 1",
            ui.two_lines_figure(weight), key="two_lines",
            alt="The V of a distance and the straight line that meets it at the values 0 and 1",
        )
    with right:
        show.figure(
            f"All pixels: the same score for each image of :blue[{first}] and :orange[{second}]?",
            figures.score_pairs(pair, dataset.y_test, dataset.digits), key="score_pairs",
            alt="Score by the product made out of a distance model against the score by the distance",
        )
    page_frame.what_you_saw(
        disguise.sentence(pair, dataset, settings.black_and_white), expected,
        all_pixels.compared(runs[0].test_accuracy[-1], runs[1].test_accuracy[-1]), key="saw_why",
    )
    st.markdown(disguise.HOW)
    show.table(disguise.what_remains(*runs, pair, dataset), alt="What remains of the difference")
    page_frame.link_to_page("one_image", "Next: one image, pixel by pixel. Draw your own", settings)

# No picture that moves shows images or a model.
live.offer("why_multiply", DEFAULTS, said=["saw_why"], **on_sliders)
