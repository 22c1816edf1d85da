// One image on a balance. The pixels are a canvas; the beam is an SVG whose places are screen pixels, so that its text
// keeps its size; what flies from the one to the other is a canvas over both.

const RUN_UP = 2500 // ms in which the pushes of a first image are added up
const AGAIN = 900 // the same for another image in its place
const FLIGHT = 350 // ms that one push takes from its pixel to the beam
const LAST = 350 // ms in which the bias slides to its place
const STEEPEST = 9 // degrees, where there is room
const LEAST_TILT = 0.6 // of a score that is not 0
const SVG = "http://www.w3.org/2000/svg"
const LAYERS = ["values", "weights", "parts"]
const balances = new WeakMap() // the component's element -> its Balance
const live = import(explorerFiles.live)

export default function ({ parentElement, data, setTriggerValue }) {
  let balance = balances.get(parentElement)
  if (!balance) balances.set(parentElement, balance = new Balance(parentElement))
  balance.setTrigger = setTriggerValue
  const own = balance.owner = {}
  balance.update(data)
  return () => {
    if (balance.owner !== own) return // Streamlit has called again before it had the first answer
    balance.remove()
    balances.delete(parentElement)
  }
}

const isReduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches

class Balance {
  constructor(parent) {
    this.box = made("div", "explorer-balance")
    const grid = made("div", "grid")
    this.picture = made("div", "picture")
    this.canvas = made("canvas")
    Object.assign(this.canvas, { tabIndex: 0 })
    this.canvas.setAttribute("role", "application")
    this.layers = made("div", "layers")
    this.layers.setAttribute("role", "group")
    this.buttons = LAYERS.map(layer => {
      const button = made("button")
      button.type = "button"
      button.onclick = () => this.showLayer(layer)
      return button
    })
    this.layers.append(...this.buttons)
    this.picture.append(this.canvas)
    this.pixel = made("div", "pixel")
    this.pixel.setAttribute("aria-live", "polite")
    this.beam = document.createElementNS(SVG, "svg")
    this.beam.setAttribute("class", "beam")
    this.sum = made("div", "sum")
    this.again = made("button", "again")
    this.again.type = "button"
    this.again.onclick = () => this.start(RUN_UP)
    this.back = made("button")
    this.back.type = "button"
    this.back.onclick = () => {
      this.weight.focus({ preventScroll: true }) // this button goes
      this.move(this.data.slider.learned - this.data.slider.offset, true)
    }
    this.more = made("div", "more")
    this.more.append(this.again, this.back)
    this.flying = made("canvas", "flying")
    grid.append(this.picture, this.pixel, this.layers, this.beam, this.sum, this.more, this.flying)
    this.box.append(grid)
    parent.append(this.box)
    this.grid = grid
    this.tilt = 0
    this.progress = 1 // of the run-up
    this.size = new ResizeObserver(() => this.layOut())
    this.size.observe(grid)
    this.printing = new AbortController()
    // On paper and back: other colours, and another width, which nothing reports in time.
    for (const type of ["beforeprint", "afterprint"]) {
      const { signal } = this.printing
      addEventListener(type, () => Promise.resolve().then(() => this.layOut()), { signal }) // after React
    }
    this.listenToPicture()
  }

  update(data) {
    const content = JSON.stringify(data)
    if (content !== this.content) {
      const before = this.data
      this.layer ??= data.layer
      this.content = content
      this.data = data
      const image = JSON.stringify([data.image, data.shape, data.digits])
      const isNew = image !== this.image
      this.image = image
      this.take(data)
      if (isNew) { // the cursor may be outside of it
        this.cursor = data.picked
        this.pointed = null
      } else if (before.picked !== data.picked) {
        this.cursor = data.picked
      }
      this.write()
      if (isNew && data.runUp && !isReduced()) this.start(before ? AGAIN : RUN_UP)
      else if (isNew || this.progress === 1) this.finish()
    }
    this.layOut() // also for another theme
  }

  take(data) {
    [this.rows, this.columns] = data.shape
    for (const layer of LAYERS) this[layer] = unpacked(data[layer])
    this.parts.forEach((part, i) => { if (data.isProduct && !this.values[i]) this.parts[i] = 0 })
    // Their picture may show what was learned, without the start.
    this.pictured = data.picture ? unpacked(data.picture) : this.weights.map(weight => weight - data.neutral)
    this.mostWeight = Math.max(...this.pictured.map(Math.abs)) || 1
    this.mostPart = Math.max(...this.parts.map(Math.abs)) || 1
    this.order = this.parts.map((part, i) => i).filter(i => this.parts[i])
    this.minus = data.plus - data.total
    const held = (window.explorerHeldUntil ?? 0) - performance.now()
    clearTimeout(this.timer)
    if (!this.isDragged) {
      // What the server answers to an earlier movement must not undo a later one.
      if (held > 0 && this.moved !== undefined) {
        this.timer = setTimeout(() => {
          this.moved = this.data.slider?.value
          this.render()
        }, held)
      } else {
        this.moved = data.slider?.value
      }
    }
    const slider = data.slider
    const most = slider
      ? Math.max(Math.abs(slider.low + slider.offset), Math.abs(slider.high + slider.offset))
      : Math.max(2 * Math.abs(data.bias ?? 0), data.plus / 100, this.minus / 100, 1)
    this.reach = most || 1 // the bias at the ends of the beam
  }

  say(name, values = {}) {
    const [first, second] = this.data.digits
    const all = { first, second, what: this.data.name, ...values }
    return this.data.words[name].replace(/\{(\w+)\}/g, (_, value) => all[value])
  }

  // What stays while the visitor points and drags.
  write() {
    this.grid.setAttribute("role", "group")
    this.grid.setAttribute("aria-label", this.say("group"))
    this.canvas.setAttribute("aria-label", this.say("picture"))
    this.layers.setAttribute("aria-label", this.say("layers.label"))
    this.buttons.forEach((button, i) => {
      button.textContent = this.say(`layers.${LAYERS[i]}`)
      button.setAttribute("aria-pressed", LAYERS[i] === this.layer)
    })
    this.again.textContent = this.say("replay")
    this.again.hidden = !this.data.runUp
    this.back.textContent = this.say("back")
  }

  showLayer(layer) {
    this.layer = layer
    this.write()
    this.drawPicture()
  }

  // The run-up.

  start(length) {
    this.length = isReduced() ? 0 : length
    this.began = null
    this.progress = 0
    if (!this.length) return this.finish()
    if (!this.frame) this.frame = requestAnimationFrame(now => this.step(now))
  }

  finish() {
    this.progress = 1
    this.flights = []
    this.render()
  }

  step(now) {
    this.frame = null
    if (this.progress < 1) {
      this.began ??= now
      this.progress = Math.min((now - this.began) / (this.length + FLIGHT + LAST), 1)
    }
    this.render()
  }

  // How much of the sum has arrived: hundredths for and against, the share of the bias, and the pushes in the air.
  arrived() {
    const { data } = this
    if (this.progress === 1) return { plus: data.plus, minus: this.minus, bias: 1, counted: Infinity, flights: [] }
    const time = this.progress * (this.length + FLIGHT + LAST)
    const flights = []
    let plus = 0
    let minus = 0
    let counted = 0
    this.order.forEach((pixel, i) => {
      const left = (i + 1) / this.order.length * this.length
      if (time < left) return
      counted = i + 1
      const share = (time - left) / FLIGHT
      if (share < 1) flights.push({ pixel, share })
      else if (this.parts[pixel] > 0) plus += this.parts[pixel]
      else minus -= this.parts[pixel]
    })
    const bias = Math.min(Math.max((time - this.length - FLIGHT) / LAST, 0), 1)
    return {
      plus: Math.min(Math.round(100 * plus), data.plus), minus: Math.min(Math.round(100 * minus), this.minus), bias,
      counted, flights,
    }
  }

  bias() {
    const { data } = this
    return data.slider ? data.slider.offset + this.moved : data.bias
  }

  // Everything that changes: the piles, the beam, the sum, the picture.
  render() {
    if (!this.width) return
    const now = this.arrived()
    const bias = this.bias()
    const hundredths = bias === null ? 0 : Math.round(100 * bias)
    const all = now.plus - now.minus + Math.round(now.bias * hundredths)
    // The model's own score decides, the shown one may differ from it by rounding.
    const exact = now.counted === Infinity ? this.data.sum + (bias ?? 0) : all / 100
    const goal = this.steepest * Math.tanh(exact / Math.max(this.reach / 3, 1)) + Math.sign(exact) * LEAST_TILT
    const far = goal - this.tilt
    const isStill = isReduced() || Math.abs(far) < 0.03 || !this.hasDrawn
    this.tilt = isStill ? goal : this.tilt + 0.22 * far
    this.hasDrawn = true
    this.drawBeam(now, bias)
    this.drawSum(now, hundredths, all, exact)
    if (this.progress < 1 || this.counted !== now.counted) {
      this.counted = now.counted
      this.drawPicture()
    }
    this.drawFlights(now.flights)
    this.box.dataset.state = this.progress < 1 ? "adding" : "still"
    if (!isStill || this.progress < 1) this.frame ??= requestAnimationFrame(time => this.step(time))
  }

  // Sizes.

  layOut() {
    const width = this.beam.clientWidth
    if (!width) return
    this.width = width
    this.height = this.beam.clientHeight
    this.look = lookOf(this.box)
    this.counted = null
    this.buildBeam()
    this.drawPicture()
    this.drawPixel()
    this.render()
  }

  // The picture.

  drawPicture() {
    const { rows, columns, canvas, look } = this
    if (!look || !this.values) return
    const ratio = window.devicePixelRatio || 1
    const cell = Math.max(Math.round(canvas.clientWidth * ratio / columns), 4)
    if (canvas.width !== cell * columns || canvas.height !== cell * rows) {
      canvas.width = cell * columns
      canvas.height = cell * rows
    }
    const context = canvas.getContext("2d")
    const colours = this.data.colours.map(rgb)
    const counted = this.progress < 1 ? new Set(this.order.slice(0, this.counted ?? 0)) : null
    for (let i = 0; i < rows * columns; i++) {
      let colour
      if (this.layer === "values" || (this.layer === "parts" && counted && !counted.has(i))) {
        colour = mixed(look.paper, look.ink, this.values[i])
      } else {
        const [value, most] = this.layer === "weights"
          ? [this.pictured[i], this.mostWeight] : [this.parts[i], this.mostPart]
        const ground = this.layer === "weights" || !this.data.isProduct
          ? look.paper : mixed(look.paper, look.ink, 0.22 * this.values[i])
        colour = mixed(ground, colours[value > 0 ? 0 : 1], Math.sqrt(Math.abs(value) / most))
      }
      context.fillStyle = `rgb(${colour.join()})`
      context.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell)
    }
    const shown = this.pointed ?? this.cursor
    const frame = Math.max(Math.round(2 * ratio), 2)
    context.lineWidth = frame
    const [x, y] = [(shown % columns) * cell, Math.floor(shown / columns) * cell]
    context.strokeStyle = `rgb(${look.paper.join()})`
    context.strokeRect(x - frame * 1.5, y - frame * 1.5, cell + 3 * frame, cell + 3 * frame)
    context.strokeStyle = `rgb(${look.ink.join()})`
    context.strokeRect(x - frame / 2, y - frame / 2, cell + frame, cell + frame)
  }

  // One pixel's push, in numbers and in words.
  drawPixel() {
    const { data } = this
    const pixel = this.pointed ?? this.cursor
    const [value, weight, part] = LAYERS.map(layer => this[layer][pixel])
    const side = part > 0 ? "first" : part < 0 ? "second" : "none"
    const weightText = exactly(weight)
    const term = data.term.replace(/\{(\w+)\}/g, (_, name) => ({
      value: exactly(value), weight: weightText, bracketed: weight < 0 ? `(${weightText})` : weightText,
    })[name])
    const where = made("p", "where")
    where.textContent = this.say("pixel.where", { row: Math.floor(pixel / this.columns), column: pixel % this.columns })
    const sum = made("p", "product")
    const push = made("strong", side)
    push.textContent = part > 0 ? `+${exactly(part)}` : exactly(part)
    sum.append(`${term} = `, push)
    const named = made("p", "named")
    named.textContent = this.say(data.isProduct ? "pixel.multiply" : "pixel.other")
    const words = made("p", `words ${side}`)
    words.textContent = this.say(
      !data.isProduct ? (part ? "pixel.away" : "pixel.fits")
        : part ? `pixel.${data.isInverted ? "inverted_" : ""}${side}` : value ? "pixel.no_weight"
          : data.isInverted ? "pixel.inverted_blank" : "pixel.blank",
    )
    this.pixel.replaceChildren(where, sum, named, words)
  }

  listenToPicture() {
    const { canvas } = this
    const at = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect()
      const column = Math.floor((clientX - box.left) / box.width * this.columns)
      const row = Math.floor((clientY - box.top) / box.height * this.rows)
      return Math.min(Math.max(row, 0), this.rows - 1) * this.columns + Math.min(Math.max(column, 0), this.columns - 1)
    }
    const point = pixel => {
      if (this.pointed === pixel) return
      this.pointed = pixel
      this.drawPicture()
      this.drawPixel()
    }
    const pick = pixel => {
      this.cursor = pixel
      this.pointed = null
      this.drawPicture()
      this.drawPixel()
      if (this.data.picks) this.setTrigger("picked", pixel)
    }
    canvas.onpointermove = event => point(at(event))
    canvas.onpointerleave = () => point(null)
    canvas.onclick = event => pick(at(event))
    canvas.onkeydown = event => {
      const { columns } = this
      const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }
      if (event.key in moves) {
        const next = this.cursor + moves[event.key]
        if (next >= 0 && next < this.values.length) this.cursor = next
        this.pointed = null
        this.drawPicture()
        this.drawPixel()
      } else if (event.key === "Enter" || event.key === " ") {
        pick(this.cursor)
      } else {
        return
      }
      event.preventDefault()
    }
  }

  // The beam: its middle is the score 0, its ends are the digits.

  buildBeam() {
    const { width, height, beam } = this
    const isFocused = this.weight && this.weight === document.activeElement
    this.isSmall = height < 200
    this.middle = width / 2
    this.arm = width / 2 - (this.isSmall ? 34 : 52)
    this.pile = this.isSmall ? 52 : 74 // the widest that a pile gets
    this.ground = height - 18
    this.level = height - (this.isSmall ? 52 : 72) // of the beam
    // The end of the plank stays above the names of the digits.
    const sine = (this.ground - this.level - 10) / (this.arm + this.pile / 2)
    this.steepest = Math.min(Math.asin(sine) * 180 / Math.PI, STEEPEST) - LEAST_TILT
    beam.replaceChildren()
    const [first, second] = this.data.digits
    this.post = drawn("path", {
      class: "post", d: `M${this.middle} ${this.level} l${-18} ${this.ground - this.level} h36 z`,
    }, beam)
    drawn("line", { class: "ground", x1: 8, x2: width - 8, y1: this.ground, y2: this.ground }, beam)
    this.ends = [first, second].map((digit, i) => {
      const side = i === 0 ? 1 : -1
      const text = drawn("text", {
        class: `end ${i === 0 ? "first" : "second"}`, x: this.middle + side * this.arm, y: height - 2,
        "text-anchor": "middle",
      }, beam)
      text.textContent = i === 0 ? `${digit} →` : `← ${digit}`
      return text
    })
    const nought = drawn("text", {
      class: "nought", x: this.middle, y: height - 3, "text-anchor": "middle",
    }, beam)
    nought.textContent = "0"
    this.turning = drawn("g", {}, beam)
    this.piles = this.data.colours.map((colour, i) => ({
      block: drawn("rect", { fill: colour, rx: 3 }, this.turning),
      text: drawn("text", { class: i === 0 ? "first" : "second", "text-anchor": "middle" }, this.turning),
    }))
    drawn("rect", {
      class: "plank", x: this.middle - this.arm - this.pile / 2, y: this.level - 4, width: 2 * this.arm + this.pile,
      height: 8, rx: 4,
    }, this.turning)
    const { slider } = this.data
    if (slider && slider.learned !== null) {
      const x = this.placeOf(slider.learned)
      drawn("line", { class: "learned", x1: x, x2: x, y1: this.level + 5, y2: this.level + 14 }, this.turning)
      const text = drawn("text", { class: "learned", x, y: this.level + 27, "text-anchor": "middle" }, this.turning)
      text.textContent = this.say("learned")
      this.learnedText = text
    }
    if (this.data.bias !== null) this.buildWeight(isFocused)
    else this.weight = null
  }

  buildWeight(isFocused) {
    const { data, turning } = this
    const weight = drawn("g", { class: data.isDragged ? "weight dragged" : "weight" }, turning)
    drawn("rect", { class: "hold", x: -30, y: -50, width: 60, height: 60, rx: 8 }, weight)
    drawn("path", { class: "ring", d: "M-7 -27 a7 7 0 1 1 14 0" }, weight)
    drawn("path", { class: "body", d: "M-13 -27 h26 l7 27 h-40 z" }, weight)
    if (data.isDragged) drawn("path", { class: "arrows", d: "M-5 -18 l-5 5 l5 5 M5 -18 l5 5 l-5 5" }, weight)
    this.weightText = drawn("text", { class: "bias", "text-anchor": "middle", y: -40 }, weight)
    this.weight = weight
    if (!data.isDragged) return
    const { slider } = data
    const at = number => String(Number((slider.offset + number).toFixed(2)))
    const set = {
      role: "slider", tabindex: 0, "aria-label": this.say("handle.label"), "aria-orientation": "horizontal",
      "aria-valuemin": at(slider.low), "aria-valuemax": at(slider.high),
    }
    for (const [name, value] of Object.entries(set)) weight.setAttribute(name, value)
    weight.onpointerdown = event => {
      event.preventDefault()
      weight.focus({ preventScroll: true })
      weight.setPointerCapture(event.pointerId)
      this.held = event.clientX - this.placeOf(this.bias()) // from its middle
      if (this.progress < 1) this.finish()
      live.then(({ answerFor }) => answerFor(slider.key))
    }
    weight.onpointermove = event => {
      if (this.held === undefined || !weight.hasPointerCapture(event.pointerId)) return
      this.isDragged = true
      this.move(this.biasAt(event.clientX - this.held) - slider.offset, false)
    }
    weight.onpointerup = weight.onpointercancel = event => {
      if (this.isDragged) this.move(this.biasAt(event.clientX - this.held) - slider.offset, true)
      this.held = undefined
      this.isDragged = false
    }
    weight.onkeydown = event => {
      const { low, high, step } = slider
      const way = {
        ArrowLeft: this.moved - step, ArrowDown: this.moved - step, ArrowRight: this.moved + step,
        ArrowUp: this.moved + step, PageDown: this.moved - 10 * step, PageUp: this.moved + 10 * step, Home: low,
        End: high,
      }[event.key]
      if (way === undefined) return
      event.preventDefault()
      if (this.progress < 1) this.finish()
      this.move(way, true)
    }
    if (isFocused) weight.focus({ preventScroll: true })
  }

  placeOf(bias) {
    return this.middle + this.arm * Math.min(Math.max(bias / this.reach, -1), 1)
  }

  biasAt(x) {
    return (x - this.middle) / this.arm * this.reach
  }

  async move(value, isLast) {
    const { key, low, high, step } = this.data.slider
    const moved = Math.min(Math.max(Math.round(value / step) * step, low), high)
    this.moved = Number(moved.toFixed(6))
    this.render()
    const { setSlider, show } = await live
    if (setSlider(key, this.moved, isLast) !== null) show(key, this.moved)
  }

  drawBeam(now, bias) {
    const { level, middle, arm } = this
    this.turning.setAttribute("transform", `rotate(${this.tilt.toFixed(3)} ${middle} ${level})`)
    const most = Math.max(this.data.plus, this.minus, 1)
    const room = level - (this.isSmall ? 56 : 84)
    this.tops = []
    ;[now.plus, now.minus].forEach((hundredths, i) => {
      const x = middle + (i === 0 ? arm : -arm)
      const height = room * hundredths / most
      const { block, text } = this.piles[i]
      place(block, { x: x - this.pile / 2, y: level - 4 - height, width: this.pile, height })
      place(text, { x, y: level - 12 - height })
      text.textContent = `+${number(hundredths / 100)}`
      this.tops[i] = turned(x, level - 4 - height, middle, level, this.tilt)
    })
    this.back.hidden = true
    if (!this.weight) return
    const shown = bias * now.bias
    place(this.weight, { transform: `translate(${this.placeOf(shown).toFixed(2)} ${level - 4})` })
    this.weightText.textContent = number(shown)
    const { slider, isDragged } = this.data
    const isLearned = !slider || slider.learned === null || Math.abs(bias - slider.learned) < 1e-9
    if (this.learnedText) this.learnedText.style.opacity = isLearned ? 1 : 0.85
    this.back.hidden = isLearned || !isDragged
  }

  drawSum(now, hundredths, all, exact) {
    const [first, second] = this.data.digits
    const { bias } = this.data
    const shownBias = Math.round(now.bias * hundredths)
    const answer = exact > 0 ? first : second
    const { truth } = this.data
    const verdict = truth === null || this.progress < 1 ? "answer" : answer === truth ? "right" : "wrong"
    const side = exact > 0 ? "first" : "second"
    const terms = [
      ["", number(now.plus / 100), "terms.first", "first"], ["−", number(now.minus / 100), "terms.second", "second"],
      ...(bias === null ? [] : [[
        shownBias < 0 ? "−" : "+", number(Math.abs(shownBias) / 100), "terms.bias", "bias",
      ]]),
      ["=", number(all / 100), "terms.score", side], ["→", String(answer), `terms.${verdict}`, `${side} answer`],
    ]
    const text = JSON.stringify(terms)
    if (text !== this.sumText) {
      this.sumText = text
      this.sum.replaceChildren(...terms.map(([sign, value, label, kind]) => {
        const term = made("span", "term")
        const top = made("span", `value ${kind}`)
        top.textContent = value
        const below = made("span", "label")
        below.textContent = this.say(label)
        const before = made("span", "sign")
        before.textContent = sign
        term.append(top, below)
        const both = made("span", "both")
        both.append(before, term)
        return both
      }))
    }
    this.ends.forEach((end, i) => end.classList.toggle("is", (i === 0) === (exact > 0)))
    if (this.weight && this.data.isDragged) {
      this.weight.setAttribute("aria-valuenow", String(hundredths / 100))
      this.weight.setAttribute("aria-valuetext", this.say("handle.value", {
        bias: number(hundredths / 100), score: number(all / 100), answer,
      }))
    }
  }

  drawFlights(flights) {
    const { flying, grid } = this
    if (!flights.length && !this.hasFlights) return
    this.hasFlights = flights.length > 0
    const ratio = window.devicePixelRatio || 1
    const [width, height] = [Math.round(grid.clientWidth * ratio), Math.round(grid.clientHeight * ratio)]
    flying.width = width // which clears it
    flying.height = height
    if (!flights.length) return
    const context = flying.getContext("2d")
    context.scale(ratio, ratio)
    const ground = grid.getBoundingClientRect()
    const [picture, beam] = [this.canvas, this.beam].map(element => element.getBoundingClientRect())
    const cell = picture.width / this.columns
    for (const { pixel, share } of flights) {
      const to = this.tops[this.parts[pixel] > 0 ? 0 : 1]
      const from = {
        x: picture.left + (pixel % this.columns + 0.5) * cell, y: picture.top + (Math.floor(pixel / this.columns) + 0.5) * cell,
      }
      const eased = share * share * (3 - 2 * share)
      const x = from.x + (beam.left + to.x - from.x) * eased - ground.left
      const y = from.y + (beam.top + to.y - from.y) * eased - ground.top - 40 * Math.sin(Math.PI * eased)
      const side = Math.max(4, Math.min(cell, 14)) * (1 - 0.4 * eased)
      context.fillStyle = this.data.colours[this.parts[pixel] > 0 ? 0 : 1]
      context.fillRect(x - side / 2, y - side / 2, side, side)
    }
  }

  remove() {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
    this.size.disconnect()
    this.printing.abort()
    this.box.remove()
  }
}

const made = (tag, className = "") => {
  const element = document.createElement(tag)
  if (className) element.className = className
  return element
}

const drawn = (tag, attributes, parent) => {
  const element = document.createElementNS(SVG, tag)
  place(element, attributes)
  parent.append(element)
  return element
}

const place = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

// A place after a turn by some degrees around another.
const turned = (x, y, aroundX, aroundY, degrees) => {
  const [sin, cos] = [Math.sin(degrees * Math.PI / 180), Math.cos(degrees * Math.PI / 180)]
  return { x: aroundX + (x - aroundX) * cos - (y - aroundY) * sin, y: aroundY + (x - aroundX) * sin + (y - aroundY) * cos }
}

// As the page writes numbers: two places, a real minus sign, never −0.00; from a million on, with a power of ten.
const number = value => {
  if (Math.abs(value) >= 1e6 && Number.isFinite(value)) {
    const [mantissa, power] = value.toExponential(2).split("e+")
    return `${Number(mantissa)} × 10${[...power].map(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`.replace("-", "−")
  }
  const text = value.toFixed(2)
  return (Number(text) === 0 ? "0.00" : text).replace("-", "−")
}

// Three places at most: with two, 0.996 × 1.35 = 1.345 would be a wrong product, 1.00 × 1.35 = 1.34.
const exactly = value => Math.abs(value) < 1e6 ? String(Number(value.toFixed(3)) || 0).replace("-", "−") : number(value)

// See `_packed` in __init__.py.
const unpacked = packed => Array.from(
  new Float32Array(Uint8Array.from(atob(packed), letter => letter.charCodeAt(0)).buffer),
)

const rgb = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))
const mixed = (a, b, share) => a.map((part, i) => Math.round(part + Math.min(share, 1) * (b[i] - part)))

// Paper and ink of Streamlit's theme.
const lookOf = element => {
  const style = getComputedStyle(element)
  const of = name => rgb(style.getPropertyValue(name).trim())
  return { ink: of("--st-text-color"), paper: of("--st-secondary-background-color") }
}
