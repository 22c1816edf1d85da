import js from "@eslint/js"

// Declared by hand: among all globals of a browser are `name`, `status` and `event`, so a misspelt local would pass.
const browser = Object.fromEntries([
  "AbortController", "CSS", "CustomEvent", "Element", "Event", "EventTarget", "HTMLInputElement", "KeyboardEvent",
  "MutationObserver", "Node", "Option", "ResizeObserver", "TextDecoder", "addEventListener", "atob", "btoa",
  "cancelAnimationFrame", "clearInterval", "clearTimeout", "console", "document", "fetch", "getComputedStyle",
  "getSelection", "history", "localStorage", "location", "matchMedia", "navigator", "performance",
  "requestAnimationFrame", "setInterval", "setTimeout", "window",
].map(name => [name, "readonly"]))

export default [
  js.configs.recommended,
  {
    languageOptions: { globals: browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implicit-globals": ["error", { lexicalBindings: true }],
      "no-implied-eval": "error",
      "no-new-func": "error",
      // Text from outside is shown as text.
      "no-restricted-properties": ["error", ...[
        "innerHTML", "insertAdjacentHTML", "outerHTML", "setHTMLUnsafe",
      ].map(property => ({ property, message: "Build elements, or clone a <template>." }))],
      "no-script-url": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["explorer/ui/components/**/*.js"],
    // The addresses of the files that explorer/web/files.py serves.
    languageOptions: { sourceType: "module", globals: { explorerFiles: "readonly" } },
  },
  // Part of the page itself, as a classic script.
  { files: ["explorer/web/*.js"], languageOptions: { sourceType: "script" } },
  {
    files: ["tests/support/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { performance: "readonly", protocol: "readonly", sockets: "readonly", WebSocket: "readonly" },
    },
  },
]
