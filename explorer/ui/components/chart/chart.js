const charts = new WeakMap() // the component's element -> its Chart
const decoder = new TextDecoder()

export default function ({ parentElement, data }) {
  let chart = charts.get(parentElement)
  if (!chart) charts.set(parentElement, chart = new Chart(parentElement))
  const own = chart.owner = {}
  chart.update(data)
  return () => {
    if (chart.owner !== own) return // Streamlit has called again before it had the first answer
    chart.remove()
    charts.delete(parentElement)
  }
}

// plotly.js, fetched once for all charts.
const library = () => window.explorerPlotly ??= new Promise((resolve, reject) => {
  const script = document.createElement("script")
  script.src = explorerFiles.plotly
  script.onload = () => resolve(window.Plotly)
  script.onerror = () => {
    window.explorerPlotly = undefined // the next chart tries again
    reject(new Error("plotly.js did not load"))
  }
  document.head.append(script)
})

const live = import(explorerFiles.live)

class Chart {
  constructor(parent) {
    this.box = document.createElement("div")
    this.box.className = "explorer-chart"
    this.plot = document.createElement("div")
    this.plot.setAttribute("role", "img")
    this.saveButton = document.createElement("button")
    this.saveButton.type = "button"
    this.saveButton.className = "save"
    this.saveButton.title = "Save as PNG"
    this.saveButton.onclick = () => this.save()
    this.message = document.createElement("p")
    this.message.setAttribute("role", "alert")
    this.box.append(this.plot, this.saveButton, this.message)
    parent.append(this.box)
    this.key = Array.from(parent.closest("[class*=st-key-]").classList)
      .find(name => name.startsWith("st-key-")).slice("st-key-".length)
    this.grips = []
    this.sent = new Uint8Array()
    this.look = null
    this.live = null // the figure for the slider that is being dragged
    this.updated = 0 // when the page last sent another figure
    this.listeners = new AbortController()
    const { signal } = this.listeners
    document.addEventListener("explorer:live", ({ detail }) => this.showLive(detail), { signal })
    // On paper and back: other colours, and another width, which nothing reports in time.
    for (const type of ["beforeprint", "afterprint"]) {
      // After React, which has been told and answers as soon as scripts come to rest; the browser waits for both.
      addEventListener(type, () => Promise.resolve().then(() => this.redraw()), { signal })
    }
    this.size = new ResizeObserver(() => {
      if (this.plot.clientWidth !== this.width) this.draw()
    })
    this.size.observe(this.plot)
  }

  // A figure that has not changed is not drawn again.
  update(sent) {
    const look = lookOf(this.box)
    const isSame = sent.length === this.sent.length && sent.every((byte, i) => byte === this.sent[i])
    if (!isSame) {
      this.sent = sent
      const { title, alt, fileName, height, figure } = JSON.parse(decoder.decode(sent))
      Object.assign(this, { title, fileName, height, figure })
      this.plot.style.height = `${height}px`
      this.plot.setAttribute("aria-label", alt)
      this.saveButton.setAttribute("aria-label", `Save as PNG: ${title || alt}`)
      this.updated = performance.now()
      this.forgetLive()
    }
    if (!isSame || JSON.stringify(look) !== JSON.stringify(this.look)) {
      this.look = look
      this.draw()
    }
  }

  redraw() {
    this.look = lookOf(this.box)
    this.draw()
  }

  showLive({ figures, asked }) {
    if (!(this.key in figures)) return
    clearTimeout(this.timer)
    this.live = figures[this.key] // null: there is none for this position
    this.draw()
    if (this.updated > asked) this.forgetLive() // it came after what the page shows for the same movement
  }

  // The page has another figure. While a slider is being dragged, that is one for an earlier position: it is drawn when
  // the slider has come to rest, unless something else has been shown meanwhile.
  forgetLive() {
    const left = (window.explorerHeldUntil ?? 0) - performance.now()
    clearTimeout(this.timer)
    if (left > 0 && this.live) {
      this.timer = setTimeout(() => this.forgetLive(), left)
    } else if (this.live) {
      this.live = null
      this.draw()
    }
  }

  // The figure as it is to be seen now.
  shown() {
    return this.live ?? this.figure
  }

  // Changes that come while it draws become one further drawing.
  async draw() {
    this.isOutdated = true
    if (this.isDrawing) return
    this.isDrawing = true
    this.box.ariaBusy = "true"
    try {
      const Plotly = await library()
      while (this.isOutdated) {
        this.isOutdated = false
        await this.drawOnce(Plotly)
      }
      this.message.textContent = ""
    } catch (error) {
      console.error(error)
      this.message.textContent = "This chart cannot be drawn. Check the connection and reload the page."
    } finally {
      this.isDrawing = false
      this.box.ariaBusy = "false"
      if (this.listeners.signal.aborted) this.purge()
    }
  }

  async drawOnce(Plotly) {
    const width = this.plot.clientWidth
    if (!width || this.listeners.signal.aborted) return // hidden: it is drawn when it has a size
    const { data, layout } = legible(this.shown(), this.look)
    this.width = width
    await Plotly.react(
      this.plot, data, { ...layout, width, template: { layout: this.look.layout } },
      { displayModeBar: false, doubleClick: false, showTips: false },
    )
    this.placeGrips(layout.meta?.grips ?? [])
  }

  // Handles on the picture that move sliders of the page: explorer/figures/base.py, `grip`.
  placeGrips(grips) {
    while (this.grips.length > grips.length) this.grips.pop().remove()
    while (this.grips.length < grips.length) this.grips.push(this.newGrip())
    grips.forEach((grip, i) => {
      const element = this.grips[i]
      const { x, y } = this.axesOf(grip)
      element.grip = grip
      element.setAttribute("aria-label", grip.label)
      if (element.isDragged) return
      element.style.left = `${x._offset + within(x.c2p(grip.x), x)}px`
      element.style.top = `${y._offset + (grip.y === null ? 0 : within(y.c2p(grip.y), y))}px`
      requestAnimationFrame(() => element.classList.add("placed")) // from now on it glides
    })
  }

  axesOf({ suffix }) {
    const { [`xaxis${suffix}`]: x, [`yaxis${suffix}`]: y } = this.plot._fullLayout
    return { x, y }
  }

  newGrip() {
    const element = document.createElement("button")
    element.type = "button"
    element.className = "grip"
    element.onpointerdown = event => {
      element.setPointerCapture(event.pointerId)
      const { left, top, width, height } = element.getBoundingClientRect()
      element.held = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 } // from its middle
      for (const { key } of element.grip.sets) live.then(({ answerFor }) => answerFor(key))
    }
    element.onpointermove = event => {
      if (!element.held) return
      element.isDragged = true
      this.dragGrip(element, event, false)
    }
    element.onpointerup = element.onpointercancel = event => {
      if (element.isDragged) this.dragGrip(element, event, true)
      element.held = null
      element.isDragged = false
    }
    element.onkeydown = event => {
      const [axis, direction] = {
        ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1],
      }[event.key] ?? []
      const set = element.grip.sets.find(other => other.axis === axis)
      if (!set) return
      event.preventDefault()
      live.then(({ stepSlider }) => stepSlider(set.key, direction * Math.sign(set.factor)))
    }
    this.box.append(element)
    return element
  }

  async dragGrip(element, { clientX, clientY }, isLast) {
    const { grip: { sets, asks }, held } = element
    const { setSlider, show, showPlace } = await live
    const values = {}
    const axes = this.axesOf(element.grip)
    const { left, top } = this.plot.getBoundingClientRect()
    const pointer = { x: clientX - left - held.x, y: clientY - top - held.y }
    for (const { axis: name, key, factor } of sets) {
      const axis = axes[name]
      const value = setSlider(key, factor * axis.p2c(within(pointer[name] - axis._offset, axis)), isLast)
      if (value === null) continue // the slider is not there, or disabled
      // Where the slider is: it has steps and ends.
      element.style[name === "x" ? "left" : "top"] = `${axis._offset + within(axis.c2p(value / factor), axis)}px`
      values[key] = value
      if (!asks) show(key, value)
    }
    if (asks) showPlace(asks, values)
  }

  async save() {
    const Plotly = await library()
    const { data, layout } = legible(this.shown(), this.look)
    const lines = wrapped(this.title, (this.width - 20) / 8.5) // bold letters of 15 px
    const more = 22 * lines.length + 8
    const height = this.height + more
    const picture = await Plotly.toImage({
      data,
      layout: {
        ...layout, meta: undefined, width: this.width, height, margin: { ...layout.margin, t: layout.margin.t + more },
        paper_bgcolor: this.look.paper, template: { layout: this.look.layout },
        title: {
          text: `<b>${lines.join("<br>")}</b>`, font: { size: 15 }, x: 10 / this.width, xanchor: "left",
          y: 1 - 8 / height, yanchor: "top",
        },
      },
    }, { format: "png", width: this.width, height, scale: 2 })
    const link = document.createElement("a")
    link.href = picture
    link.download = `${this.fileName}.png`
    link.click()
  }

  remove() {
    this.listeners.abort()
    clearTimeout(this.timer)
    this.size.disconnect()
    if (!this.isDrawing) this.purge() // else when it is drawn: plotly ends a drawing with what this takes away
    this.box.remove()
  }

  purge() {
    window.Plotly?.purge(this.plot)
  }
}

// A place on an axis in screen pixels, not beyond its ends.
const within = (place, { _length }) => Math.min(Math.max(place, 0), _length)

// Text in lines of about `most` characters, as plotly shows it: without tags.
const wrapped = (text, most) => {
  const lines = []
  for (const word of text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").split(" ")) {
    const line = lines.at(-1)
    if (line !== undefined && `${line} ${word}`.length <= most) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

// The colours and the font of Streamlit's theme, as a template of plotly.
const lookOf = element => {
  const style = getComputedStyle(element)
  const of = name => style.getPropertyValue(name).trim()
  const [text, paper, family] = [of("--st-text-color"), of("--st-background-color"), of("--st-font")]
  const faded = share => mixed(text, paper, share)
  const axis = {
    gridcolor: faded(0.12), zerolinecolor: faded(0.3), linecolor: faded(0.3), tickcolor: faded(0.12),
    tickfont: { size: 12, color: faded(0.8) }, title: { font: { size: 14, color: faded(0.8) }, standoff: 12 },
  }
  return {
    paper, text,
    layout: {
      font: { family, size: 12, color: text }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: { ...axis, showgrid: false, zeroline: false }, yaxis: axis, margin: { pad: 6 },
      hoverlabel: { bgcolor: paper, bordercolor: faded(0.3), font: { family, size: 13, color: text } },
      legend: { font: { size: 12, color: text } },
    },
  }
}

// A colour between two colours written as #rrggbb, in the same form.
const mixed = (front, back, share) => {
  const [a, b] = [partsOf(front), partsOf(back)]
  const parts = a.map((part, i) => Math.round(share * part + (1 - share) * b[i]))
  return `#${parts.map(part => part.toString(16).padStart(2, "0")).join("")}`
}
const partsOf = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))

const HEX = /^#[0-9a-f]{6}$/i
const CONTRAST = 5.5 // of words to the page: more than the 4.5 : 1 that they need, as some stand on a tint of it

// The figure with words in colours that can be read on the page. A colour of a figure is for areas and lines: the same
// for a light and for a dark page, and for words too pale on one and too dark on the other.
const legible = (figure, { text, paper }) => {
  const readable = colour => {
    // White and black are for words on a coloured area.
    if (!HEX.test(colour) || luminance(colour) > 0.9 || luminance(colour) < 0.02) return colour
    let share = 1
    while (share > 0 && contrast(mixed(colour, text, share), paper) < CONTRAST) share -= 0.05
    return mixed(colour, text, Math.max(share, 0))
  }
  const written = font => typeof font?.color === "string" ? { ...font, color: readable(font.color) } : font
  const { data, layout } = figure
  return {
    data: data.map(trace => trace.textfont && trace.type?.startsWith("scatter")
      ? { ...trace, textfont: written(trace.textfont) } : trace),
    layout: layout.annotations ? {
      ...layout, annotations: layout.annotations.map(note => note.bgcolor ? note : { ...note, font: written(note.font) }),
    } : layout,
  }
}
const luminance = colour => {
  const [r, g, b] = partsOf(colour).map(part => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}
