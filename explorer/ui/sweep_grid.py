"""A table of runs as a heat map whose cells can be picked: by mouse, by finger, or with the arrow keys and Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

_HTML = """
<div class="frame">
  <div class="grid" role="grid"></div>
  <div class="status" aria-live="polite">&nbsp;</div>
  <div class="legend"></div>
</div>
"""
_CSS = """
.frame { container-type: inline-size; color: var(--st-text-color); font: 12px var(--st-font); }
.line, .head { display: grid; }
.head span { text-align: center; white-space: nowrap; overflow: visible; width: 0; justify-self: center;
  display: flex; justify-content: center; padding-bottom: 2px; }
.name { display: flex; align-items: center; gap: 5px; white-space: nowrap; overflow: hidden; line-height: 1; }
.name.second { padding-left: 14px; }
.cell { all: unset; box-sizing: border-box; height: 24px; padding-bottom: 4px; cursor: pointer; min-width: 0;
  touch-action: manipulation; }
.cell i { display: flex; align-items: center; justify-content: center; height: 100%; margin: 0 0.5px;
  font-style: normal; font-size: 11px; line-height: 1; border-radius: 2px; box-sizing: border-box; }
.cell.trouble i { border: 1px dashed var(--st-gray-color, #8a9099); color: var(--st-text-color); }
.cell.near { background: linear-gradient(var(--st-text-color), var(--st-text-color)) bottom 1px left / 100% 2px
  no-repeat; }
.cell.chosen i { outline: 3px solid #d1495b; outline-offset: -1px; }
.cell:focus-visible i { outline: 3px solid var(--st-primary-color); }
.status { padding: 2px 0; min-height: 16px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; }
.legend b { font-weight: 600; }
.bar { display: inline-block; width: 60px; height: 9px; border-radius: 2px; margin: 0 4px; vertical-align: -1px; }
.under { display: inline-block; width: 18px; border-bottom: 2px solid var(--st-text-color); margin-right: 4px;
  vertical-align: 3px; }
@container (max-width: 470px) {
  .cell:not(.trouble) i { font-size: 0; }
  .head { font-size: 10px; }
}
"""
_JS = """
const stops = hexes => hexes.map(hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16)))
const make = (tag, name, text) => {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== undefined) element.textContent = text
  return element
}

export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid")
  const status = parentElement.querySelector(".status")
  const legend = parentElement.querySelector(".legend")
  const { rows, columns, cells, chosen, colors, marks, sides, label } = data
  const scale = stops(colors)
  const shade = value => {
    const at = value * (scale.length - 1), i = Math.min(Math.floor(at), scale.length - 2)
    return scale[i].map((low, c) => Math.round(low + (at - i) * (scale[i + 1][c] - low)))
  }
  const hadFocus = parentElement.activeElement?.classList?.contains("cell")
  const template = `${sides[0]}px repeat(${columns.length}, minmax(0, 1fr)) ${sides[1]}px`
  const line = name => {
    const element = make("div", name)
    element.style.gridTemplateColumns = template
    return element
  }
  grid.replaceChildren()
  grid.setAttribute("aria-label", label + " Arrow keys move, Enter picks.")

  const head = line("head")
  head.append(make("div"))
  for (const column of columns) head.append(make("span", "", column.shown ? column.label : ""))
  grid.append(head)

  const buttons = []
  const say = words => { status.textContent = words }
  const now = () => say(cells[chosen[0]][chosen[1]].words)
  rows.forEach((row, i) => {
    const element = line("line")
    element.setAttribute("role", "row")
    const name = make("div", row.second ? "name second" : "name")
    name.setAttribute("role", "rowheader")
    const sign = make("span", "", row.sign)
    sign.style.color = row.color
    name.append(sign, make("span", "", row.label))
    element.append(name)
    buttons.push(cells[i].map((cell, j) => {
      const button = make("button", "cell")
      const inner = make("i", "", cell.text)
      button.setAttribute("role", "gridcell")
      button.setAttribute("aria-label", cell.words)
      button.classList.toggle("near", cell.near)
      button.classList.toggle("trouble", cell.shade === null)
      if (cell.shade !== null) {
        const [r, g, b] = shade(cell.shade)
        inner.style.background = `rgb(${r},${g},${b})`
        inner.style.color = 0.3 * r + 0.59 * g + 0.11 * b > 120 ? "#14171c" : "#ffffff"
      }
      const picked = i === chosen[0] && j === chosen[1]
      button.classList.toggle("chosen", picked)
      button.setAttribute("aria-selected", picked)
      button.tabIndex = picked ? 0 : -1
      button.onclick = () => { say(cell.words); setTriggerValue("picked", [i, j]) }
      button.onpointerenter = () => say(cell.words)
      button.onfocus = () => say(cell.words)
      button.onkeydown = event => {
        const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
        if (!step) return
        event.preventDefault()
        buttons[i + step[0]]?.[j + step[1]]?.focus()
      }
      button.append(inner)
      element.append(button)
      return button
    }))
    grid.append(element)
  })
  grid.onpointerleave = now
  now()
  if (hadFocus) buttons[chosen[0]][chosen[1]].focus()

  const bar = make("span", "bar")
  bar.style.background = `linear-gradient(to right, ${colors.join()})`
  const scaleWords = make("span")
  scaleWords.append("50\\u00a0% or less", bar, "100\\u00a0% right")
  const under = make("span")
  under.append(make("span", "under"), "within 1 point of the best of its row")
  legend.replaceChildren(scaleWords, under)
  for (const [word, mark] of Object.entries(marks)) {
    const element = make("span")
    element.append(make("b", "", mark + " "), word)
    legend.append(element)
  }
}
"""
_grid = st.components.v2.component("sweep_grid", html=_HTML, css=_CSS, js=_JS)


def sweep_grid(
    rows: Sequence[dict], columns: Sequence[float], cells: Sequence[Sequence[dict]], chosen: tuple[int, int],
    colors: Sequence[str], marks: dict[str, str], sides: tuple[int, int], key: str, label: str,
    then: Callable[[int, int], None],
) -> None:
    """A heat map of runs; whoever picks a cell calls ``then`` with its row and column, before the page runs again.

    Parameters
    ----------
    rows : sequence of dict
        ``label``, ``sign``, ``color``; ``second`` for a row that belongs to the one above.
    columns : sequence of float
        Learning rates; those that are powers of ten are written over their columns.
    cells : sequence of rows of dict
        ``shade`` from 0 to 1, or None for a cell without a number; ``text``; ``words``; ``near``.
    chosen : (row, column)
    colors : sequence of str
        From shade 0 to shade 1, as #rrggbb.
    marks : dict
        What the marks in the cells stand for: word to mark.
    sides : (int, int)
        Screen pixels left of the columns, for the names of the rows, and right of them.
    key : str
    label : str
        What the table shows, for those who cannot see it.
    then : callable (row, column)
    """
    _grid(
        key=key, on_picked_change=partial(_picked, key, (len(rows), len(columns)), then),
        data={
            "rows": list(rows), "cells": [list(line) for line in cells], "chosen": list(chosen),
            "columns": [{"label": f"{rate:g}", "shown": f"{rate:e}".startswith("1.")} for rate in columns],
            "colors": list(colors), "marks": marks, "sides": list(sides), "label": label,
        },
    )


def _picked(key: str, shape: tuple[int, int], then: Callable[[int, int], None]) -> None:
    place = st.session_state[key].get("picked")
    # A forged message may hold anything.
    if (
        isinstance(place, (list, tuple)) and len(place) == 2
        and all(isinstance(n, int) and not isinstance(n, bool) for n in place)
        and 0 <= place[0] < shape[0] and 0 <= place[1] < shape[1]
    ):
        then(*place)
