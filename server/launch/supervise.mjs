// @ts-check
import { spawn } from 'node:child_process'
import { step } from './say.mjs'

/** A part that ends by itself is started again after this long, in milliseconds: well below the 5 s that users may notice. */
const RESTART_MS = 500
/** More ends than this within a minute and we give up: something is wrong that a restart does not mend. */
const ENDS_PER_MINUTE = 5
/** How long a part may take to end when asked to, in milliseconds; then it is killed. */
const PATIENCE_MS = 15_000

/**
 * Keeps one process running until it is stopped. It gets a session of its own, so that Ctrl-C in the terminal
 * reaches only us and we end the parts in order.
 * @param {string} name for people
 * @param {readonly string[]} argv
 * @param {{ env?: Record<string, string | undefined>, cwd?: string, onGiveUp: (reason: string) => void }} options
 */
export function supervise(name, argv, { env = process.env, cwd, onGiveUp }) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  let stopping = false
  /** @type {number[]} */
  let ends = []
  const begin = () => {
    const [file = '', ...args] = argv
    const started = spawn(file, args, {
      // What they say to people is on stderr; stdout has the set-up token, which is in the link that we print.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: /** @type {NodeJS.ProcessEnv} */ (env),
      cwd,
      detached: true,
    })
    child = started
    started.on('error', (error) => onGiveUp(`${name} cannot be started: ${error.message}`))
    started.on('exit', (code, signal) => {
      child = undefined
      if (stopping) return
      const now = Date.now()
      ends = [...ends.filter((at) => now - at < 60_000), now]
      // Exit code 78 (EX_CONFIG of sysexits.h): it said what is wrong; starting again would say it again.
      if (code === 78 || ends.length > ENDS_PER_MINUTE) {
        onGiveUp(`${name} ended (${signal ?? `exit code ${code}`}); its last lines above say why.`)
        return
      }
      step(`${name} ended (${signal ?? `exit code ${code}`}); starting it again`)
      setTimeout(begin, RESTART_MS)
    })
  }
  begin()
  return {
    /** Process id while it runs. */
    get pid() {
      return child?.pid
    },
    /** Asks it to end and waits; kills it when it does not. @returns {Promise<void>} */
    stop() {
      stopping = true
      const ending = child
      if (ending === undefined) return Promise.resolve()
      return new Promise((resolve) => {
        const kill = setTimeout(() => ending.kill('SIGKILL'), PATIENCE_MS)
        ending.once('exit', () => {
          clearTimeout(kill)
          resolve()
        })
        ending.kill('SIGTERM')
      })
    },
  }
}
