// Light, dark, or as the system has it: explorer/web/streamlit_fixes.js does it.

export default function ({ parentElement, data: { label, options } }) {
  const [legend, place] = ["legend", ".options"].map(name => parentElement.querySelector(name))
  legend.textContent = label
  place.replaceChildren(...Object.entries(options).map(([value, text]) => {
    const option = document.createElement("label")
    const input = document.createElement("input")
    Object.assign(input, { type: "radio", name: "look", value, checked: value === window.explorerLook.chosen() })
    input.onchange = () => window.explorerLook.choose(value)
    option.append(input, text)
    return option
  }))
}
