// A grid of pixels to paint on, in three levels. What is painted is shown at once; the server is asked for its numbers
// while the brush moves (components/live), and gets the painting at the end of each stroke.

const SIZES = [1, 2, 3, 5] // of the brush, in pixels of the picture
const MOST_STEPS = 100 // that can be undone
const FAINT = 0.3 // of the help under the painting
const PER_BYTE = 5
const painters = new WeakMap() // the component's element -> its Painter
const live = import(explorerFiles.live)

export default function ({ parentElement, data, setTriggerValue }) {
  let painter = painters.get(parentElement)
  if (!painter) painters.set(parentElement, painter = new Painter(parentElement))
  painter.setTrigger = setTriggerValue
  painter.update(data)
  const observer = new ResizeObserver(() => painter.draw())
  painter.observer?.disconnect()
  painter.observer = observer
  observer.observe(painter.canvas)
  return () => observer.disconnect()
}

class Painter {
  constructor(parent) {
    const of = name => parent.querySelector(name)
    this.canvas = of("canvas")
    this.status = of(".status")
    this.groups = { brushes: of(".brushes"), sizes: of(".sizes") }
    this.buttons = { undo: of(".undo"), redo: of(".redo"), clear: of(".clear") }
    this.brush = 1 // the level that it paints
    this.size = null
    this.past = []
    this.future = []
    this.sent = [] // paintings that the server has not answered yet
    this.pointer = null // the id of the pointer that paints
    this.cursor = null // { row, column }: of the keyboard
    this.hover = null // the same, of the mouse
    this.buttons.undo.onclick = () => this.step(this.past, this.future)
    this.buttons.redo.onclick = () => this.step(this.future, this.past)
    this.buttons.clear.onclick = () => this.commit(new Uint8Array(this.rows * this.columns), this.cells)
    this.listen()
  }

  update(data) {
    const before = this.data
    this.data = data
    const [rows, columns] = data.shape
    if (!before || rows !== this.rows || columns !== this.columns) {
      [this.rows, this.columns] = [rows, columns]
      this.past = []
      this.future = []
      this.sent = []
      this.cells = unpacked(data.text, rows * columns)
      this.cursor = null
      const fits = SIZES.filter(size => size <= Math.max(1, columns / 5))
      this.sizes = fits.length > 1 ? fits : SIZES.slice(0, 2)
      this.size = this.sizes.at(-2)
    } else if (data.text !== this.received) {
      // The server's answer to an earlier stroke must not remove a later one.
      const answered = this.sent.indexOf(data.text)
      if (answered < 0) {
        this.sent = []
        const cells = unpacked(data.text, rows * columns)
        if (cells.some((level, i) => level !== this.cells[i])) {
          this.keep(this.cells) // a start from the mean images can be undone as well
          this.cells = cells
        }
      } else {
        this.sent.splice(0, answered + 1)
      }
    }
    this.received = data.text
    this.help = data.help && Uint8Array.from(atob(data.help), letter => letter.charCodeAt(0))
    this.write()
    this.draw()
  }

  say(name, values = {}) {
    return this.data.words[name].replace(/\{(\w+)\}/g, (_, value) => values[value])
  }

  // The buttons.

  write() {
    const { brushes, sizes } = this.groups
    const { colours } = this.look()
    brushes.setAttribute("aria-label", this.say("brushes"))
    sizes.setAttribute("aria-label", this.say("sizes"))
    this.canvas.setAttribute("aria-label", `${this.data.label} ${this.say("keys")}`)
    for (const [name, button] of Object.entries(this.buttons)) button.textContent = this.say(name)
    this.fill(brushes, [1, 2, 0].map(level => ({
      label: this.data.levels[level], is: level === this.brush, press: () => { this.brush = level },
      mark: () => {
        const swatch = made("span", "swatch")
        swatch.style.background = rgb(colours[level])
        return [swatch, this.data.levels[level]]
      },
    })))
    this.fill(sizes, this.sizes.map(size => ({
      label: this.say("size", { size }), is: size === this.size, press: () => { this.size = size },
      mark: () => {
        const dot = made("span", "dot")
        Object.assign(dot.style, { width: `${3 + 3 * size}px`, height: `${3 + 3 * size}px` })
        return [dot]
      },
    })))
    this.able()
  }

  fill(group, choices) {
    while (group.children.length > choices.length) group.lastChild.remove()
    while (group.children.length < choices.length) {
      const button = made("button")
      button.type = "button"
      group.append(button)
    }
    choices.forEach(({ label, is, press, mark }, i) => {
      const button = group.children[i]
      button.setAttribute("aria-label", label)
      button.title = label
      button.setAttribute("aria-pressed", is)
      button.replaceChildren(...mark())
      button.onclick = () => {
        press()
        this.write()
        this.draw()
      }
    })
  }

  able() {
    this.buttons.undo.disabled = !this.past.length
    this.buttons.redo.disabled = !this.future.length
    this.buttons.clear.disabled = !this.cells.some(Boolean)
  }

  // Steps that can be undone.

  keep(cells) {
    this.past.push(cells)
    if (this.past.length > MOST_STEPS) this.past.shift()
    this.future = []
  }

  step(from, to) {
    if (!from.length) return
    to.push(this.cells)
    this.cells = from.pop()
    this.send()
  }

  // What is painted now replaces what was before.
  commit(cells, before) {
    if (cells.every((level, i) => level === before[i])) return
    this.keep(before)
    this.cells = cells
    this.send()
  }

  send() {
    const text = packed(this.cells, this.rows, this.columns)
    this.sent.push(text)
    this.able()
    this.draw()
    this.ask()
    this.setTrigger("painted", { text })
  }

  // The numbers of what is on the canvas, also of a stroke that is still under way.
  ask() {
    const text = packed(this.cells, this.rows, this.columns)
    live.then(({ showPlace }) => showPlace(this.data.asks, { painting: text }))
  }

  // Painting.

  dab(place, level) {
    const { size } = this
    const first = -Math.floor((size - 1) / 2)
    let isNew = false
    for (let down = first; down < first + size; down++) {
      for (let across = first; across < first + size; across++) {
        if (size > 3 && down * down + across * across > size * size / 4) continue // round
        const [row, column] = [place.row + down, place.column + across]
        if (row < 0 || column < 0 || row >= this.rows || column >= this.columns) continue
        const i = row * this.columns + column
        isNew ||= this.cells[i] !== level
        this.cells[i] = level
      }
    }
    return isNew
  }

  line(from, to, level) {
    const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column), 1)
    let isNew = false
    for (let i = 1; i <= steps; i++) {
      const along = (a, b) => Math.round(a + (b - a) * i / steps)
      isNew = this.dab({ row: along(from.row, to.row), column: along(from.column, to.column) }, level) || isNew
    }
    return isNew
  }

  placeOf(event) {
    const box = this.canvas.getBoundingClientRect()
    return {
      row: Math.floor((event.clientY - box.top) / box.height * this.rows),
      column: Math.floor((event.clientX - box.left) / box.width * this.columns),
    }
  }

  listen() {
    const { canvas } = this
    let before = null // the painting before the stroke
    let level = 0
    let last = null
    canvas.oncontextmenu = event => event.preventDefault()
    canvas.onpointerdown = event => {
      // The right button, and the other end of a pen, paint with nothing.
      const isEraser = event.button === 2 || event.button === 5
      if (this.pointer !== null || (event.button !== 0 && !isEraser)) return
      event.preventDefault()
      canvas.focus({ preventScroll: true })
      canvas.setPointerCapture(event.pointerId)
      this.pointer = event.pointerId
      this.cursor = null
      before = this.cells
      this.cells = this.cells.slice()
      level = isEraser ? 0 : this.brush
      last = this.hover = this.placeOf(event)
      this.dab(last, level)
      this.draw()
      this.ask()
    }
    canvas.onpointermove = event => {
      if (this.pointer === null) {
        if (event.pointerType === "touch") return
        this.hover = this.placeOf(event)
        this.tell(this.hover)
        this.draw()
        return
      }
      if (event.pointerId !== this.pointer) return
      const coalesced = event.getCoalescedEvents?.() ?? []
      let isNew = false
      for (const move of coalesced.length ? coalesced : [event]) {
        const place = this.placeOf(move)
        isNew = this.line(last, place, level) || isNew
        last = place
      }
      this.hover = last
      this.draw()
      if (isNew) this.ask()
    }
    canvas.onpointerup = canvas.onpointercancel = event => {
      if (event.pointerId !== this.pointer) return
      this.pointer = null
      if (event.pointerType === "touch") this.hover = null
      const cells = this.cells
      this.cells = before
      this.commit(cells, before)
      this.draw()
    }
    canvas.onpointerleave = () => {
      if (this.pointer !== null) return
      this.hover = null
      this.status.textContent = ""
      this.draw()
    }
    canvas.onblur = () => {
      this.cursor = null
      this.draw()
    }
    canvas.onkeydown = event => this.press(event)
  }

  press(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
    const key = event.key.toLowerCase()
    const isCommand = event.ctrlKey || event.metaKey
    const at = this.cursor ?? { row: this.rows >> 1, column: this.columns >> 1 }
    const paint = place => {
      const before = this.cells
      this.cells = before.slice()
      this.dab(place, this.brush)
      const cells = this.cells
      this.cells = before
      this.commit(cells, before)
    }
    if (event.key in moves) {
      const [down, across] = moves[event.key]
      const within = (value, most) => Math.min(Math.max(value, 0), most - 1)
      this.cursor = this.cursor
        ? { row: within(at.row + down, this.rows), column: within(at.column + across, this.columns) } : at
      if (event.shiftKey) paint(this.cursor)
    } else if (isCommand && key === "z") {
      if (event.shiftKey) this.step(this.future, this.past)
      else this.step(this.past, this.future)
    } else if (isCommand && key === "y") {
      this.step(this.future, this.past)
    } else if (isCommand || event.altKey) {
      return
    } else if (event.key === " " || event.key === "Enter") {
      this.cursor = at
      paint(at)
    } else if (key === "b") {
      this.brush = (this.brush + 1) % 3
    } else if (this.sizes.includes(Number(key))) {
      this.size = Number(key)
    } else if (key === "u") {
      this.step(this.past, this.future)
    } else if (key === "r") {
      this.step(this.future, this.past)
    } else {
      return
    }
    event.preventDefault()
    this.hover = null
    this.write()
    this.draw()
    if (key === "b" || this.sizes.includes(Number(key))) {
      this.status.textContent = this.say("brush", { brush: this.data.levels[this.brush], size: this.size })
    } else if (this.cursor) {
      this.tell(this.cursor)
    }
  }

  // The place, and what is painted there.
  tell({ row, column }) {
    const level = this.cells[row * this.columns + column]
    if (level !== undefined) this.status.textContent = this.say("place", { row, column, level: this.data.levels[level] })
  }

  // The picture.

  look() {
    const style = getComputedStyle(this.canvas)
    const of = name => parts(style.getPropertyValue(name).trim())
    const paper = of("--st-secondary-background-color")
    const ink = of("--st-text-color")
    const colours = this.data.colours
      ? [paper, ...this.data.colours.map(parts)] : [paper, ink, mixed(paper, ink, 0.5)]
    return { paper, ink, colours }
  }

  draw() {
    const { rows, columns, canvas, cells } = this
    const ratio = window.devicePixelRatio || 1
    if (!canvas.clientWidth || !cells) return
    const cell = Math.max(Math.round(canvas.clientWidth * ratio / columns), 4)
    if (canvas.width !== cell * columns || canvas.height !== cell * rows) {
      canvas.width = cell * columns
      canvas.height = cell * rows
    }
    const context = canvas.getContext("2d")
    const { paper, ink, colours } = this.look()
    for (let i = 0; i < cells.length; i++) {
      let colour = colours[cells[i]]
      if (!cells[i] && this.help) { // from 0, against, over 128, neither, to 255, for
        const value = (this.help[i] - 128) / 127
        colour = mixed(paper, colours[value < 0 ? 2 : 1], FAINT * Math.abs(value))
      }
      context.fillStyle = rgb(colour)
      context.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell)
    }
    context.fillStyle = rgb(mixed(paper, ink, 0.12))
    for (let i = 0; i <= columns; i++) context.fillRect(Math.min(i * cell, canvas.width - 1), 0, 1, canvas.height)
    for (let i = 0; i <= rows; i++) context.fillRect(0, Math.min(i * cell, canvas.height - 1), canvas.width, 1)
    if (!cells.some(Boolean)) {
      context.fillStyle = rgb(ink)
      context.font = `${16 * ratio}px sans-serif`
      context.textAlign = "center"
      const lines = this.data.hint.split("\n")
      lines.forEach((line, i) => {
        context.fillText(line, canvas.width / 2, canvas.height / 2 + (i - (lines.length - 1) / 2) * 24 * ratio)
      })
    }
    const shown = this.cursor ?? this.hover
    if (!shown) return
    const first = -Math.floor((this.size - 1) / 2)
    const side = this.size * cell
    const [x, y] = [(shown.column + first) * cell, (shown.row + first) * cell]
    const frame = Math.max(Math.round(1.5 * ratio), 2)
    context.lineWidth = frame
    context.strokeStyle = rgb(paper)
    context.strokeRect(x - frame / 2, y - frame / 2, side + frame, side + frame)
    context.strokeStyle = rgb(ink)
    context.strokeRect(x + frame / 2, y + frame / 2, side - frame, side - frame)
  }
}

const made = (tag, className = "") => {
  const element = document.createElement(tag)
  if (className) element.className = className
  return element
}

// A painting as text, uncompressed: see explorer/lessons/be_the_optimiser/painting.py.
const packed = (cells, rows, columns) => {
  if (!cells.some(Boolean)) return ""
  let bytes = ""
  for (let i = 0; i < cells.length; i += PER_BYTE) {
    let byte = 0
    for (let k = PER_BYTE - 1; k >= 0; k--) byte = 3 * byte + (cells[i + k] ?? 0)
    bytes += String.fromCharCode(byte)
  }
  return `${rows}x${columns}p` + btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

const unpacked = (text, n) => {
  const cells = new Uint8Array(n)
  if (!text) return cells
  const bytes = atob(text.slice(text.indexOf("p") + 1).replaceAll("-", "+").replaceAll("_", "/"))
  for (let i = 0; i < n; i++) {
    cells[i] = Math.floor(bytes.charCodeAt(Math.floor(i / PER_BYTE)) / 3 ** (i % PER_BYTE)) % 3
  }
  return cells
}

const parts = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))
const rgb = colour => `rgb(${colour.join()})`
const mixed = (a, b, share) => a.map((part, i) => Math.round(part + Math.min(share, 1) * (b[i] - part)))
