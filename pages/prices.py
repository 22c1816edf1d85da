"""Apples and pears: what training does, with fruit for pixels and prices for weights."""

import streamlit as st

from explorer.figures import prices as figures
from explorer.lessons import prices as lesson
from explorer.ui import controls, page_frame, show
from explorer.ui import prices as ui

st.subheader(
    "Apples and pears: guess, check, correct",
    help="A receipt says what fruit was bought and what all of it cost, not what each costs. You guess prices, check "
    "them on the receipt, and correct them.  \nA model does the same: pixels are the fruit, weights the prices, "
    "the truth about the image is the total.",
)
expected = page_frame.expectation("prices", lesson.QUESTION, lesson.CHOICES)
PARTS = ("Guess", "One line", "The bag", "Steps")
part = page_frame.parts("prices_part", PARTS)
settings = controls.current()
reading = ui.receipts()

if reading.receipts is None and PARTS[part] in ("Guess", "Steps"):
    ui.no_receipts()

elif PARTS[part] == "Guess":  # one receipt, two prices: each guess is a dot
    receipt = reading.receipts.first(1)
    left, right = st.columns([3, 2])
    with right:
        st.markdown(f"The receipt: **{lesson.receipt_text(receipt)}**.")
        now = ui.guess_sliders()
        st.markdown(lesson.sum_of_guess(receipt, now))
        ui.guess_buttons(receipt)
        rate, decimals = ui.rate_slider(lesson.largest_rate(receipt))
        st.markdown(lesson.step_of_guess(receipt, now, rate, decimals))
    trail = ui.guesses_so_far(now)
    with left:
        show.figure(
            "Your guesses: how far is each from the receipt?", figures.guesses(*lesson.trail_errors(receipt, trail)),
            key="guesses", alt="The error of each guess, in cents, in the order of guessing",
        )
    seen = lesson.seen_guessing(receipt, trail, ui.rate_beyond_sliders(rate))
    page_frame.what_you_saw(seen.sentence, expected, seen.happened)

elif PARTS[part] == "One line":  # all pairs of prices as a plane, and one line in it for each receipt
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
            st.table(lesson.compromises(receipts, start), hide_index=True, alt="The prices found, and their errors")
        with left:
            show.figure(
                "All prices that fit the :blue[first], the :orange[second], :gray[any other] receipt. "
                "Descent from :violet[your start] to :green[its end]",
                figures.price_plane(lesson.plane(receipts, start)), key="plane",
                alt="The plane of prices, a line for each receipt, and paths of gradient descent from six starts",
            )
            # Here, beside the long table: below both columns it would be off the first screen.
            seen = lesson.seen_on_the_plane(receipts, start)
            page_frame.what_you_saw(seen.sentence, expected, seen.happened)

elif PARTS[part] == "The bag":  # a fixed cost on every receipt, and who pays for it
    left, right = st.columns([3, 2])
    with right:
        st.markdown("In this shop an apple costs 1, a pear 2, and every receipt has one bag on it, fruit or not.")
        bag = controls.whole_number(
            "What the bag costs (cents)", 0, lesson.DEAREST_BAG, key="bag", default=2, width=300,
        )
        found = lesson.bag_found(bag)
        st.table(lesson.bag_table(found), hide_index=True, alt="The shop's receipts and what both models make of them")
    with left:
        show.figure(
            "The prices: :gray[the shop's], found :orange[without a bias], :blue[with a bias]",
            figures.bag_prices(found), key="bag_prices",
            alt="Prices of apples, pears and the bag: the shop's, without a bias, with a bias",
        )
    page_frame.what_you_saw(lesson.seen_in_the_bag(bag).sentence)

else:  # how long a step may be
    left, right = st.columns([3, 2])
    with right:
        receipts = ui.receipts_to_use(reading.receipts)
        limit = lesson.largest_rate(receipts)
        rate, decimals = ui.rate_slider(limit)
        start = ui.guess()
        show.figure(
            f"How far from the end after {lesson.STEPS} steps, by rate? :red[The limit]",
            figures.distance_by_rate(*lesson.error_by_rate(receipts, start, 2 * limit), limit, rate, lesson.STEPS),
            key="by_rate", alt="Distance from the end after 20 steps against the learning rate, with the limit marked",
        )
    with left:
        show.figure(
            "Step by step: :violet[your rate], :green[just below the limit], :red[just above it]",
            figures.steps_beside_limit(lesson.sides(receipts, start, rate)), key="steps",
            alt="The error of one receipt after each step, at three learning rates",
        )
    seen = lesson.seen_stepping(receipts, start, rate, decimals)
    page_frame.what_you_saw(seen.sentence, expected, seen.happened)

if part + 1 < len(PARTS):
    page_frame.next_part("prices_part", PARTS[part + 1], f"Next here: {PARTS[part + 1].lower()}")
page_frame.link_to_page("train", "Train: pixels for fruit, weights for prices", settings, with_data=True)
