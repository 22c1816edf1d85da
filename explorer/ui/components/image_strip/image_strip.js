// Small images side by side, each a button.

const strips = new WeakMap() // the component's element -> its box, and what it holds

export default function ({ parentElement, data, setTriggerValue }) {
  let strip = strips.get(parentElement)
  if (!strip) {
    const box = document.createElement("div")
    box.className = "explorer-strip"
    box.setAttribute("role", "group")
    parentElement.append(box)
    strips.set(parentElement, strip = { box, buttons: [], printing: new AbortController() })
    for (const type of ["beforeprint", "afterprint"]) { // paper is light; after React, which is told as well
      addEventListener(type, () => Promise.resolve().then(() => strip.draw()), { signal: strip.printing.signal })
    }
  }
  const { box } = strip
  const { images, shape: [rows, columns], names, chosen, label } = data
  box.setAttribute("aria-label", label)
  while (strip.buttons.length > names.length) strip.buttons.pop().remove()
  while (strip.buttons.length < names.length) {
    const button = document.createElement("button")
    button.type = "button"
    button.append(document.createElement("canvas"))
    box.append(button)
    strip.buttons.push(button)
  }
  const values = Uint8Array.from(atob(images), letter => letter.charCodeAt(0))
  strip.buttons.forEach((button, place) => {
    button.setAttribute("aria-label", names[place])
    button.setAttribute("aria-pressed", place === chosen)
    button.title = names[place]
    button.onclick = () => {
      for (const other of strip.buttons) other.setAttribute("aria-pressed", other === button) // before the server says so
      setTriggerValue("chosen", place)
    }
  })
  strip.draw = () => {
    const style = getComputedStyle(box)
    const [paper, ink] = ["--st-secondary-background-color", "--st-text-color"]
      .map(name => style.getPropertyValue(name).trim())
      .map(colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16)))
    strip.buttons.forEach(({ firstChild: canvas }, place) => {
      canvas.width = columns
      canvas.height = rows
      const context = canvas.getContext("2d")
      const picture = context.createImageData(columns, rows)
      for (let i = 0; i < rows * columns; i++) {
        const share = values[place * rows * columns + i] / 255
        for (let part = 0; part < 3; part++) picture.data[4 * i + part] = paper[part] + share * (ink[part] - paper[part])
        picture.data[4 * i + 3] = 255
      }
      context.putImageData(picture, 0, 0)
    })
  }
  strip.draw()
  const own = strip.owner = {}
  return () => {
    if (strip.owner !== own) return // Streamlit has called again before it had the first answer
    box.remove()
    strip.printing.abort()
    strips.delete(parentElement)
  }
}
