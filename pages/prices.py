"""Apples and pears: what training does, with fruit for pixels and prices for weights."""

import streamlit as st

from explorer import texts
from explorer.engine.settings import DEFAULTS
from explorer.lessons import prices as lesson
from explorer.ui import controls, live, page_frame, show
from explorer.ui import prices as ui

words = texts.of("prices")

st.subheader(words("title"), help=words("help"))
expected = page_frame.expectation("prices", lesson.QUESTION, lesson.CHOICES)
place = page_frame.parts("prices_part", ui.PARTS)
part = ui.PARTS[place]
reading = ui.receipts()
asked = {}  # what the pictures of this part depend on
is_done = False

if reading.receipts is None and part in (ui.GUESS, ui.STEPS):
    ui.no_receipts()

elif part == ui.GUESS:  # one receipt, two prices: the scales, and a dot for each guess
    receipt = reading.receipts.first(1)
    picture, moving = st.columns([3, 2])  # on a phone one after the other, on one screen
    with moving:
        st.markdown(words("puzzle.do"))
        now = ui.guess_sliders()
        ui.guess_buttons(receipt)
    chart, correcting = st.columns([3, 2])
    with correcting:
        rate, decimals = ui.rate_slider(lesson.largest_rate(receipt))
    trail, gone_at = ui.guesses_so_far(now), ui.rate_beyond_sliders()
    figures, sentences = ui.guessing(receipt, trail, rate, decimals, gone_at, expected)
    with picture:
        show.figure(lesson.puzzle(receipt), figures["till"], key="till", alt=words("puzzle.alt"))
    with correcting.container(key="guess_step"):
        st.markdown(sentences["guess_step"])
    with chart:
        show.figure(words("guesses.title"), figures["guesses"], key="guesses", alt=words("guesses.alt"))
    page_frame.when_asked(sentences["guess_seen"], expected, key="guess_seen")
    st.markdown(words("bridge"))
    asked = dict(
        receipts=lesson.link_of_receipts(receipt), trail=lesson.text_of_trail(trail[:-1]), last_apple=now[0],
        last_pear=now[1], price_rate=rate, gone_at=gone_at,
    )

elif part == ui.LINE:  # all pairs of prices as a plane, and one line in it for each receipt
    left, right = st.columns([3, 2])
    with right:
        use, slot = st.container(), st.container()
        typed = ui.receipts_table()
    if typed.receipts is None:
        with left:
            ui.no_receipts()
    else:
        with right:
            with use:
                receipts = ui.receipts_to_use(typed.receipts)
            with slot:
                start = ui.guess_sliders()
            show.table(lesson.compromises(receipts, start), alt=words("compromises.alt"))
        figures, sentences = ui.on_the_plane(receipts, start)
        with left:
            show.figure(words("plane.title"), figures["plane"], key="plane", alt=words("plane.alt"))
            # Here, beside the long table: below both columns it would be off the first screen.
            page_frame.when_asked(sentences["plane_seen"], expected, key="plane_seen")
        st.markdown(words("bridge_line"))
        is_done = lesson.has_no_answer(receipts)
        asked = dict(receipts=lesson.link_of_receipts(receipts), apple=start[0], pear=start[1])

elif part == ui.BAG:  # a fixed cost on every receipt, and who pays for it
    left, right = st.columns([3, 2])
    with right:
        bag = controls.whole_number(
            words("bag.slider"), 0, lesson.DEAREST_BAG, key="bag", default=2, width=300,
        )
        intro = st.container(key="bag_intro")
        show.table(lesson.bag_table(lesson.bag_found(bag)), alt=words("bag.table_alt"))
        st.markdown(lesson.bag_equation(bag))
    figures, sentences = ui.in_the_bag(bag)
    intro.markdown(sentences["bag_intro"])
    with left:
        show.figure(words("bag.title"), figures["bag_prices"], key="bag_prices", alt=words("bag.alt"))
        st.markdown(words("bag.legend"))
    page_frame.when_asked(sentences["bag_seen"], expected, key="bag_seen")

else:  # how long a step may be
    left, right = st.columns([3, 2])
    with right:
        slider = st.container()  # first, so that on a phone it is on one screen with the picture
        receipts = ui.receipts_to_use(reading.receipts)
        with slider:
            rate, decimals = ui.rate_slider(lesson.largest_rate(receipts))
        start = ui.guess()
        figures, sentences = ui.stepping(receipts, start, rate, decimals)
        show.figure(
            words("by_rate.title", steps=lesson.STEPS), figures["by_rate"], key="by_rate",
            alt=words("by_rate.alt", steps=lesson.STEPS),
        )
    with left:
        show.figure(words("steps.title"), figures["steps"], key="steps", alt=words("steps.alt"))
    page_frame.when_asked(sentences["steps_seen"], expected, key="steps_seen")
    st.markdown(words("bridge_steps"))
    asked = dict(receipts=lesson.link_of_receipts(receipts), apple=start[0], pear=start[1])

if place + 1 < len(ui.PARTS):
    following = ui.PARTS[place + 1]
    page_frame.next_part("prices_part", following, words("next_part", part=following.lower()))
page_frame.task("prices", is_done)
live.offer(
    "prices", DEFAULTS, said=["guess_seen", "plane_seen", "bag_seen", "steps_seen"],
    part=part, expected=expected, **asked,
)
