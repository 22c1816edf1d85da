"""A picture whose pixels can be picked: by mouse, by finger, or with the arrow keys and Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.base import FIRST, SECOND, Array

_HTML = """
<canvas tabindex="0" role="application"></canvas>
<div class="status" aria-live="polite">&nbsp;</div>
"""
_CSS = """
canvas {
  display: block; width: 100%; cursor: crosshair; border-radius: 3px; touch-action: manipulation;
}
canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.status { color: var(--st-text-color); font: 13px var(--st-font); padding-top: 4px; white-space: nowrap; }
"""
_JS = """
const CELL = 24
const cursors = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas")
  const status = parentElement.querySelector(".status")
  const { values, rows, columns, marked, low, high, label } = data
  canvas.setAttribute("aria-label", label + " Arrow keys move, Enter picks.")
  canvas.width = columns * CELL
  canvas.height = rows * CELL
  const pen = canvas.getContext("2d")
  const at = cursors.get(parentElement) ?? { pixel: marked.at(-1) ?? 0, shown: false }
  cursors.set(parentElement, at)
  at.pixel = Math.min(at.pixel, rows * columns - 1)

  const mix = value => {
    const end = value < 0 ? low : high
    const share = Math.min(Math.abs(value), 1)
    return "rgb(" + [251, 250, 247].map((paper, i) => Math.round(paper + share * (end[i] - paper))).join() + ")"
  }
  const frame = (pixel, colour, width) => {
    pen.strokeStyle = colour
    pen.lineWidth = width
    const inset = width / 2
    pen.strokeRect(
      (pixel % columns) * CELL + inset, Math.floor(pixel / columns) * CELL + inset, CELL - width, CELL - width,
    )
  }
  const draw = () => {
    values.forEach((value, pixel) => {
      pen.fillStyle = mix(value)
      pen.fillRect((pixel % columns) * CELL, Math.floor(pixel / columns) * CELL, CELL, CELL)
    })
    for (const pixel of marked) frame(pixel, "#d1495b", 6)
    if (at.shown) frame(at.pixel, "#14171c", 3)
  }
  const say = pixel => {
    status.textContent = `row ${Math.floor(pixel / columns)}, column ${pixel % columns}: `
      + values[pixel].toFixed(2).replace("-", "\\u2212")
  }
  const under = event => {
    const box = canvas.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left) / box.width * columns)
    const row = Math.floor((event.clientY - box.top) / box.height * rows)
    return Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)
  }
  const pick = pixel => {
    at.pixel = pixel
    say(pixel)
    setTriggerValue("picked", pixel)
  }
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }

  canvas.onpointermove = event => say(under(event))
  canvas.onpointerleave = () => { status.textContent = "\\u00a0" }
  canvas.onclick = event => pick(under(event))
  canvas.onblur = () => { at.shown = false; draw() }
  canvas.onkeydown = event => {
    if (event.key === "Enter" || event.key === " ") {
      pick(at.pixel)
    } else if (event.key in moves) {
      const next = at.pixel + moves[event.key]
      if (next >= 0 && next < rows * columns) at.pixel = next
      at.shown = true
      say(at.pixel)
      draw()
    } else {
      return
    }
    event.preventDefault()
  }
  draw()
}
"""
_picker = st.components.v2.component("pixel_picker", html=_HTML, css=_CSS, js=_JS)


def pixel_picker(
    values: Array, image_shape: tuple[int, int], marked: Sequence[int], key: str, label: str,
    then: Callable[[int], None], width: int = 240, ink: bool = False,
) -> None:
    """A picture of pixels; whoever picks one calls ``then`` with its number, before the page runs again.

    Parameters
    ----------
    values : (n_pixels,)
        From -1 to 1, drawn from the second digit's colour over paper to the first digit's.
    image_shape : (height, width)
    marked : sequence of int
        The pixels framed in red, counted row by row from 0.
    key : str
    label : str
        What the picture shows, for those who cannot see it.
    then : callable (pixel)
        The session keeps it until the page is drawn anew: let it hold no arrays, as no function of a page does.
    width : int
        In screen pixels.
    ink : bool
        True for values from 0 to 1, drawn as ink.
    """
    _picker(
        key=key, width=width, on_picked_change=partial(_picked, key, image_shape[0] * image_shape[1], then),
        data={
            "values": np.round(values, 3).tolist(), "rows": image_shape[0], "columns": image_shape[1],
            "marked": [int(pixel) for pixel in marked], "label": label,
            "low": _rgb(SECOND), "high": [22, 24, 28] if ink else _rgb(FIRST),
        },
    )


def _picked(key: str, n_pixels: int, then: Callable[[int], None]) -> None:
    pixel = st.session_state[key].get("picked")
    # A forged message may hold anything.
    if isinstance(pixel, int) and not isinstance(pixel, bool) and 0 <= pixel < n_pixels:
        then(pixel)


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))
