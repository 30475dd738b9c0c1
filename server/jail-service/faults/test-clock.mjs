// Preload of Node (`--import`): the wall clock of a process goes wrong by as much as a file says, in milliseconds. The
// monotonic clock and timers stay as they are, as when somebody sets the machine's clock.
import { readFileSync } from 'node:fs'

const file = new URL(import.meta.url).searchParams.get('file') ?? ''
const RealDate = Date
const now = () => {
  let offset = 0
  try {
    offset = Number(readFileSync(file, 'utf8'))
  } catch {
    // not turned yet
  }
  return RealDate.now() + offset
}
globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, argv, newTarget) => Reflect.construct(target, argv.length === 0 ? [now()] : argv, newTarget),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
