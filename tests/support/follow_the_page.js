// Runs in every page before Streamlit's own code. `isStill(ms)`: whether in the last `ms` nothing was pressed (a slider
// sends 200 ms after its last key), no answer of the server was missing, every chart was drawn and nothing has moved;
// the browser has drawn some frames meanwhile, so a busy one has had its turn to show what came.
// `reruns`: how often the page has asked the server to run. `sockets`: its connections to the server.
// `protocol` has the numbers of fields in Streamlit's messages: see browser.py.
(() => {
  window.sockets = []
  window.reruns = 0
  const FRAMES = 2
  let waiting = true, last = performance.now(), frames = 0, isFrameAsked = false, geometry = ''
  const changed = () => { [last, frames] = [performance.now(), 0] }

  // The value of a field in a protobuf message, if its top level has it: a varint, or true for a submessage.
  const field = (message, wanted) => {
    if (!(message instanceof ArrayBuffer || ArrayBuffer.isView(message))) return undefined
    const bytes = message instanceof ArrayBuffer ? new Uint8Array(message)
      : new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
    let at = 0
    const varint = () => {
      let value = 0, scale = 1
      while (bytes[at] & 128) { value += (bytes[at++] & 127) * scale; scale *= 128 }
      return value + bytes[at++] * scale
    }
    while (at < bytes.length) {
      const tag = varint(), number = Math.floor(tag / 8), kind = tag % 8
      const value = kind === 0 || kind === 2 ? varint() : 0
      if (number === wanted) return kind === 2 ? true : value
      at += kind === 2 ? value : kind === 1 ? 8 : kind === 5 ? 4 : 0
    }
  }
  const Socket = WebSocket
  window.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all)
      sockets.push(this)
      this.addEventListener('message', ({ data }) => {
        const finished = field(data, protocol.scriptFinished)
        if (field(data, protocol.newSession)) waiting = true
        else if (finished !== undefined) waiting = finished === protocol.finishedEarly
        else return
        changed()
      })
    }
    send(data) {
      if (field(data, protocol.rerunScript)) { waiting = true; window.reruns += 1; changed() }
      super.send(data)
    }
  }
  for (const kind of ['pointerdown', 'pointerup', 'keydown', 'keyup', 'input', 'popstate', 'resize'])
    addEventListener(kind, changed, true)

  // Charts, balances and strips of images are the components without a shadow root that draw something. One of no width
  // is hidden, and drawn when it is shown.
  const all = selector => Array.from(document.querySelectorAll(selector))
  const isDrawn = () => !document.querySelector('[data-testid=stSkeleton]')
    && all('[class*=st-key-]:not([class*=st-key-live_]) > * > * > [data-testid=stBidiComponentRegular]')
      .every(component => component.querySelector('.explorer-chart, .explorer-balance, .explorer-strip'))
    && all('.explorer-chart').every(chart => chart.ariaBusy !== 'true' && (!chart.clientWidth || chart.querySelector('.main-svg')))
  window.isStill = ms => {
    const now = all('[data-testid=stMain], [class*=st-key-], .js-plotly-plot').map(box => {
      const { left, top, width, height } = box.getBoundingClientRect()
      return [left, top, width, height].map(Math.round)
    }).join(';')
    if (waiting || now !== geometry || !isDrawn()) changed()
    geometry = now
    if (!isFrameAsked) {
      isFrameAsked = true
      requestAnimationFrame(() => { isFrameAsked = false; frames += 1 })
    }
    return performance.now() - last >= ms && frames >= FRAMES
  }
})()
