"""Apples and pears: what training does, with fruit for pixels and prices for weights."""

import streamlit as st

from explorer.engine.settings import DEFAULTS
from explorer.lessons import prices as lesson
from explorer.ui import controls, live, page_frame, show
from explorer.ui import prices as ui

st.subheader(
    "Apples and pears: guess, check, correct",
    help="A receipt says what fruit was bought and what all of it cost, not what each costs. You guess prices, check "
    "them on the receipt, and correct them.  \nA model does the same: pixels are the fruit, weights the prices, "
    "the truth about the image is the total.",
)
expected = page_frame.expectation("prices", lesson.QUESTION, lesson.CHOICES)
place = page_frame.parts("prices_part", ui.PARTS)
part = ui.PARTS[place]
settings = controls.current()
reading = ui.receipts()
asked = {}  # what the pictures of this part depend on

if reading.receipts is None and part in (ui.GUESS, ui.STEPS):
    ui.no_receipts()

elif part == ui.GUESS:  # one receipt, two prices: each guess is a dot
    receipt = reading.receipts.first(1)
    left, right = st.columns([3, 2])
    with right:
        st.markdown(f"The receipt: **{lesson.receipt_text(receipt)}**.")
        now = ui.guess_sliders()
        sum_of_guess = st.container(key="guess_sum")
        ui.guess_buttons(receipt)
        rate, decimals = ui.rate_slider(lesson.largest_rate(receipt))
        trail, gone_at = ui.guesses_so_far(now), ui.rate_beyond_sliders()
        figures, texts = ui.guessing(receipt, trail, rate, decimals, gone_at, expected)
        sum_of_guess.markdown(texts["guess_sum"])
        st.container(key="guess_step").markdown(texts["guess_step"])
    with left:
        show.figure(
            "Your guesses: how far is each from the receipt?", figures["guesses"], key="guesses",
            alt="The error of each guess, in cents, in the order of guessing",
        )
    st.container(key="guess_seen").markdown(texts["guess_seen"])
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
            show.table(lesson.compromises(receipts, start), alt="The prices found, and their errors")
        figures, texts = ui.on_the_plane(receipts, start, expected)
        with left:
            show.figure(
                "All prices that fit the :blue[first], the :orange[second], :gray[any other] receipt. "
                "Descent from :violet[your start] to :green[its end]",
                figures["plane"], key="plane",
                alt="The plane of prices, a line for each receipt, and paths of gradient descent from six starts",
            )
            # Here, beside the long table: below both columns it would be off the first screen.
            st.container(key="plane_seen").markdown(texts["plane_seen"])
        asked = dict(receipts=lesson.link_of_receipts(receipts), apple=start[0], pear=start[1])

elif part == ui.BAG:  # a fixed cost on every receipt, and who pays for it
    left, right = st.columns([3, 2])
    with right:
        st.markdown("In this shop an apple costs 1, a pear 2, and every receipt has one bag on it, fruit or not.")
        bag = controls.whole_number(
            "What the bag costs (cents)", 0, lesson.DEAREST_BAG, key="bag", default=2, width=300,
        )
        show.table(
            lesson.bag_table(lesson.bag_found(bag)),
            alt="The shop's receipts and what both models make of them",
        )
    figures, texts = ui.in_the_bag(bag)
    with left:
        show.figure(
            "The prices: :gray[the shop's], found :orange[without a bias], :blue[with a bias]",
            figures["bag_prices"], key="bag_prices",
            alt="Prices of apples, pears and the bag: the shop's, without a bias, with a bias",
        )
    st.container(key="bag_seen").markdown(texts["bag_seen"])

else:  # how long a step may be
    left, right = st.columns([3, 2])
    with right:
        receipts = ui.receipts_to_use(reading.receipts)
        rate, decimals = ui.rate_slider(lesson.largest_rate(receipts))
        start = ui.guess()
        figures, texts = ui.stepping(receipts, start, rate, decimals, expected)
        show.figure(
            f"How far from the end after {lesson.STEPS} steps, by rate? :red[The limit]",
            figures["by_rate"], key="by_rate",
            alt="Distance from the end after 20 steps against the learning rate, with the limit marked",
        )
    with left:
        show.figure(
            "Step by step: :violet[your rate], :green[just below the limit], :red[just above it]",
            figures["steps"], key="steps",
            alt="The error of one receipt after each step, at three learning rates",
        )
    st.container(key="steps_seen").markdown(texts["steps_seen"])
    asked = dict(receipts=lesson.link_of_receipts(receipts), apple=start[0], pear=start[1])

if place + 1 < len(ui.PARTS):
    page_frame.next_part("prices_part", ui.PARTS[place + 1], f"Next here: {ui.PARTS[place + 1].lower()}")
page_frame.link_to_page("train", "Train: pixels for fruit, weights for prices", settings, with_data=True)
live.offer(
    "prices", DEFAULTS, said=["guess_seen", "plane_seen", "bag_seen", "steps_seen"],
    part=part, expected=expected, **asked,
)
