const CELL = 24 // canvas pixels for each side of a pixel of the picture
const PAPER = [251, 250, 247]
const cursors = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas")
  const status = parentElement.querySelector(".status")
  const { values, rows, columns, marked, low, high, label } = data
  canvas.setAttribute("aria-label", label + " Arrow keys move, Enter picks.")
  canvas.width = columns * CELL
  canvas.height = rows * CELL
  const context = canvas.getContext("2d")
  const cursor = cursors.get(parentElement) ?? { pixel: marked.at(-1) ?? 0, visible: false }
  cursors.set(parentElement, cursor)
  cursor.pixel = Math.min(cursor.pixel, rows * columns - 1)

  const colourOf = value => {
    const end = value < 0 ? low : high
    const share = Math.min(Math.abs(value), 1)
    return "rgb(" + PAPER.map((paper, i) => Math.round(paper + share * (end[i] - paper))).join() + ")"
  }
  const drawFrame = (pixel, colour, width) => {
    context.strokeStyle = colour
    context.lineWidth = width
    const inset = width / 2
    context.strokeRect(
      (pixel % columns) * CELL + inset, Math.floor(pixel / columns) * CELL + inset, CELL - width, CELL - width,
    )
  }
  const draw = () => {
    values.forEach((value, pixel) => {
      context.fillStyle = colourOf(value)
      context.fillRect((pixel % columns) * CELL, Math.floor(pixel / columns) * CELL, CELL, CELL)
    })
    for (const pixel of marked) { // light within dark, so that it is seen on every colour
      drawFrame(pixel, "#14171c", 6)
      drawFrame(pixel, "#ffffff", 2)
    }
    if (cursor.visible) drawFrame(cursor.pixel, "#14171c", 3)
  }
  const showStatus = pixel => {
    status.textContent = `row ${Math.floor(pixel / columns)}, column ${pixel % columns}: `
      + values[pixel].toFixed(2).replace("-", "\u2212")
  }
  const pixelAt = event => {
    const box = canvas.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left) / box.width * columns)
    const row = Math.floor((event.clientY - box.top) / box.height * rows)
    return Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)
  }
  const pick = pixel => {
    cursor.pixel = pixel
    showStatus(pixel)
    setTriggerValue("picked", pixel)
  }
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }

  canvas.onpointermove = event => showStatus(pixelAt(event))
  canvas.onpointerleave = () => { status.textContent = "\u00a0" }
  canvas.onclick = event => pick(pixelAt(event))
  canvas.onblur = () => { cursor.visible = false; draw() }
  canvas.onkeydown = event => {
    if (event.key === "Enter" || event.key === " ") {
      pick(cursor.pixel)
    } else if (event.key in moves) {
      const next = cursor.pixel + moves[event.key]
      if (next >= 0 && next < rows * columns) cursor.pixel = next
      cursor.visible = true
      showStatus(cursor.pixel)
      draw()
    } else {
      return
    }
    event.preventDefault()
  }
  draw()
}
