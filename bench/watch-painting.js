/**
 * Runs in a page before anything else. A key counts from the browser's own time stamp of the event to the end of the
 * first frame in which the terminal drew after the socket had brought something: WebGL draws, or the DOM changes.
 */
const painting = {
  /** @type {number[]} milliseconds from a key press to the frame with its glyph */
  keys: [],
  longestGapMs: 0,
  longestTaskMs: 0,
  frames: 0,
  restart() {
    painting.longestGapMs = 0
    painting.longestTaskMs = 0
    painting.frames = 0
    lastFrameAt = 0
  },
}
Object.assign(window, { painting })

let pressedAt = 0
let answered = false
let drawn = false

function onDraw() {
  if (pressedAt === 0 || !answered || drawn) return
  drawn = true
  const from = pressedAt
  // Drawing happens in a frame's callbacks; the task after it begins when the frame was handed over.
  const channel = new MessageChannel()
  channel.port1.addEventListener('message', () => {
    painting.keys.push(performance.now() - from)
    pressedAt = 0
  })
  channel.port1.start()
  channel.port2.postMessage(undefined)
}

window.addEventListener(
  'keydown',
  (event) => {
    pressedAt = event.timeStamp
    answered = false
    drawn = false
  },
  { capture: true },
)

window.WebSocket = class extends window.WebSocket {
  /** @param {string | URL} address @param {string | string[]} [protocols] */
  constructor(address, protocols) {
    super(address, protocols)
    this.addEventListener('message', ({ data }) => {
      // Confirmations of input are text; what another terminal sends as text is output.
      if (typeof data !== 'string' || !data.startsWith('{')) answered = true
    })
  }
}

const { prototype } = WebGL2RenderingContext
const draw = Reflect.get(prototype, 'drawElementsInstanced')
prototype.drawElementsInstanced = function (...args) {
  Reflect.apply(draw, this, args)
  onDraw()
}
document.addEventListener('DOMContentLoaded', () => {
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target instanceof Element && target.closest('.xterm-rows') !== null)) onDraw()
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
})

let lastFrameAt = 0
/** @param {number} at */
function onFrame(at) {
  if (lastFrameAt > 0) painting.longestGapMs = Math.max(painting.longestGapMs, at - lastFrameAt)
  lastFrameAt = at
  painting.frames += 1
  requestAnimationFrame(onFrame)
}
requestAnimationFrame(onFrame)

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) painting.longestTaskMs = Math.max(painting.longestTaskMs, duration)
}).observe({ type: 'longtask' })
