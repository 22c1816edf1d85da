"""A pad to draw on by mouse, finger or pen, and where the drawing is kept."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.drawing import ALPHABET, GRID, MAX_LENGTH, Strokes, decode
from explorer.ui import in_link

PARAMETER = "drawing"  # in the link

_HTML = """
<div class="pad">
  <canvas role="img"></canvas>
  <div class="buttons">
    <button type="button" class="undo">Undo</button>
    <button type="button" class="clear">Clear</button>
  </div>
  <div class="full" aria-live="polite"></div>
</div>
"""
_CSS = """
.pad { max-width: 280px; }
canvas {
  display: block; width: 100%; aspect-ratio: 1; box-sizing: border-box; cursor: crosshair;
  border: 1px solid var(--st-widget-border-color, #8a9099); border-radius: var(--st-base-radius);
  background: #fbfaf7; touch-action: none; user-select: none; -webkit-user-select: none;
}
.buttons { display: flex; gap: 0.5rem; padding-top: 0.5rem; }
button {
  flex: 1; font: 14px var(--st-font); padding: 0.35rem 0; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
button:hover:enabled { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.full { color: var(--st-text-color); font: 14px var(--st-font); }
.full:not(:empty) { padding-top: 0.5rem; }
button:disabled { opacity: 0.45; cursor: default; }
"""
_JS = """
const states = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas")
  const undo = parentElement.querySelector(".undo")
  const clear = parentElement.querySelector(".clear")
  const full = parentElement.querySelector(".full")
  const { grid, alphabet, longest, label, hint } = data
  canvas.setAttribute("aria-label", label)

  // text: the strokes that are done; stroke: the one under the pen; told: what the server has
  // been sent and has not sent back yet; heard: what it sent last.
  const state = states.get(parentElement) ?? { text: "", stroke: null, pointer: null, told: [], heard: "" }
  states.set(parentElement, state)

  const letters = ([x, y]) => {
    const both = x * grid + y
    return alphabet[both >> 12] + alphabet[(both >> 6) & 63] + alphabet[both & 63]
  }
  const points = stroke => stroke.match(/.../g).map(point => {
    const both = [...point].reduce((sum, letter) => sum * 64 + alphabet.indexOf(letter), 0)
    return [Math.floor(both / grid), both % grid]
  })
  const far = (a, b, least) => Math.hypot(a[0] - b[0], a[1] - b[1]) >= least
  // The drawing with one more stroke, of whose points as many are kept as there is room for.
  const joined = (text, stroke) => {
    const room = Math.floor((longest - text.length - (text ? 1 : 0)) / 3)
    if (room < 1) return null
    const last = stroke.length - 1
    const kept = last < room
      ? stroke : Array.from({ length: room }, (_, i) => stroke[Math.round(i / Math.max(room - 1, 1) * last)])
    return (text ? text + "." : "") + kept.map(letters).join("")
  }

  const draw = () => {
    const sharp = window.devicePixelRatio || 1
    const side = Math.round(canvas.clientWidth * sharp)
    if (!side) return
    if (canvas.width !== side) canvas.width = canvas.height = side
    const pen = canvas.getContext("2d")
    pen.fillStyle = "#fbfaf7"
    pen.fillRect(0, 0, side, side)
    const strokes = state.text ? state.text.split(".").map(points) : []
    if (state.stroke) strokes.push(state.stroke)
    if (!strokes.length) {
      pen.fillStyle = "#6b7178"
      pen.font = `${15 * sharp}px sans-serif`
      pen.textAlign = "center"
      pen.fillText(hint, side / 2, side / 2)
    }
    pen.strokeStyle = "#16181c"
    pen.lineWidth = side * 0.075
    pen.lineCap = pen.lineJoin = "round"
    for (const stroke of strokes) {
      pen.beginPath()
      pen.moveTo(...stroke[0].map(at => (at + 0.5) / grid * side))
      for (const point of stroke) pen.lineTo(...point.map(at => (at + 0.5) / grid * side))
      pen.stroke()
    }
    undo.disabled = clear.disabled = !state.text
  }
  const tell = text => {
    full.textContent = ""
    state.text = text
    state.told.push(text)
    draw()
    setTriggerValue("drawn", { text })
  }

  // The server's answer to an earlier stroke must not take away a later one.
  if (data.text !== state.heard) {
    state.heard = data.text
    const answered = state.told.indexOf(data.text)
    if (answered < 0) {
      state.text = data.text
      state.told = []
    } else {
      state.told.splice(0, answered + 1)
    }
  }

  const under = event => {
    const box = canvas.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      .map(share => Math.min(Math.max(Math.floor(share * grid), 0), grid - 1))
  }
  canvas.onpointerdown = event => {
    if (state.pointer !== null || event.button !== 0) return
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    state.pointer = event.pointerId
    state.stroke = [under(event)]
    draw()
  }
  canvas.onpointermove = event => {
    if (event.pointerId !== state.pointer) return
    const seen = event.getCoalescedEvents?.() ?? []
    for (const one of seen.length ? seen : [event]) {
      const point = under(one)
      if (far(point, state.stroke.at(-1), 6)) state.stroke.push(point)
    }
    draw()
  }
  canvas.onpointerup = canvas.onpointercancel = event => {
    if (event.pointerId !== state.pointer) return
    const text = joined(state.text, state.stroke)
    state.pointer = state.stroke = null
    if (text === null) {
      full.textContent = "The pad is full: undo a stroke, or clear it."
      draw()
    } else {
      tell(text)
    }
  }
  undo.onclick = () => tell(state.text.split(".").slice(0, -1).join("."))
  clear.onclick = () => tell("")
  draw()

  const watch = new ResizeObserver(draw)
  state.watch?.disconnect()
  state.watch = watch
  watch.observe(canvas)
  return () => watch.disconnect()
}
"""
_pad = st.components.v2.component("drawing_pad", html=_HTML, css=_CSS, js=_JS)


def drawing_pad(label: str, hint: str, key: str) -> Strokes:
    """The pad, with the drawing of this visit on it, and that drawing's strokes.

    The drawing is in the link and, for the visit, in the session. One that a link brings and that
    cannot be read is told of, and the pad is empty.

    Parameters
    ----------
    label : str
        What the pad is for, for those who cannot see it.
    hint : str
        What stands on it while it is empty.
    key : str
    """
    text, strokes = _read()
    _pad(key=key, on_drawn_change=partial(_drawn, key), data={
        "text": text, "grid": GRID, "alphabet": ALPHABET, "longest": MAX_LENGTH, "label": label, "hint": hint,
    })
    return strokes


def _drawn(key: str) -> None:
    sent = st.session_state[key].get("drawn")
    # A forged message may hold anything; what is not a drawing changes nothing.
    if isinstance(sent, dict) and isinstance(sent.get("text"), str) and not _problem(sent["text"]):
        in_link.change(PARAMETER, sent["text"])


def _read() -> tuple[str, Strokes]:
    text = in_link.text_of(PARAMETER, "")
    problem = _problem(text)
    if problem:
        st.warning(
            f"The drawing in this link cannot be shown: {problem}. Draw a new one.", icon=":material/link_off:",
        )
        text = ""
    in_link.put(PARAMETER, text, "")
    return text, decode(text)


def _problem(text: str) -> str | None:
    try:
        decode(text)
    except ValueError as problem:
        return str(problem)
    return None
