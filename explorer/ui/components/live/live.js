// Sliders of Streamlit tell the server only on release. Here their positions are followed in the browser: for each, the
// server has given the figures and sentences beforehand. Charts listen for "explorer:live"; texts are laid over.

const AFTER = 500 // ms after the last movement for which answers of the server do not replace what is shown
const KEPT = 24 // answers
let questions = {} // by the key of the slider
let owner = null // the latest call for a page
let early = null // what was to be shown before the page's questions had come
const answers = new Map() // question -> promise of the answer, or null
const followed = new WeakSet() // sliders
const texts = new Map() // containers whose text is laid over -> what stops watching it

export default function ({ data }) {
  const own = owner = {}
  questions = data.questions
  for (const key of data.said) box(key)?.setAttribute("aria-live", "polite")
  if (early && questions[early.key] !== undefined) show(early.key, early.value)
  early = null
  return () => {
    // Another page is open already; or Streamlit has called again, with the same, before it had the first answer.
    if (owner !== own) return
    owner = null
    questions = {}
    for (const container of texts.keys()) uncover(container)
  }
}

const box = key => document.querySelector(`.st-key-${CSS.escape(key)}`)

// The answer for a slider: asked for once, also when several want it.
export const answerFor = key => {
  const question = questions[key]
  if (question === undefined) return Promise.resolve(null)
  if (!answers.has(question)) {
    answers.set(question, fetched(question).then(answer => {
      if (!answer) answers.delete(question)
      return answer
    }))
    if (answers.size > KEPT) answers.delete(answers.keys().next().value)
  }
  return answers.get(question)
}

const fetched = question => fetch(`${explorerFiles["live.json"]}?ask=${encodeURIComponent(question)}`)
  .then(response => response.status === 200 ? response.json() : null)
  .catch(() => null) // without a connection the slider works as ever: on release

// Show what the page shows at one place, where two sliders are moved at once: there are too many places to know all of
// them beforehand. While an answer is on its way, only the last place is kept.
let place = null
let isAsking = false
export const showPlace = async (key, choices) => {
  place = { key, choices }
  hold()
  if (isAsking) return
  isAsking = true
  watchPage()
  while (place && questions[place.key]) {
    const [page, control, settings, others] = JSON.parse(questions[place.key])
    const question = JSON.stringify([page, control, settings, { ...others, ...place.choices }])
    place = null
    const asked = performance.now()
    const answer = await fetched(question)
    if (answer) display(answer, 0, asked)
  }
  stopWatching()
  isAsking = false
}

// Show what the page shows at a position of a slider; returns whether there is such a position.
export const show = async (key, value) => {
  const question = questions[key]
  if (!owner) early = { key, value }
  hold()
  const asked = performance.now()
  watchPage()
  try {
    const answer = await answerFor(key)
    if (question !== questions[key] || !answer) return false
    const { values } = answer
    const step = (values.at(-1) - values[0]) / (values.length - 1) || 1
    const i = values.findIndex(other => Math.abs(other - value) < step / 1000)
    display(answer, i, asked)
    return i >= 0
  } finally {
    stopWatching()
  }
}

const display = (answer, i, asked) => {
  // Where there is no such position, what is committed is shown again.
  const figures = Object.fromEntries(Object.entries(answer.figures).map(([chart, all]) => [chart, all[i] ?? null]))
  document.dispatchEvent(new CustomEvent("explorer:live", { detail: { figures, asked } }))
  for (const [container, all] of Object.entries(answer.texts)) layOver(container, all[i] ?? null, asked)
}

// While answers are awaited: where the page itself has changed, and when. An answer that comes after what the page shows
// for the same movement does not stay over it; a chart knows this of its own figure.
let awaited = 0
let changes = []
const page = new MutationObserver(records => {
  const at = performance.now()
  for (const { target } of records) if (!target.ownerSVGElement) changes.push({ target, at })
})
const watchPage = () => {
  if (awaited++ === 0) page.observe(document.body, { childList: true, characterData: true, subtree: true })
}
const stopWatching = () => {
  if (--awaited > 0) return
  page.disconnect()
  changes = []
}

// Set a slider of Streamlit as if it were dragged; `isLast` also as if it were let go, which tells the server.
export const setSlider = (key, value, isLast) => {
  const input = box(key)?.querySelector("input[type=range]")
  if (!input || input.disabled) return null
  const [low, high, step] = [Number(input.min), Number(input.max), Number(input.step) || 1]
  const steps = Math.round((Math.min(Math.max(value, low), high) - low) / step)
  const valueAt = n => Number((low + n * step).toFixed(10))
  if (isLast) {
    // A slider reports a key as the end of a movement: from the place beside it, one step to it.
    const isUp = steps > 0
    put(input, valueAt(isUp ? steps - 1 : steps + 1))
    press(input, isUp ? "ArrowRight" : "ArrowLeft")
  } else {
    put(input, valueAt(steps))
  }
  return valueAt(steps)
}

// Move a slider by one step, as its own keys do.
export const stepSlider = (key, direction) => {
  const input = box(key)?.querySelector("input[type=range]")
  if (!input || input.disabled) return
  const value = Number(input.value) + direction * (Number(input.step) || 1)
  press(input, direction > 0 ? "ArrowRight" : "ArrowLeft")
  if (value >= Number(input.min) && value <= Number(input.max)) show(key, value)
}

const put = (input, value) => {
  // Past React's own setter, which would take the event for one without a change.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value)
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }))
}
const press = (input, key) => {
  input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
}

const hold = () => { window.explorerHeldUntil = performance.now() + AFTER }

// The sliders of Streamlit: the element with the key of a live one that an event happened in.
const sliderOf = event => {
  const element = event.target instanceof Element ? event.target.closest("[class*=st-key-]") : null
  const key = element && Object.keys(questions).find(key => element.classList.contains(`st-key-${key}`))
  return key && element.querySelector("input[type=range]") ? { key, element } : null
}

for (const type of ["pointerover", "pointerdown", "focusin", "touchstart"]) {
  document.addEventListener(type, event => {
    const slider = sliderOf(event)
    if (!slider) return
    answerFor(slider.key)
    follow(slider)
  }, { capture: true, passive: true })
}

// React sets the value of the hidden input while the thumb moves.
const follow = ({ key, element }) => {
  if (followed.has(element)) return
  followed.add(element)
  let value = null
  new MutationObserver(() => {
    const input = element.querySelector("input[type=range]")
    // Only what the visitor does: a button, too, may move a slider.
    if (!input || input.value === value || !isTouched(element)) return
    value = input.value
    show(key, Number(value))
  }).observe(element, { attributes: true, subtree: true, attributeFilter: ["value", "aria-valuetext"] })
}

const isTouched = element => element.contains(document.activeElement) || element.matches(":active")

// A text over that of the page, until the page has another one.
const layOver = (key, markdown, asked) => {
  const container = box(key)
  if (!container) return
  if (markdown === null) {
    uncover(container)
    return
  }
  // The text may get longer or shorter: what is below it moves down once, at most.
  container.style.minHeight = `${container.offsetHeight}px`
  let text = container.querySelector(":scope > .explorer-live-text")
  if (!text) {
    text = document.createElement("div")
    text.className = "explorer-live-text"
    text.setAttribute("aria-hidden", "true") // what is committed is read out
    // A caption is small and pale.
    const { fontSize } = getComputedStyle(container.querySelector("p") ?? container)
    const { opacity } = getComputedStyle(container.querySelector("[data-testid=stCaptionContainer]") ?? container)
    Object.assign(text.style, { fontSize, opacity })
    container.append(text)
    const observer = new MutationObserver(records => {
      if (records.some(({ target }) => isOwn(target, container, text))) uncoverInTime(container)
    })
    observer.observe(container, { childList: true, characterData: true, subtree: true })
    texts.set(container, observer)
  }
  container.dataset.live = ""
  text.replaceChildren(...inline(markdown))
  // Nothing of the page's own will change where the same is committed again.
  const own = container.querySelector("[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]")
  if (own && plain(own) === plain(text)) uncover(container)
  else if (changes.some(({ target, at }) => at > asked && isOwn(target, container, text))) uncoverInTime(container)
}

// Whether a change was one of the page's own text, not of what is laid over it.
const isOwn = (target, container, text) => target !== container && container.contains(target) && !text.contains(target)

const plain = element => element.textContent.replace(/\s+/g, " ").trim()

const uncoverInTime = container => {
  const left = (window.explorerHeldUntil ?? 0) - performance.now()
  if (left > 0) setTimeout(() => uncoverInTime(container), left)
  else uncover(container)
}

const uncover = container => {
  texts.get(container)?.disconnect()
  texts.delete(container)
  delete container.dataset.live
  container.querySelector(":scope > .explorer-live-text")?.remove()
}

// The Markdown of our sentences: **bold**, *emphasis*, `code`, :colour[text], a line break. A word of the glossary is
// drawn as a plain word: its link is for the page at rest.
const MARKS = /\[([^\]]+)\]\(#word-[^)]*\)|\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|:(blue|orange|violet|gray|green|red)\[(.+?)\]| {2}\n|\\([*:`[\]$~_])/g
const inline = markdown => {
  const nodes = []
  let at = 0
  for (const found of markdown.matchAll(MARKS)) {
    const [whole, word, bold, emphasis, code, colour, coloured, escaped] = found
    nodes.push(markdown.slice(at, found.index))
    at = found.index + whole.length
    if (word) nodes.push(...inline(word))
    else if (escaped) nodes.push(escaped)
    else if (code) nodes.push(made("code", [code]))
    else if (bold) nodes.push(made("strong", inline(bold)))
    else if (emphasis) nodes.push(made("em", inline(emphasis)))
    else if (colour) {
      const span = made("span", inline(coloured))
      span.style.color = `var(--st-${colour}-text-color)`
      nodes.push(span)
    } else nodes.push(made("br", []))
  }
  nodes.push(markdown.slice(at))
  return nodes.filter(node => node !== "")
}
const made = (tag, children) => {
  const element = document.createElement(tag)
  element.append(...children)
  return element
}
