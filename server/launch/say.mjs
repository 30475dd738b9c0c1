// @ts-check
/** Plain output of the launching scripts: one line a step, no colours where nobody looks. */
const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined

/** @param {string} text one step that begins */
export function step(text) {
  process.stdout.write(`${colour ? '\x1b[2m' : ''}· ${text}${colour ? '\x1b[0m' : ''}\n`)
}

/** @param {string} text something to read */
export function say(text) {
  process.stdout.write(`${text}\n`)
}

/**
 * Ends the process with one sentence.
 * @param {string} sentence what is missing and what to do
 * @returns {never}
 */
export function stop(sentence) {
  process.stderr.write(`cellblock: ${sentence}\n`)
  process.exit(1)
}
