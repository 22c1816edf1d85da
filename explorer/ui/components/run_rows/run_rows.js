// A set of runs is text: rows joined by "_", a row its codes joined by "-". A row's first code is its letter, in lower
// case where its line is hidden; the others follow the order of `fields`.
const decode = text => text.split("_").map(row => row.split("-"))
const encode = rows => rows.map(row => row.join("-")).join("_")
const letterOf = row => row[0].toUpperCase()
const named = (text, letter, choice = "") => text.replace("#", choice).replace("*", letter)
const indexOf = (rows, letter) => rows.findIndex(row => letterOf(row) === letter)

const states = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  const { letters, colours, dashes, fields, fewest, most, offer, unread, words } = data
  const head = parentElement.querySelector(".head")
  const add = parentElement.querySelector(".add")
  const reset = parentElement.querySelector(".first")

  // code: the set on the screen; sent: sets that the server has not answered yet; lines: letter -> element.
  const state = states.get(parentElement) ?? { sent: [], lines: new Map() }
  states.set(parentElement, state)
  const readRows = () => decode(state.code)
  // In the state, as lines made in an earlier call send with the newest data.
  state.send = rows => {
    state.code = encode(rows)
    state.sent.push(state.code)
    show()
    setTriggerValue("rows", state.code)
  }
  const freeLetter = rows => [...letters].find(letter => indexOf(rows, letter) < 0)
  const focusLoss = letter => state.lines.get(letter)?.querySelector(".loss select")?.focus()

  const createLine = letter => {
    const line = document.createElement("div")
    line.className = "row"
    line.setAttribute("role", "group")
    line.setAttribute("aria-label", named(words.run, letter))
    const name = document.createElement("button")
    name.className = "letter"
    name.textContent = letter
    name.style.borderBottom = `5px ${dashes[letter] === "solid" ? "solid" : "dashed"} ${colours[letter]}` // as its line
    name.setAttribute("aria-label", named(words.line, letter))
    name.onclick = () => {
      const rows = readRows(), row = rows[indexOf(rows, letter)]
      row[0] = row[0] === letter ? letter.toLowerCase() : letter
      state.send(rows)
    }
    line.append(name)
    for (const [place, field] of fields.entries()) {
      const cell = document.createElement("label")
      cell.className = "cell " + field.key
      const caption = document.createElement("span")
      caption.textContent = field.label.toLowerCase()
      const control = document.createElement(field.key === "bias" ? "input" : "select")
      control.setAttribute("aria-label", named(words.choice, letter, field.label))
      control.title = field.label
      if (field.key === "bias") control.type = "checkbox"
      else for (const [code, label] of field.options) control.add(new Option(label, code))
      control.onchange = () => {
        const rows = readRows()
        rows[indexOf(rows, letter)][place + 1] = field.key === "bias" ? (control.checked ? "b" : "n") : control.value
        state.send(rows)
      }
      cell.append(caption, control)
      line.append(cell)
    }
    const addButton = (kind, label, change) => {
      const button = document.createElement("button")
      button.className = kind
      const icon = parentElement.querySelector(`template.${kind}-icon`)
      button.append(icon.content.firstElementChild.cloneNode(true))
      button.title = label
      button.setAttribute("aria-label", label)
      button.onclick = () => {
        const rows = readRows()
        const next = change(rows, indexOf(rows, letter))
        state.send(rows)
        focusLoss(next)
      }
      line.append(button)
    }
    // Each changes the rows in place and returns the letter of the row that gets the focus.
    addButton("copy", named(words.copy, letter), (rows, index) => {
      const copy = freeLetter(rows)
      rows.splice(index + 1, 0, [copy, ...rows[index].slice(1)])
      return copy
    })
    addButton("remove", named(words.remove, letter), (rows, index) => {
      const neighbour = rows[index + 1] ?? rows[index - 1]
      rows.splice(index, 1)
      return letterOf(neighbour)
    })
    return line
  }
  const show = () => {
    const rows = readRows()
    for (const [letter, line] of state.lines) {
      if (indexOf(rows, letter) < 0) { line.remove(); state.lines.delete(letter) }
    }
    let previous = head
    for (const row of rows) {
      const letter = letterOf(row), isShown = row[0] === letter, codes = row.slice(1)
      if (!state.lines.has(letter)) state.lines.set(letter, createLine(letter))
      const line = state.lines.get(letter)
      if (previous.nextElementSibling !== line) previous.after(line)
      previous = line
      const name = line.querySelector(".letter")
      name.setAttribute("aria-pressed", isShown)
      name.title = named(isShown ? words.hide : words.show, letter)
      for (const [place, field] of fields.entries()) {
        const control = line.querySelector(`.${field.key} > :is(select, input)`)
        if (field.key === "bias") {
          control.disabled = unread.includes(codes[1])
          control.checked = codes[place] === "b" && !control.disabled
        } else if (control.value !== codes[place]) control.value = codes[place]
      }
      line.querySelector(".copy").disabled = rows.length >= most
      line.querySelector(".remove").disabled = rows.length <= fewest
    }
    add.disabled = rows.length >= most
  }
  add.textContent = words.add
  reset.textContent = words.first
  add.onclick = () => {
    const rows = readRows(), letter = freeLetter(rows)
    state.send([...rows, [letter, ...offer.split("-").slice(1)]])
    focusLoss(letter)
  }
  reset.onclick = () => state.send(decode(data.first))
  // The first column, the letters', has no title.
  head.replaceChildren(...["", ...fields.map(field => field.label)].map(title => {
    const cell = document.createElement("span")
    cell.textContent = title
    return cell
  }))

  // The server's answer to an earlier change must not undo a later one.
  const answered = state.sent.indexOf(data.code)
  if (answered >= 0 && answered < state.sent.length - 1) {
    state.sent.splice(0, answered + 1)
    return
  }
  state.sent = []
  state.code = data.code
  show()
}
