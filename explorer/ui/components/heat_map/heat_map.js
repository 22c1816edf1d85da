const toRgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16))
const create = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid")
  const status = parentElement.querySelector(".status")
  const legend = parentElement.querySelector(".legend")
  const { rows, columns, cells, chosen, colors, marks, sides, words } = data
  const scale = colors.map(toRgb)
  const colourAt = shade => {
    const position = shade * (scale.length - 1), i = Math.min(Math.floor(position), scale.length - 2)
    return scale[i].map((low, channel) => Math.round(low + (position - i) * (scale[i + 1][channel] - low)))
  }
  // The cells are built anew below: the focus goes back to the chosen one.
  const hadFocus = parentElement.activeElement?.classList?.contains("cell")
  const template = `${sides[0]}px repeat(${columns.length}, minmax(0, 1fr)) ${sides[1]}px`
  const createLine = className => {
    const element = create("div", className)
    element.style.gridTemplateColumns = template
    return element
  }
  grid.replaceChildren()
  grid.setAttribute("aria-label", words.label)

  const head = createLine("head")
  head.append(create("div"))
  for (const column of columns) head.append(create("span", "", column.shown ? column.label : ""))
  grid.append(head)

  const buttons = []
  const showStatus = text => { status.textContent = text }
  const showChosen = () => showStatus(cells[chosen[0]][chosen[1]].words)
  rows.forEach((row, i) => {
    const line = createLine("line")
    line.setAttribute("role", "row")
    const name = create("div", row.second ? "name second" : "name")
    name.setAttribute("role", "rowheader")
    const sign = create("span", "", row.sign)
    sign.style.color = row.color
    name.append(sign, create("span", "", row.label))
    line.append(name)
    buttons.push(cells[i].map((cell, j) => {
      const button = create("button", "cell")
      const inner = create("i", "", cell.text)
      button.setAttribute("role", "gridcell")
      button.setAttribute("aria-label", cell.words)
      button.classList.toggle("near", cell.near)
      button.classList.toggle("trouble", cell.shade === null)
      if (cell.shade !== null) {
        const colour = colourAt(cell.shade)
        inner.style.background = `rgb(${colour})`
        // One of both has a contrast of 4.5 to any colour.
        inner.style.color = luminance(colour) > 0.18 ? "#000000" : "#ffffff"
      }
      const isChosen = i === chosen[0] && j === chosen[1]
      button.classList.toggle("chosen", isChosen)
      button.setAttribute("aria-selected", isChosen)
      button.tabIndex = isChosen ? 0 : -1
      button.onclick = () => { showStatus(cell.words); setTriggerValue("picked", [i, j]) }
      button.onpointerenter = () => showStatus(cell.words)
      button.onfocus = () => showStatus(cell.words)
      button.onkeydown = event => {
        const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
        if (!step) return
        event.preventDefault()
        buttons[i + step[0]]?.[j + step[1]]?.focus()
      }
      button.append(inner)
      line.append(button)
      return button
    }))
    grid.append(line)
  })
  grid.onpointerleave = showChosen
  showChosen()
  if (hadFocus) buttons[chosen[0]][chosen[1]].focus()

  const bar = create("span", "bar")
  bar.style.background = `linear-gradient(to right, ${colors.join()})`
  const range = create("span")
  range.append(words.low, bar, words.high)
  const near = create("span")
  near.append(create("span", "under"), words.near)
  legend.replaceChildren(range, near)
  for (const [meaning, mark] of Object.entries(marks)) {
    const element = create("span")
    element.append(create("b", "", mark + " "), meaning)
    legend.append(element)
  }
}

// Of a colour, as WCAG has it: from 0 (black) to 1 (white).
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
const linear = part => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
