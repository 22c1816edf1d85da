"""What the page of apples and pears keeps for the visit: the guess and its trail, the receipts, the rate.

What a widget or a link holds is not trusted: a price is a number within reach or the first guess, a
receipt is what ``prices.read_table`` makes of it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer import bounds, prices, typed
from explorer.prices import REACH, START, Reading, Receipts
from explorer.ui import in_link, linked

_FRUIT = (("apple", "An apple (cents)"), ("pear", "A pear (cents)"))
_TRAIL = "_trail"  # in the session: the guesses so far
_FLEW = "_flew_off"  # in the session: the guess and the rate with which a step left the sliders
_ROWS = "_receipt_rows"  # in the session: the table as typed
_SHOWN = "_receipt_rows_shown"  # in the session: the table as the editor was given it
_TABLE = "_receipt_table"  # in the session: the key of the editor that is drawn
_LINK = "receipts"  # in the address
_FIRST = prices.link_of_rows(prices.FIRST_ROWS)
_RATE = "price_rate"
_MOST_GUESSES = 400


def _within(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and low <= value <= high


def guess() -> tuple[float, float]:
    """The guess as the sliders have it, or the link, or the first one."""
    found = []
    for (key, _), start in zip(_FRUIT, START, strict=True):
        value = st.session_state.get(key)
        if value is None:  # not drawn yet: the link may know
            try:
                value = typed.number(st.query_params.get(key, str(start)))
            except ValueError:
                value = start
        found.append(float(value) if _within(value, -REACH, REACH) else start)
    return found[0], found[1]


def guess_sliders() -> tuple[float, float]:
    """Two sliders for the prices, side by side where there is room."""
    now = guess()
    with st.container(horizontal=True):
        for (key, label), value, start in zip(_FRUIT, now, START, strict=True):
            if key in st.session_state:
                st.session_state[key] = value
            st.slider(label, -REACH, REACH, start, 0.5, "%.2f", key=key, bind="query-params", width=170)
    return guess()


def trail(now: tuple[float, float]) -> list[tuple[float, float]]:
    """The guesses of this visit, the present one last."""
    guesses = st.session_state.setdefault(_TRAIL, [])
    if not guesses or guesses[-1] != now:
        _add([now])
    return st.session_state[_TRAIL]


def gone_at(rate: float) -> float | None:
    """The learning rate, if the step last asked for left the sliders from the present guess with it."""
    return rate if st.session_state.get(_FLEW) == (*guess(), rate) else None


def guess_buttons(receipt: Receipts) -> None:
    """Scale it, one step, all the way, start again."""
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


def _go_to(prices_now: Sequence[float]) -> None:
    for (key, _), price in zip(_FRUIT, prices_now, strict=True):
        st.session_state[key] = min(max(float(price), -REACH), REACH)


def _scale(receipt: Receipts) -> None:
    after = prices.scaled(receipt, guess())
    if after is not None:
        _go_to(after)


def _downhill(receipt: Receipts, steps: int) -> None:
    scale = prices.rate_scale(prices.largest_rate(receipt))
    rate = st.session_state.get(_RATE)
    rate = rate if _within(rate, 0, scale.high) else scale.default
    walk = prices.walk(receipt, guess(), rate, steps)
    _add([(float(a), float(p)) for a, p in walk.path[1:]])
    _go_to(walk.path[-1])
    st.session_state[_FLEW] = (*guess(), rate) if walk.ending == "gone" else None


def _start_again() -> None:
    st.session_state[_TRAIL] = []
    st.session_state[_FLEW] = None
    _go_to(START)


def rate_slider(limit: float) -> tuple[float, int]:
    """The learning rate of this page, on a slider with its limit in the middle.

    Returns
    -------
    rate : float
    decimals : int
        How many are shown.
    """
    scale = prices.rate_scale(limit)
    if _RATE in st.session_state and not _within(st.session_state[_RATE], 0, scale.high):
        st.session_state[_RATE] = scale.default
    rate = st.slider(
        "Learning rate", 0.0, scale.high, scale.default,
        scale.step, f"%.{scale.decimals}f", key=_RATE, bind="query-params",
        help="How far a step goes: each price changes by minus rate × the mean of error × quantity. The limit is 2 / "
        "(largest eigenvalue of the curvature): where the slope changes fastest, a longer step lands further out "
        "than it began.",
    )
    # The slider ends at twice the limit: what is centred below it stands at the limit.
    st.markdown(f":red[limit ▲ {limit:.3g}]", text_alignment="center")
    return (rate if _within(rate, 0, scale.high) else scale.default), scale.decimals


def receipts() -> Reading:
    """The receipts as the visitor typed them, or as the link says, or the first ones."""
    return prices.read_table(_rows())


def receipts_table() -> Reading:
    """The same as a table to edit, with as many rows as there may be; what is left out is named below it."""
    st.markdown("**The receipts, yours to edit**")
    state = st.session_state
    rows = _take_edits()
    if not _drawn():
        # Streamlit applies what a message says of a table before it returns it, however much that is: only a table that
        # was drawn before can be looked at first. The name of a new one is drawn, and no message can know it.
        state[_TABLE] = f"receipt_table_{secrets.token_hex(8)}"
        # The editor keeps its own account of edits to the table it was first given: that must not change under it.
        state[_SHOWN] = prices.filled(_rows())
    columns = {name: [row[k] for row in state[_SHOWN]] for k, name in enumerate(prices.COLUMNS)}
    with st.container(key="receipt_table"):
        st.data_editor(
            # A click on a heading sorts the table: each row keeps the number by which messages call it.
            {"row": range(1, prices.MOST_ROWS + 1)} | columns, key=state[_TABLE], hide_index=True, disabled=["row"],
            placeholder="", row_height=28, column_config={"row": st.column_config.NumberColumn(width=50)} | {
                name: st.column_config.TextColumn(max_chars=bounds.PASTED, width=80) for name in prices.COLUMNS
            },
            alt="The receipts: how many apples, how many pears, and what they cost in cents. Every cell can be edited.",
        )
    reading = prices.read_table(rows)
    if reading.refused:
        st.warning("  \n".join(reading.refused))
    return reading


def _drawn() -> bool:
    """Whether the table was drawn in the last run, so that it is known what it was edited from."""
    return _TABLE in st.session_state and st.session_state[_TABLE] in st.session_state


def _take_edits() -> Sequence[Sequence[object]]:
    """The rows with what the browser says was edited; a table that must be drawn anew is forgotten."""
    state = st.session_state
    if not _drawn():
        return _rows()
    sent = state[state[_TABLE]]
    told = None if sent["added_rows"] or sent["deleted_rows"] else prices.edited(state[_SHOWN], sent["edited_rows"])
    if told is None:  # forged: nothing of it is used, and Streamlit must not see it
        del state[state[_TABLE]]
        return _rows()
    rows = prices.spread(told)
    if rows != told:  # shown in its rows and columns
        del state[state[_TABLE]]
    state[_ROWS] = prices.filled(rows)
    in_link.put(_LINK, prices.link_of_rows(rows), _FIRST)
    return rows


def how_many(receipts: Receipts) -> Receipts:
    """The receipts that the reader wants to use."""
    options = {"one": 1, "two": 2, "all": len(receipts)}
    used = linked.control(
        st.segmented_control, "Receipts to use", list(options), default="one", required=True, key="receipts_used",
    )
    return receipts.first(options.get(used, 1))


def no_receipts() -> None:
    """In place of pictures, where no receipt can be used."""
    st.info(prices.nothing_to_learn(), icon=":material/receipt_long:")
    st.button("The first receipts again", on_click=first_receipts)


def first_receipts() -> None:
    """For a button: the first receipts again."""
    in_link.change(_LINK, _FIRST)


def _rows() -> Sequence[Sequence[object]]:
    """The rows as typed, as long as the address and the visit say the same; else those that the address brings."""
    state, link = st.session_state, in_link.text_of(_LINK, _FIRST)
    if _ROWS not in state or prices.link_of_rows(state[_ROWS]) != link:
        state[_ROWS], problem = prices.rows_of_link(link)
        state.pop(_TABLE, None)  # the table as it was edited
        if problem:
            st.warning(problem, icon=":material/link_off:")
    in_link.put(_LINK, prices.link_of_rows(state[_ROWS]), _FIRST)
    return state[_ROWS]
