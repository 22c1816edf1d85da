"""The rows of "Compare losses": one native list per choice, in the visitor's session and in the link."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer import compare
from explorer.compare import CODES, FEWEST, LETTERS, MOST, Row, Rows
from explorer.compare_results import Outcome, outcomes
from explorer.datasets import load
from explorer.figures.compare import COLOURS
from explorer.losses import LOSSES
from explorer.settings import Settings
from explorer.training import train_many
from explorer.ui import controls, in_link, linked, show

PARAMETER = "runs"

_CSS = """
.rows { display: grid; gap: 4px; font: 14px var(--st-font); color: var(--st-text-color); }
.row, .head {
  display: grid; gap: 4px; align-items: center;
  grid-template-columns: 28px minmax(0, 1.05fr) minmax(0, 1.5fr) minmax(0, 0.85fr) 32px minmax(0, 1.2fr) 28px 28px;
}
.head { font-size: 12.5px; opacity: 0.85; }
select, button {
  font: inherit; color: inherit; background: var(--st-secondary-background-color); height: 30px; min-width: 0;
  border: 1px solid var(--st-border-color); border-radius: 4px; box-sizing: border-box; width: 100%; padding: 0 2px;
}
button { cursor: pointer; padding: 0; }
svg { width: 16px; height: 16px; display: block; margin: auto; fill: none; stroke: currentColor; stroke-width: 1.6; }
button:disabled, input:disabled { opacity: 0.35; cursor: default; }
select:focus-visible, button:focus-visible, input:focus-visible {
  outline: 2px solid var(--st-primary-color); outline-offset: 1px;
}
option { color: var(--st-text-color); background: var(--st-background-color); }
input { width: 18px; height: 18px; margin: 0 auto; display: block; accent-color: var(--st-primary-color); }
.letter { font-weight: 700; color: #fff; border: 2px solid; }
.letter[aria-pressed="false"] { background: none !important; color: var(--st-text-color); opacity: 0.7; }
.foot { display: flex; gap: 6px; margin-top: 4px; font: 14px var(--st-font); color: var(--st-text-color); }
.foot button { width: auto; padding: 0 12px; height: 32px; }
.cell { min-width: 0; } .cell span { display: none; }
@media (max-width: 640px) {
  .head { display: none; }
  .row {
    grid-template-columns: 30px 34px minmax(0, 1fr) minmax(0, 1.3fr) 32px 32px; padding-bottom: 4px;
    grid-template-areas: "letter score score loss copy remove" "bias bias rate start start start";
  }
  .letter { grid-area: letter; } .cell.score { grid-area: score; } .cell.loss { grid-area: loss; }
  .cell.learning_rate { grid-area: rate; } .cell.bias { grid-area: bias; } .cell.start { grid-area: start; }
  .copy { grid-area: copy; } .remove { grid-area: remove; }
  .cell.learning_rate, .cell.bias { display: flex; align-items: center; gap: 4px; }
  .cell.learning_rate span, .cell.bias span { display: inline; }
  .cell.bias { flex-direction: row-reverse; justify-content: flex-end; } .cell.bias input { margin: 0 2px 0 6px; }
}
"""
# The browser holds the rows and sends the whole set: of two quick changes, the second one carries the first.
_JS = """
const boards = new WeakMap()
const COPY = '<svg viewBox="0 0 16 16"><rect x="2" y="2" width="8.5" height="8.5" rx="1"/>'
  + '<path d="M13.5 5.5v7a1 1 0 0 1-1 1h-7"/></svg>'
const REMOVE = '<svg viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></svg>'

export default function ({ parentElement, data, setTriggerValue }) {
  const { letters, colours, fields, fewest, most, offer, unread } = data
  const box = parentElement.querySelector(".rows")
  const board = boards.get(parentElement) ?? { sent: [], made: new Map() }
  boards.set(parentElement, board)
  board.read = () => board.code.split("_").map(part => part.split("-"))
  board.send = rows => {
    board.code = rows.map(row => row.join("-")).join("_")
    board.sent.push(board.code)
    show()
    setTriggerValue("rows", board.code)
  }
  const free = rows => [...letters].find(letter => !rows.some(row => row[0].toUpperCase() === letter))
  const find = (rows, letter) => rows.findIndex(row => row[0].toUpperCase() === letter)
  const focus = (letter, name) => board.made.get(letter)?.querySelector(name)?.focus()

  const make = letter => {
    const line = document.createElement("div")
    line.className = "row"
    line.setAttribute("role", "group")
    line.setAttribute("aria-label", "Run " + letter)
    const name = document.createElement("button")
    name.className = "letter"
    name.textContent = letter
    name.style.background = name.style.borderColor = colours[letter]
    name.setAttribute("aria-label", "Line of run " + letter)
    name.onclick = () => {
      const rows = board.read(), row = rows[find(rows, letter)]
      row[0] = row[0] === letter ? letter.toLowerCase() : letter
      board.send(rows)
    }
    line.append(name)
    for (const [place, field] of fields.entries()) {
      const cell = document.createElement("label")
      cell.className = "cell " + field.key
      const word = document.createElement("span")
      word.textContent = field.label.toLowerCase()
      const choice = document.createElement(field.key === "bias" ? "input" : "select")
      choice.setAttribute("aria-label", field.label + " of run " + letter)
      choice.title = field.label
      if (field.key === "bias") choice.type = "checkbox"
      else for (const [code, label] of field.options) choice.add(new Option(label, code))
      choice.onchange = () => {
        const rows = board.read()
        rows[find(rows, letter)][place + 1] = field.key === "bias" ? (choice.checked ? "b" : "n") : choice.value
        board.send(rows)
      }
      cell.append(word, choice)
      line.append(cell)
    }
    for (const [kind, sign, label] of [["copy", COPY, "Copy run "], ["remove", REMOVE, "Remove run "]]) {
      const button = document.createElement("button")
      button.className = kind
      button.innerHTML = sign
      button.title = label + letter
      button.setAttribute("aria-label", label + letter)
      button.onclick = () => {
        const rows = board.read(), at = find(rows, letter)
        if (kind === "remove") {
          const next = rows[at + 1] ?? rows[at - 1]
          rows.splice(at, 1)
          board.send(rows)
          focus(next[0].toUpperCase(), ".loss select")
        } else {
          const other = free(rows)
          rows.splice(at + 1, 0, [other, ...rows[at].slice(1)])
          board.send(rows)
          focus(other, ".loss select")
        }
      }
      line.append(button)
    }
    return line
  }
  const show = () => {
    const rows = board.read()
    for (const [letter, line] of board.made) {
      if (find(rows, letter) < 0) { line.remove(); board.made.delete(letter) }
    }
    let after = box.querySelector(".head")
    for (const [sign, ...codes] of rows) {
      const letter = sign.toUpperCase()
      if (!board.made.has(letter)) board.made.set(letter, make(letter))
      const line = board.made.get(letter)
      if (after.nextElementSibling !== line) after.after(line)
      after = line
      const name = line.querySelector(".letter")
      name.setAttribute("aria-pressed", sign === letter)
      name.title = (sign === letter ? "Hide" : "Show") + " the line of run " + letter
      for (const [place, field] of fields.entries()) {
        const choice = line.querySelector(`.${field.key} > :is(select, input)`)
        if (field.key === "bias") {
          choice.disabled = unread.includes(codes[1])
          choice.checked = codes[place] === "b" && !choice.disabled
        } else if (choice.value !== codes[place]) choice.value = codes[place]
      }
      line.querySelector(".copy").disabled = rows.length >= most
      line.querySelector(".remove").disabled = rows.length <= fewest
    }
    add.disabled = rows.length >= most
  }
  const add = parentElement.querySelector(".add")
  add.onclick = () => {
    const rows = board.read()
    const letter = free(rows)
    board.send([...rows, [letter, ...offer.split("-").slice(1)]])
    focus(letter, ".loss select")
  }
  parentElement.querySelector(".first").onclick = () => board.send(data.first.split("_").map(part => part.split("-")))

  // An answer to a change that was followed by another is out of date.
  const answered = board.sent.indexOf(data.code)
  if (answered >= 0 && answered < board.sent.length - 1) {
    board.sent.splice(0, answered + 1)
    return
  }
  board.sent = []
  board.code = data.code
  show()
}
"""
_LABELS = {"score": "Score", "loss": "Loss", "learning_rate": "Rate", "bias": "Bias", "start": "Start"}
_HTML = (
    '<div class="rows"><div class="head" aria-hidden="true"><span></span>'
    + "".join(f"<span>{label}</span>" for label in _LABELS.values())
    + '</div></div><div class="foot"><button class="add">+ Add a run</button>'
    '<button class="first">First runs</button></div>'
)
_editor = st.components.v2.component("run_rows", html=_HTML, css=_CSS, js=_JS)


def rows() -> Rows:
    """The set as the visitor left it, or as a link says; what could not be read is named. Keeps the link."""
    first = compare.write(compare.FIRST_SET)
    chosen, problems = compare.read(in_link.text_of(PARAMETER, first))
    if problems:
        st.warning(
            "\n".join(f"- {problem}" for problem in problems), title="Something in this link cannot be used",
            icon=":material/link_off:",
        )
    in_link.put(PARAMETER, compare.write(chosen), first)
    return chosen


def editor(chosen: Rows) -> None:
    """The rows, each choice a list; a change is in the session before the page runs again."""
    if not linked.offer(PARAMETER, "The runs"):
        return
    _editor(key="run_rows", on_rows_change=_changed, data={
        "code": compare.write(chosen), "first": compare.write(compare.FIRST_SET),
        "offer": compare.offered(chosen).code, "letters": LETTERS, "colours": COLOURS, "fewest": FEWEST, "most": MOST,
        "fields": [
            {
                "key": field, "label": label,
                "options": [[code, controls.words(value)] for code, value in CODES[field].items()],
            } for field, label in _LABELS.items()
        ],
        # Losses in which no bias is read.
        "unread": [code for code, key in CODES["loss"].items() if LOSSES[key].pixelwise],
    })


def _changed() -> None:
    code = st.session_state["run_rows"].get("rows")
    new, problems = compare.read(code)
    if not problems:  # a forged message may hold anything; what is not a set changes nothing
        in_link.change(PARAMETER, compare.write(new))


def results(chosen: Rows, shared: Settings) -> list[Outcome]:
    """All runs of a set, trained at once, and what they came to."""
    # Whether a line is hidden changes no result.
    told = _results(tuple(replace(row, shown=True) for row in chosen), compare.settings_of(chosen, shared))
    return [replace(outcome, row=row) for outcome, row in zip(told, chosen, strict=True)]


@st.cache_resource(max_entries=32, show_spinner=False)
def _results(chosen: Rows, settings: tuple[Settings, ...]) -> list[Outcome]:
    shared = settings[0]
    images = load(shared.dataset, shared.digits, shared.black_and_white, shared.inverted)
    return outcomes(chosen, train_many(images, settings), images)


def train_link(row: Row, shared: Settings) -> str:
    """The address of one run on the page Train."""
    (settings,) = compare.settings_of([row], shared)
    return f"train?{show.link_query(controls.link_to(settings))}"
