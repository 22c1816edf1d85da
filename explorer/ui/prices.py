"""The controls of the page "Apples and pears", and what each of its parts shows.

The controls are the guess and its trail, the learning rate, and the table of receipts.

What a widget or a link holds is not trusted: a price out of range becomes the first guess, and ``lesson.read_table``
checks the receipts.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer import texts
from explorer.figures import prices as figures
from explorer.inputs import bounds, numbers
from explorer.lessons import prices as lesson
from explorer.lessons.prices import REACH, START, Guess, Reading, Receipts
from explorer.ui import address, linked, page_frame
from explorer.ui.show import Shown

words = texts.of("prices")

PARTS = GUESS, LINE, BAG, STEPS = "Guess", "One line", "The bag", "Steps"  # as links name them
_FRUIT = tuple((name, words(f"prices.{name}")) for name in ("apple", "pear"))
_TRAIL = "_trail"  # in the session: the guesses so far
_LEFT_SLIDERS = "_flew_off"  # in the session: the guess and the rate whose step went beyond the sliders
_TYPED = "_receipt_rows"  # in the session: the table as typed
_GIVEN_TO_EDITOR = "_receipt_rows_shown"  # in the session: the table that the editor was given at first
_EDITOR = "_receipt_table"  # in the session: the key of the editor
_PARAMETER = "receipts"  # of the table, in the address
_FIRST_RECEIPTS = lesson.link_of_rows(lesson.FIRST_ROWS)
_RATE = "price_rate"


def _within(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and low <= value <= high


def guess() -> Guess:
    """The guess: both prices, from the sliders, else from the link, else the first one."""
    prices = []
    for (key, _), start in zip(_FRUIT, START, strict=True):
        value = st.session_state.get(key)
        if value is None:  # the sliders are not drawn yet
            try:
                value = numbers.number(st.query_params.get(key, str(start)))
            except ValueError:
                value = start
        prices.append(float(value) if _within(value, -REACH, REACH) else start)
    return prices[0], prices[1]


def guess_sliders() -> Guess:
    """Two sliders for the prices, side by side if there is room; returns the guess."""
    now = guess()
    with st.container(horizontal=True):
        for (key, label), value, start in zip(_FRUIT, now, START, strict=True):
            # Not where it is the same: of two sliders moved at once, the first one's run would set the second one back.
            if key in st.session_state and st.session_state[key] != value:
                st.session_state[key] = value
            st.slider(
                label, -REACH, REACH, start, lesson.PRICE_STEP, "%.2f", key=key, bind="query-params", width=170,
            )
    return guess()


def guesses_so_far(now: Guess) -> list[Guess]:
    """The guesses of this visit, with ``now`` as the last one."""
    st.session_state[_TRAIL] = lesson.with_guess(st.session_state.get(_TRAIL, []), now)
    return st.session_state[_TRAIL]


def rate_beyond_sliders() -> float | None:
    """The learning rate of the last steps, if they ended at the present guess because the next leaves the sliders."""
    left = st.session_state.get(_LEFT_SLIDERS)
    return left[2] if left and left[:2] == guess() else None


def guess_buttons(receipt: Receipts) -> None:
    """The buttons that change the guess."""
    with st.container(horizontal=True, gap="small"):
        for name, icon, pressed, arguments in (
            ("once", "south_east", _downhill, (receipt, 1)), ("all", "fast_forward", _downhill, (receipt, 300)),
            ("scale", "percent", _scale, (receipt,)), ("again", "restart_alt", _start_again, ()),
        ):
            st.button(
                words(f"buttons.{name}"), icon=f":material/{icon}:", on_click=pressed, args=arguments,
                help=words(f"buttons.{name}_help"),
            )


def _add(guesses: Sequence[Guess]) -> None:
    st.session_state[_TRAIL] = [*st.session_state.get(_TRAIL, []), *guesses][-lesson.MOST_GUESSES:]


def _set_guess(prices: Sequence[float]) -> None:
    for (key, _), price in zip(_FRUIT, prices, strict=True):
        st.session_state[key] = min(max(float(price), -REACH), REACH)


def _scale(receipt: Receipts) -> None:
    prices = lesson.scaled(receipt, guess())
    if prices is not None:
        _set_guess(prices)


def _downhill(receipt: Receipts, steps: int) -> None:
    scale = lesson.rate_scale(lesson.largest_rate(receipt))
    rate = st.session_state.get(_RATE)
    rate = rate if _within(rate, 0, scale.high) else scale.default
    walk = lesson.walk(receipt, guess(), rate, steps)
    _add([(float(a), float(p)) for a, p in walk.path[1:]])
    _set_guess(walk.path[-1])
    st.session_state[_LEFT_SLIDERS] = (*guess(), rate) if walk.ending == "gone" else None


def _start_again() -> None:
    st.session_state[_TRAIL] = []
    st.session_state[_LEFT_SLIDERS] = None
    _set_guess(START)


def rate_slider(limit: float) -> tuple[float, int]:
    """The slider of this page's learning rate, with the limit in its middle.

    Returns
    -------
    rate : float
    decimals : int
        How many the slider shows.
    """
    scale = lesson.rate_scale(limit)
    if _RATE in st.session_state and not _within(st.session_state[_RATE], 0, scale.high):
        st.session_state[_RATE] = scale.default
    rate = st.slider(
        words("rate.label"), 0.0, scale.high, scale.default,
        scale.step, f"%.{scale.decimals}f", key=_RATE, bind="query-params", help=words("rate.help"),
    )
    # The slider ends at twice the limit, so a centred text is below the limit.
    st.markdown(words("rate.limit", limit=f"{limit:.3g}"), text_alignment="center")
    return (rate if _within(rate, 0, scale.high) else scale.default), scale.decimals


def receipts() -> Reading:
    """The receipts: as the visitor typed them, else from the link, else the first ones."""
    return lesson.read_table(_rows())


def receipts_table() -> Reading:
    """The receipts in a table to edit, of ``lesson.MOST_ROWS`` rows; refused rows are named below it."""
    st.markdown(words("table.heading"))
    state = st.session_state
    rows = _take_edits()
    if not _editor_was_drawn():
        # Streamlit applies the edits in a message, however many, before it returns the table. ``_take_edits`` checks
        # those to a table that was drawn before; the key of a new one is random, so that no message can name it.
        state[_EDITOR] = f"receipt_table_{secrets.token_hex(8)}"
        # The editor keeps edits as changes to the table that it was given at first: this one must stay the same.
        state[_GIVEN_TO_EDITOR] = lesson.filled(_rows())
    columns = {name: [row[k] for row in state[_GIVEN_TO_EDITOR]] for k, name in enumerate(lesson.COLUMNS)}
    with st.container(key="receipt_table"):
        st.data_editor(
            # A click on a heading sorts the table: each row keeps the number that messages use for it.
            {"row": range(1, lesson.MOST_ROWS + 1)} | columns, key=state[_EDITOR], hide_index=True, disabled=["row"],
            placeholder="", row_height=28, column_config={"row": st.column_config.NumberColumn(width=50)} | {
                name: st.column_config.TextColumn(max_chars=bounds.PASTED, width=80) for name in lesson.COLUMNS
            },
            alt=words("table.alt"),
        )
    reading = lesson.read_table(rows)
    if reading.refused:
        st.warning("  \n".join(reading.refused))
    return reading


def _editor_was_drawn() -> bool:
    """Whether the editor was drawn in the last run, so that the table that was edited is known."""
    return _EDITOR in st.session_state and st.session_state[_EDITOR] in st.session_state


def _take_edits() -> Sequence[Sequence[object]]:
    """The rows with the visitor's edits; the editor is forgotten if it must be drawn anew."""
    state = st.session_state
    if not _editor_was_drawn():
        return _rows()
    sent = state[state[_EDITOR]]
    forged = sent["added_rows"] or sent["deleted_rows"]
    edited = None if forged else lesson.edited(state[_GIVEN_TO_EDITOR], sent["edited_rows"])
    if edited is None:  # not from our page: none of it is used, and Streamlit must not apply it
        del state[state[_EDITOR]]
        return _rows()
    rows = lesson.spread(edited)
    if rows != edited:  # a pasted text was spread over rows and columns: show it so
        del state[state[_EDITOR]]
    state[_TYPED] = lesson.filled(rows)
    address.put(_PARAMETER, lesson.link_of_rows(rows), _FIRST_RECEIPTS)
    return rows


def receipts_to_use(receipts: Receipts) -> Receipts:
    """The control for how many receipts to use; returns the first one, two, or all."""
    options = {"one": 1, "two": 2, "all": len(receipts)}
    used = linked.control(
        st.segmented_control, words("table.use"), list(options), default="one", required=True, key="receipts_used",
    )
    return receipts.first(options.get(used, 1))


def no_receipts() -> None:
    """A message in place of the figures, if no receipt can be used, and a button to the first ones."""
    st.info(lesson.nothing_to_learn(), icon=":material/receipt_long:")
    st.button(words("table.first_again"), on_click=_reset_receipts)


def _reset_receipts() -> None:
    address.change(_PARAMETER, _FIRST_RECEIPTS)


def _rows() -> Sequence[Sequence[object]]:
    """The rows as typed; those of the link, if it names others."""
    state, link = st.session_state, address.text_of(_PARAMETER, _FIRST_RECEIPTS)
    if _TYPED not in state or lesson.link_of_rows(state[_TYPED]) != link:
        state[_TYPED], problem = lesson.rows_of_link(link)
        state.pop(_EDITOR, None)  # with its edits to the old rows
        if problem:
            st.warning(problem, icon=":material/link_off:")
    address.put(_PARAMETER, lesson.link_of_rows(state[_TYPED]), _FIRST_RECEIPTS)
    return state[_TYPED]


def guessing(
    receipt: Receipts, trail: Sequence[Guess], rate: float, decimals: int, gone_at: float | None, expected: str | None,
) -> Shown:
    """What the part "Guess" shows.

    Parameters
    ----------
    receipt : Receipts
        One receipt.
    trail : sequence of (apples, pears)
        The guesses, the present one last.
    rate : float
    decimals : int
        How many of the rate are shown.
    gone_at : float or None
        The learning rate of the last steps, where the next one leaves the sliders.
    expected : str or None
        The choice made at the top of the page.
    """
    return {
        "till": figures.till(lesson.weighing(receipt, trail[-1])),
        "guesses": figures.guesses(*lesson.trail_errors(receipt, trail)),
    }, said_on_guess(receipt, trail, rate, decimals, gone_at, expected)


def said_on_guess(
    receipt: Receipts, trail: Sequence[Guess], rate: float, decimals: int, gone_at: float | None, expected: str | None,
) -> dict[str, str]:
    """The sentences of ``guessing``: of what it shows, only they depend on the rate."""
    seen = lesson.seen_guessing(receipt, trail, rate, rate if rate == gone_at else None)
    return {
        "guess_step": lesson.step_of_guess(receipt, trail[-1], rate, decimals),
        "guess_seen": page_frame.saw(seen.sentence, expected, seen.happened),
    }


def on_the_plane(receipts: Receipts, start: Guess) -> Shown:
    """What the part "One line" shows, for descent from ``start``."""
    return {"plane": figures.price_plane(lesson.plane(receipts, start))}, {
        "plane_seen": page_frame.saw(lesson.seen_on_the_plane(receipts, start)),
    }


def in_the_bag(bag: int) -> Shown:
    """What the part "The bag" shows, for a bag at this price in cents."""
    return {"bag_prices": figures.bag_prices(lesson.bag_found(bag))}, {
        "bag_seen": page_frame.saw(lesson.seen_in_the_bag(bag)), "bag_intro": lesson.bag_intro(bag),
    }


def stepping(receipts: Receipts, start: Guess, rate: float, decimals: int) -> Shown:
    """What the part "Steps" shows, for descent from ``start`` at this learning rate, written with these decimals."""
    limit = lesson.largest_rate(receipts)
    distances = lesson.error_by_rate(receipts, start, 2 * limit)
    return {
        "steps": figures.steps_beside_limit(lesson.sides(receipts, start, rate)),
        "by_rate": figures.distance_by_rate(*distances, limit, rate, lesson.STEPS),
    }, {"steps_seen": page_frame.saw(lesson.seen_stepping(receipts, start, rate, decimals))}
