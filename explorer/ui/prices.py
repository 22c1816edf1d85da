"""The controls of the page "Apples and pears": the guess and its trail, the learning rate, the table of receipts.

What a widget or a link holds is not trusted: a price out of range becomes the first guess, and ``lesson.read_table``
checks the receipts.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.inputs import bounds, numbers
from explorer.lessons import prices as lesson
from explorer.lessons.prices import REACH, START, Reading, Receipts
from explorer.ui import address, linked

_FRUIT = (("apple", "An apple (cents)"), ("pear", "A pear (cents)"))
_TRAIL = "_trail"  # in the session: the guesses so far
_LEFT_SLIDERS = "_flew_off"  # in the session: the guess and the rate whose step went beyond the sliders
_TYPED = "_receipt_rows"  # in the session: the table as typed
_GIVEN_TO_EDITOR = "_receipt_rows_shown"  # in the session: the table that the editor was given at first
_EDITOR = "_receipt_table"  # in the session: the key of the editor
_PARAMETER = "receipts"  # of the table, in the address
_FIRST_RECEIPTS = lesson.link_of_rows(lesson.FIRST_ROWS)
_RATE = "price_rate"
_MOST_GUESSES = 400


def _within(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and low <= value <= high


def guess() -> tuple[float, float]:
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


def guess_sliders() -> tuple[float, float]:
    """Two sliders for the prices, side by side if there is room; returns the guess."""
    now = guess()
    with st.container(horizontal=True):
        for (key, label), value, start in zip(_FRUIT, now, START, strict=True):
            if key in st.session_state:
                st.session_state[key] = value
            st.slider(label, -REACH, REACH, start, 0.5, "%.2f", key=key, bind="query-params", width=170)
    return guess()


def guesses_so_far(now: tuple[float, float]) -> list[tuple[float, float]]:
    """The guesses of this visit, with ``now`` as the last one."""
    guesses = st.session_state.setdefault(_TRAIL, [])
    if not guesses or guesses[-1] != now:
        _add([now])
    return st.session_state[_TRAIL]


def rate_beyond_sliders(rate: float) -> float | None:
    """``rate`` if the last steps, made at this rate and ending at the present guess, went beyond the sliders."""
    return rate if st.session_state.get(_LEFT_SLIDERS) == (*guess(), rate) else None


def guess_buttons(receipt: Receipts) -> None:
    """The buttons that change the guess."""
    with st.container(horizontal=True, gap="small"):
        st.button("Scale it", icon=":material/percent:", on_click=_scale, args=(receipt,),
                  help="Both prices × receipt / cost.")
        st.button("One step downhill", icon=":material/south_east:", on_click=_downhill, args=(receipt, 1),
                  help="Gradient descent: each price changes by minus rate × error × quantity.")
        st.button("All the way", icon=":material/fast_forward:", on_click=_downhill, args=(receipt, 300),
                  help="Steps downhill until the cost is right to the cent, 300 at most.")
        st.button("Start again", icon=":material/restart_alt:", on_click=_start_again,
                  help="Back to 5 and 9, without the dots.")


def _add(guesses: Sequence[tuple[float, float]]) -> None:
    st.session_state[_TRAIL] = [*st.session_state.get(_TRAIL, []), *guesses][-_MOST_GUESSES:]


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
        "Learning rate", 0.0, scale.high, scale.default,
        scale.step, f"%.{scale.decimals}f", key=_RATE, bind="query-params",
        help="How far a step goes: each price changes by minus rate × the mean of error × quantity. The limit is 2 / "
        "(largest eigenvalue of the curvature): where the slope changes fastest, a longer step lands further out "
        "than it began.",
    )
    # The slider ends at twice the limit, so a centred text is below the limit.
    st.markdown(f":red[limit ▲ {limit:.3g}]", text_alignment="center")
    return (rate if _within(rate, 0, scale.high) else scale.default), scale.decimals


def receipts() -> Reading:
    """The receipts: as the visitor typed them, else from the link, else the first ones."""
    return lesson.read_table(_rows())


def receipts_table() -> Reading:
    """The receipts in a table to edit, of ``lesson.MOST_ROWS`` rows; refused rows are named below it."""
    st.markdown("**The receipts, yours to edit**")
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
            alt="The receipts: how many apples, how many pears, and what they cost in cents. Every cell can be edited.",
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
        st.segmented_control, "Receipts to use", list(options), default="one", required=True, key="receipts_used",
    )
    return receipts.first(options.get(used, 1))


def no_receipts() -> None:
    """A message in place of the figures, if no receipt can be used, and a button to the first ones."""
    st.info(lesson.nothing_to_learn(), icon=":material/receipt_long:")
    st.button("The first receipts again", on_click=_reset_receipts)


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
