// The words of the field are links in the texts of the pages ("#word-epoch"). A press opens the explanation beside the
// word; nothing is loaded, and neither the address nor the history changes. Only the first link of each word on a page
// is one, the later ones are plain text.
{
  const START = "#word-"
  const LINKS = `a[href^="${START}"], a[data-word]`
  let words = null // anchor -> { word, text }, once asked for
  let opener = null // the link whose explanation is open

  const markFirst = () => {
    const seen = new Set()
    for (const link of document.querySelectorAll(LINKS)) {
      const address = link.getAttribute("href")
      if (address?.startsWith(START)) link.dataset.word = address
      const { word } = link.dataset
      if (seen.has(word)) {
        link.removeAttribute("href")
        link.removeAttribute("aria-haspopup")
      } else {
        seen.add(word)
        if (address !== word) link.setAttribute("href", word)
        link.setAttribute("aria-haspopup", "dialog")
      }
    }
  }
  const holdsLink = node => node.nodeType === Node.ELEMENT_NODE && (node.matches(LINKS) || node.querySelector(LINKS))
  new MutationObserver(records => {
    const isAboutLinks = records.some(({ type, target, addedNodes, removedNodes }) => type === "attributes"
      ? target.matches("a") && (target.getAttribute("href")?.startsWith(START) || target.dataset.word)
      : [...addedNodes, ...removedNodes].some(holdsLink))
    if (isAboutLinks) markFirst()
  }).observe(document, { attributeFilter: ["href"], childList: true, subtree: true })

  const made = (tag, className) => {
    const element = document.createElement(tag)
    element.className = className
    return element
  }
  const box = made("dialog", "word-explained")
  const [title, text, close] = [made("strong", "word"), made("p", "explanation"), made("button", "close")]
  title.id = "word-explained-title"
  text.id = "word-explained-text"
  close.type = "button"
  close.textContent = "×"
  close.setAttribute("aria-label", "Close")
  box.append(close, title, text)
  box.setAttribute("aria-labelledby", title.id)
  box.setAttribute("aria-describedby", text.id)
  box.setAttribute("popover", "auto") // Escape and a press beside it close it
  box.setAttribute("autofocus", "")
  box.tabIndex = -1
  const hasPopovers = typeof box.showPopover === "function"
  const hide = () => hasPopovers ? box.hidePopover() : box.close()
  close.addEventListener("click", hide)
  box.addEventListener("click", event => { if (event.target === box && !hasPopovers) hide() })
  box.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return
    opener = null
    box.remove()
  })

  // Below the word, or above it where there is no room.
  const place = () => {
    const word = opener.getClientRects()[0]
    if (!opener.isConnected || !word || word.bottom < 0 || word.top > document.documentElement.clientHeight) return hide()
    const { width, height } = box.getBoundingClientRect()
    const { clientWidth, clientHeight } = document.documentElement
    const isBelow = word.bottom + height + 8 < clientHeight || word.top < height + 8
    box.style.left = `${Math.max(8, Math.min(word.left, clientWidth - width - 8))}px`
    box.style.top = `${Math.max(8, isBelow ? word.bottom + 6 : word.top - height - 6)}px`
  }
  const follow = () => { if (opener) place() }
  addEventListener("scroll", follow, { capture: true, passive: true })
  addEventListener("resize", follow)

  const explain = async link => {
    words ??= fetch(window.explorerFiles["glossary.json"]).then(answer => answer.json())
    const found = await words.catch(() => {
      words = null // without a connection: the next press asks again
    })
    const entry = found?.[decodeURI(link.dataset.word)]
    if (!entry || !link.isConnected) return
    title.textContent = entry.word
    text.textContent = entry.text
    link.focus({ preventScroll: true }) // where the focus returns to
    // Within the app, whose colours it has, and within a dialog of Streamlit's, which does not let the focus out.
    link.closest("[role=dialog], .stApp, body").append(box)
    opener = link
    if (hasPopovers) box.showPopover()
    else box.showModal()
    place()
  }
  addEventListener("click", event => {
    const link = event.target.closest?.(`a[href^="${START}"]`)
    if (!link || event.button !== 0) return
    event.preventDefault()
    event.stopPropagation()
    explain(link)
  }, true)
}
