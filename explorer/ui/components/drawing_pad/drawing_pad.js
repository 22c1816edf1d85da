const PEN_WIDTH = 0.075 // share of the pad's side
const MIN_DISTANCE = 6 // grid units between two points of a stroke

const states = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas")
  const undo = parentElement.querySelector(".undo")
  const clear = parentElement.querySelector(".clear")
  const message = parentElement.querySelector(".full")
  const { grid, alphabet, longest, label, hint } = data
  canvas.setAttribute("aria-label", label)

  // text: the finished strokes; stroke: the points of the one being drawn; pointer: the id of the pointer that draws;
  // sent: drawings that the server has not answered yet; received: the server's last answer.
  const state = states.get(parentElement) ?? { text: "", stroke: null, pointer: null, sent: [], received: "" }
  states.set(parentElement, state)

  // A point is three letters, a stroke its points, a drawing its strokes with dots between them:
  // see explorer/lessons/one_image/drawing.py.
  const encode = ([x, y]) => {
    const number = x * grid + y
    return alphabet[number >> 12] + alphabet[(number >> 6) & 63] + alphabet[number & 63]
  }
  const decode = stroke => stroke.match(/.../g).map(point => {
    const number = [...point].reduce((sum, letter) => sum * 64 + alphabet.indexOf(letter), 0)
    return [Math.floor(number / grid), number % grid]
  })
  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1])
  // The drawing with one more stroke, thinned out to the points that there is room for; null when there is none.
  const append = (text, stroke) => {
    const room = Math.floor((longest - text.length - (text ? 1 : 0)) / 3)
    if (room < 1) return null
    const last = stroke.length - 1
    const kept = last < room
      ? stroke : Array.from({ length: room }, (_, i) => stroke[Math.round(i / Math.max(room - 1, 1) * last)])
    return (text ? text + "." : "") + kept.map(encode).join("")
  }

  const draw = () => {
    const pixelRatio = window.devicePixelRatio || 1
    const side = Math.round(canvas.clientWidth * pixelRatio)
    if (!side) return
    if (canvas.width !== side) canvas.width = canvas.height = side
    const context = canvas.getContext("2d")
    const style = getComputedStyle(canvas)
    const [paper, ink] = ["--st-secondary-background-color", "--st-text-color"].map(name => style.getPropertyValue(name))
    context.fillStyle = paper
    context.fillRect(0, 0, side, side)
    const strokes = state.text ? state.text.split(".").map(decode) : []
    if (state.stroke) strokes.push(state.stroke)
    if (!strokes.length) {
      context.fillStyle = ink
      context.font = `${15 * pixelRatio}px sans-serif`
      context.textAlign = "center"
      context.globalAlpha = 0.7 // it is no ink
      context.fillText(hint, side / 2, side / 2)
      context.globalAlpha = 1
    }
    context.strokeStyle = ink
    context.lineWidth = side * PEN_WIDTH
    context.lineCap = context.lineJoin = "round"
    const toCanvas = point => point.map(coordinate => (coordinate + 0.5) / grid * side)
    for (const stroke of strokes) {
      context.beginPath()
      context.moveTo(...toCanvas(stroke[0]))
      for (const point of stroke) context.lineTo(...toCanvas(point))
      context.stroke()
    }
    undo.disabled = clear.disabled = !state.text
  }
  const send = text => {
    message.textContent = ""
    state.text = text
    state.sent.push(text)
    draw()
    setTriggerValue("drawn", { text })
  }

  // The server's answer to an earlier stroke must not remove a later one.
  if (data.text !== state.received) {
    state.received = data.text
    const answered = state.sent.indexOf(data.text)
    if (answered < 0) {
      state.text = data.text
      state.sent = []
    } else {
      state.sent.splice(0, answered + 1)
    }
  }

  const pointAt = event => {
    const box = canvas.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      .map(share => Math.min(Math.max(Math.floor(share * grid), 0), grid - 1))
  }
  canvas.onpointerdown = event => {
    if (state.pointer !== null || event.button !== 0) return
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    state.pointer = event.pointerId
    state.stroke = [pointAt(event)]
    draw()
  }
  canvas.onpointermove = event => {
    if (event.pointerId !== state.pointer) return
    const coalesced = event.getCoalescedEvents?.() ?? []
    for (const move of coalesced.length ? coalesced : [event]) {
      const point = pointAt(move)
      if (distance(point, state.stroke.at(-1)) >= MIN_DISTANCE) state.stroke.push(point)
    }
    draw()
  }
  canvas.onpointerup = canvas.onpointercancel = event => {
    if (event.pointerId !== state.pointer) return
    const text = append(state.text, state.stroke)
    state.pointer = state.stroke = null
    if (text === null) {
      message.textContent = "The pad is full: undo a stroke, or clear it."
      draw()
    } else {
      send(text)
    }
  }
  undo.onclick = () => send(state.text.split(".").slice(0, -1).join("."))
  clear.onclick = () => send("")
  draw()

  const observer = new ResizeObserver(draw)
  state.observer?.disconnect()
  state.observer = observer
  observer.observe(canvas)
  return () => observer.disconnect()
}
