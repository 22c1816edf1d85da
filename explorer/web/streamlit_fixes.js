// Runs in every page before Streamlit's own code, and does there what a script on the server cannot.

// 1. Back goes back. Streamlit adds an entry to the browser's history whenever the server corrects the address: it
// leaves out a default, removes what another page does not know, restores a choice. Then Back leads from a page to the
// same page, without the choices made there. Here each press of a key or a button adds at most one entry; later
// changes, and changes after the page was opened or after Back, replace the current entry.
{
  let entryAdded = true
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => { entryAdded = false }, true)
  addEventListener("popstate", () => { entryAdded = true }, true)
  const pushState = history.pushState
  history.pushState = function (...entry) {
    if (entryAdded) return history.replaceState(...entry)
    entryAdded = true
    return pushState.apply(history, entry)
  }
}

// 2. A page can be translated. A browser's translator wraps pieces of text in font elements of its own, or replaces
// them with such elements. React, which Streamlit is built with, then asks a parent to remove a child that it no
// longer has, and the page's element becomes an error box; or React changes text that is no longer in the page.
{
  const replacements = new WeakMap() // a text node that was removed -> the font element in its place
  new MutationObserver(records => {
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      const wrapper = [...addedNodes, previousSibling, nextSibling].find(node => node?.nodeName === "FONT")
      if (!wrapper) continue
      for (const node of removedNodes) {
        if (node.nodeType === Node.TEXT_NODE && !node.isConnected) replacements.set(node, wrapper)
      }
    }
  }).observe(document, { childList: true, subtree: true })

  // The child of `parent` that holds `node` or its replacement; null if there is none.
  const currentChild = (parent, node) => {
    let child = node.isConnected ? node : replacements.get(node)
    while (child && child.parentNode !== parent) child = child.parentNode
    return child ?? null
  }
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function (child) {
    if (child?.parentNode === this) return removeChild.call(this, child)
    removeChild.call(this, currentChild(this, child) ?? child)
    return child
  }
  Node.prototype.insertBefore = function (node, before) {
    const reference = before && before.parentNode !== this ? currentChild(this, before) ?? before : before
    return insertBefore.call(this, node, reference)
  }
  const { get, set } = Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue")
  Object.defineProperty(Node.prototype, "nodeValue", {
    configurable: true, enumerable: true, get,
    set(value) {
      const wrapper = this.isConnected ? null : replacements.get(this)
      if (wrapper?.isConnected) wrapper.replaceWith(this)
      set.call(this, value)
    },
  })
}

// 3. Copying works, or the page says that it does not. On plain http there is no clipboard, and in a frame it may be
// forbidden: then execCommand is tried; where that fails too, the text is selected and a note says what to press.
{
  let clicked = null
  addEventListener("click", event => { clicked = event.target }, true)

  const copyWithCommand = text => {
    const field = document.createElement("textarea")
    field.value = text
    field.style.cssText = "position:fixed;opacity:0"
    // Beside the button: a dialog does not let the focus out.
    const parent = clicked?.parentElement ?? document.body
    parent.append(field)
    field.select()
    const isCopied = document.execCommand("copy")
    field.remove()
    return isCopied
  }
  const askToCopy = () => {
    const code = clicked?.closest("[data-testid=stCode]")?.querySelector("code")
    if (code) getSelection().selectAllChildren(code)
    const note = document.createElement("div")
    note.setAttribute("role", "status")
    note.className = "copy-by-hand"
    note.textContent = code
      ? "This browser does not let the page copy. The text is selected: press Ctrl+C (on a Mac ⌘+C)."
      : "This browser does not let the page copy. Select the text and press Ctrl+C (on a Mac ⌘+C)."
    note.style.cssText = "position:fixed;left:50%;bottom:1rem;transform:translateX(-50%);z-index:2000000;max-width:90vw;"
      + "padding:0.6rem 1rem;border-radius:0.5rem;font:14px sans-serif;color:#fff;background:#1c2027;"
      + "box-shadow:0 2px 12px #0006"
    document.querySelector(".copy-by-hand")?.remove()
    document.body.append(note)
    for (const type of ["copy", "pointerdown"]) {
      addEventListener(type, () => note.remove(), { once: true, capture: true })
    }
  }
  const clipboard = navigator.clipboard
  const originalWriteText = clipboard?.writeText.bind(clipboard)
  const writeText = async text => {
    try {
      if (originalWriteText) return await originalWriteText(text)
    } catch (error) {
      console.info("The clipboard is not open to this page:", error.message)
    }
    if (copyWithCommand(text)) return
    askToCopy()
    throw new Error("Nothing was copied.")
  }
  if (clipboard) clipboard.writeText = writeText
  else Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } })
}

// 4. Screen readers and keys find their way. The button that opens the sidebar is called by what it leads to; the list of
// pages is a list, although Streamlit puts its entries into boxes of their own; the corner of a table, without a word, is
// no heading; and what is too wide for its place can be scrolled by keys.
{
  const SCROLLING = "[data-testid=stTable] div:has(> table), .katex-display, [data-testid=stMarkdownContainer] pre, "
    + "[data-testid=stCode] pre"
  const mend = () => {
    document.querySelector("[data-testid=stExpandSidebarButton]")?.setAttribute("aria-label", "Pages")
    for (const list of document.querySelectorAll("ul[data-testid=stSidebarNavItems]")) {
      list.role = "presentation"
      for (const section of list.querySelectorAll(":scope > div")) section.role = "list"
    }
    for (const head of document.querySelectorAll("[data-testid=stTable] th:not([role])")) {
      if (!head.textContent.trim()) head.role = "cell"
    }
    // It has a name and takes the focus, so it is not there for the looks alone.
    for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone]")) zone.role = "group"
    document.querySelectorAll("[role=region][aria-label^='Scrollable table']").forEach((box, i) => {
      box.ariaLabel = `Scrollable table ${i + 1}`
    })
    for (const box of document.querySelectorAll(SCROLLING)) {
      if (box.role === "region") continue // Streamlit's own, which keys can scroll
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0
      else box.removeAttribute("tabindex")
    }
  }
  let timer
  const mendSoon = () => { // when the page has come to rest: while a slider is dragged, there is no time for it
    clearTimeout(timer)
    timer = setTimeout(mend, 200)
  }
  new MutationObserver(mendSoon).observe(document, { childList: true, subtree: true })
  addEventListener("resize", mendSoon)
}

// 5. Light and dark can be chosen on the page. Streamlit looks like the system does, and has no switch; it asks the
// browser what that is, and is told here what the visitor has chosen instead. Paper is light.
{
  const KEY = "explorer-look" // in the browser's storage: "light" or "dark"; as the system has it without it
  const isOfLook = /^\(prefers-color-scheme: (dark|light)\)$/
  const original = matchMedia.bind(window)
  const system = original("(prefers-color-scheme: dark)")
  let chosen = "system"
  try {
    chosen = localStorage.getItem(KEY) ?? chosen
  } catch (error) {
    console.info("The browser keeps nothing for this page:", error.message)
  }
  const page = document.documentElement
  const isDark = () => !page.classList.contains("printed") && (chosen === "system" ? system.matches : chosen === "dark")

  class Look extends EventTarget {
    constructor(media) {
      super()
      this.media = media
      this.look = isOfLook.exec(media)[1]
    }

    get matches() {
      return isDark() === (this.look === "dark")
    }

    // The older names of the same, which libraries still use.
    addListener(listener) { this.addEventListener("change", listener) }

    removeListener(listener) { this.removeEventListener("change", listener) }
  }
  const looks = ["dark", "light"].map(look => new Look(`(prefers-color-scheme: ${look})`))
  window.matchMedia = query => looks.find(({ media }) => media === query) ?? original(query)

  let before = isDark()
  const tell = () => {
    if (isDark() === before) return
    before = isDark()
    for (const look of looks) look.dispatchEvent(new Event("change"))
  }
  system.addEventListener("change", tell)
  window.explorerLook = {
    chosen: () => chosen,
    choose: value => {
      chosen = value
      try {
        if (value === "system") localStorage.removeItem(KEY)
        else localStorage.setItem(KEY, value)
      } catch (error) {
        console.info("The browser keeps nothing for this page:", error.message)
      }
      tell()
    },
  }
  // The change is made before the browser takes its picture of the page: React answers a "change" at once. Charts come
  // after it (components/chart/chart.js).
  const print = isPrinted => {
    page.classList.toggle("printed", isPrinted)
    tell()
  }
  addEventListener("beforeprint", () => print(true))
  addEventListener("afterprint", () => print(false))
}

// 6. The next part of a page begins at its top.
addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[class*=st-key-to_] button")) {
    document.querySelector("[data-testid=stMain]").scrollTo({ top: 0 })
  }
}, true)

// 7. A page in a frame says how high it is, so that the page around it can make room (frame_height.js, which Share gives).
if (window.parent !== window) {
  let told = 0
  let watched = null
  let timer
  const tellHeight = () => {
    if (!watched?.isConnected || !document.querySelector(".streamlit-embedded")) return
    const height = Math.ceil(watched.getBoundingClientRect().height)
    if (height === told) return
    told = height
    // To whoever shows it: a height is no secret.
    window.parent.postMessage({ type: "pixels-and-weights:height", height }, "*")
  }
  // At once, and again when the page has come to rest: on a busy computer the browser may leave out a change of size.
  const tellLater = () => {
    clearTimeout(timer)
    timer = setTimeout(tellHeight, 300)
  }
  const size = new ResizeObserver(() => {
    tellHeight()
    tellLater()
  })
  new MutationObserver(() => {
    const page = document.querySelector("[data-testid=stMainBlockContainer]")
    if (page !== watched) {
      size.disconnect()
      watched = page
      if (page) size.observe(page)
    }
    tellLater()
  }).observe(document, { childList: true, subtree: true })
}

// 8. The uploader says in words why the server has not taken a file (web/uploads.py). Streamlit shows a cross, and the
// number of the answer in a tooltip.
{
  const WORDS = {
    400: "The page has lost its connection to the server. Load it again, then send the files once more.",
    403: "Your browser did not send the page's cookie back. Allow cookies for this page, and load it again.",
    408: "A file took too long to arrive. Choose a smaller one.",
    413: "A file is too large. Choose a smaller one.",
    429: "Too many files at a time. Remove those with a cross here, and send them after the others.",
    503: "The server has no room for more files now. Wait a minute, then send them again.",
  }
  const OTHER = "A file did not arrive. Send it again."
  const say = () => {
    for (const uploader of document.querySelectorAll("[data-testid=stFileUploader]")) {
      const chips = [...uploader.querySelectorAll("[data-testid=stFileChip][aria-invalid=true]")]
      const answers = chips.map(chip => document.getElementById(chip.getAttribute("aria-describedby"))?.textContent ?? "")
      const said = answers.filter(answer => answer.includes("Error")).map(answer => (
        WORDS[answer.match(/status code (\d{3})/)?.[1]] ?? OTHER
      ))
      const words = [...new Set(said)].join(" ")
      let line = uploader.querySelector(":scope > .explorer-refused")
      if (!words) {
        line?.remove()
        continue
      }
      if (!line) {
        line = document.createElement("p")
        line.className = "explorer-refused"
        line.role = "alert"
        uploader.append(line)
      }
      if (line.textContent !== words) line.textContent = words
    }
  }
  let timer
  new MutationObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(say, 200)
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["aria-invalid"] })
}
