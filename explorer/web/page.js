// Runs in every page before Streamlit's own code, and mends three things there that a script on the server cannot.

// 1. Back goes back. Streamlit adds an entry to the browser's history whenever the server corrects the address: it
// leaves out a default, takes out what another page does not know, puts a choice back. Then Back leads from a page to
// the same page, without the choices made there. Here one press adds one entry at most; what follows from it, or
// from opening a page, or from Back itself, changes that entry.
{
  let added = true
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { added = false }, true)
  addEventListener("popstate", () => { added = true }, true)
  const push = history.pushState
  history.pushState = function (...entry) {
    if (added) return history.replaceState(...entry)
    added = true
    return push.apply(history, entry)
  }
}

// 2. A page can be translated. A browser's translator wraps pieces of text in elements of its own, or puts such
// elements in their place. React, which Streamlit is built with, then asks a parent to remove a child that it no
// longer has, and the element becomes an error box; or it changes text that is no longer in the page.
{
  const standsFor = new WeakMap() // a piece of text that was taken out -> the element in its place
  new MutationObserver(records => {
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      const wrapper = [...addedNodes, previousSibling, nextSibling].find(node => node?.nodeName === "FONT")
      if (!wrapper) continue
      for (const node of removedNodes) {
        if (node.nodeType === Node.TEXT_NODE && !node.isConnected) standsFor.set(node, wrapper)
      }
    }
  }).observe(document, { childList: true, subtree: true })

  // What is a child of `parent` now and holds `node`, or stands for it.
  const placeOf = (parent, node) => {
    let place = node.isConnected ? node : standsFor.get(node)
    while (place && place.parentNode !== parent) place = place.parentNode
    return place ?? null
  }
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function (child) {
    if (child?.parentNode === this) return removeChild.call(this, child)
    const place = placeOf(this, child)
    removeChild.call(this, place ?? child)
    return child
  }
  Node.prototype.insertBefore = function (node, before) {
    const place = before && before.parentNode !== this ? placeOf(this, before) ?? before : before
    return insertBefore.call(this, node, place)
  }
  const { get, set } = Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue")
  Object.defineProperty(Node.prototype, "nodeValue", {
    configurable: true, enumerable: true, get,
    set(value) {
      const wrapper = this.isConnected ? null : standsFor.get(this)
      if (wrapper?.isConnected) wrapper.replaceWith(this)
      set.call(this, value)
    },
  })
}

// 3. Copying works, or says that it does not. On plain http there is no clipboard, and in a frame it may be forbidden:
// then the old way is tried; where that fails too, the text is selected and a word says what to press.
{
  let pressed = null
  addEventListener("click", event => { pressed = event.target }, true)

  const copyTheOldWay = text => {
    const field = document.createElement("textarea")
    field.value = text
    field.style.cssText = "position:fixed;opacity:0"
    // Beside the button: a dialog does not let the focus out.
    const beside = pressed?.parentElement ?? document.body
    beside.append(field)
    field.select()
    const copied = document.execCommand("copy")
    field.remove()
    return copied
  }
  const askToPress = () => {
    const text = pressed?.closest("[data-testid=stCode]")?.querySelector("code")
    if (text) getSelection().selectAllChildren(text)
    const note = document.createElement("div")
    note.setAttribute("role", "status")
    note.className = "copy-by-hand"
    note.textContent = text
      ? "This browser does not let the page copy. The text is selected: press Ctrl+C (on a Mac ⌘+C)."
      : "This browser does not let the page copy. Select the text and press Ctrl+C (on a Mac ⌘+C)."
    note.style.cssText = "position:fixed;left:50%;bottom:1rem;transform:translateX(-50%);z-index:2000000;max-width:90vw;"
      + "padding:0.6rem 1rem;border-radius:0.5rem;font:14px sans-serif;color:#fff;background:#1c2027;"
      + "box-shadow:0 2px 12px #0006"
    document.querySelector(".copy-by-hand")?.remove()
    document.body.append(note)
    for (const kind of ["copy", "pointerdown"]) {
      addEventListener(kind, () => note.remove(), { once: true, capture: true })
    }
  }
  const clipboard = navigator.clipboard
  const write = clipboard?.writeText.bind(clipboard)
  const writeText = async text => {
    try {
      if (write) return await write(text)
    } catch (error) {
      console.info("The clipboard is not open to this page:", error.message)
    }
    if (copyTheOldWay(text)) return
    askToPress()
    throw new Error("Nothing was copied.")
  }
  if (clipboard) clipboard.writeText = writeText
  else Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } })
}
