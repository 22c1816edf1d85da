// The training, epoch by epoch. It is a live slider (see ../live/live.js) whose value no one is told of.

const SECONDS = 2.5 // that a whole training plays
const players = new WeakMap() // the component's element -> { run, frame, timer, live }

export default function ({ parentElement, data }) {
  const { frames, run, player } = data
  const last = frames.length - 1
  const [play, back, forward, slider, output] = ["play", "back", "forward", "input", "output"]
    .map(name => parentElement.querySelector(`.${name}, ${name}`))
  const state = players.get(parentElement) ?? {}
  players.set(parentElement, state)

  const write = frame => {
    state.frame = frame
    slider.max = last
    slider.value = frame
    output.textContent = frames[frame]
    slider.setAttribute("aria-valuetext", frames[frame])
    back.disabled = frame === 0
    forward.disabled = frame === last
  }
  const show = frame => {
    write(frame)
    state.live?.show(player, frame)
  }
  const pause = () => {
    clearInterval(state.timer)
    state.timer = undefined
    play.textContent = "play"
    play.setAttribute("aria-label", "Play")
    output.setAttribute("aria-live", "polite") // not while it plays: too much to say
  }
  const go = frame => {
    pause()
    show(Math.min(Math.max(frame, 0), last))
  }
  const start = () => {
    output.setAttribute("aria-live", "off")
    play.textContent = "pause"
    play.setAttribute("aria-label", "Pause")
    show(state.frame === last ? 0 : state.frame)
    state.timer = setInterval(() => {
      show(state.frame + 1)
      if (state.frame === last) pause()
    }, 1000 * SECONDS / frames.length)
  }

  play.onclick = () => state.timer ? pause() : start()
  back.onclick = () => go(state.frame - 1)
  forward.onclick = () => go(state.frame + 1)
  slider.oninput = () => go(Number(slider.value))
  if (state.run !== run) {
    state.run = run
    pause()
    write(last) // what the page shows
  }
  const group = parentElement.querySelector("[role=group]")
  group.onpointerenter = group.onfocusin = () => state.live?.answerFor(player)
  import(explorerFiles.live).then(live => {
    if (!state.live && state.frame !== last) live.show(player, state.frame) // it was moved before
    state.live = live
  })
  return () => clearInterval(state.timer)
}
