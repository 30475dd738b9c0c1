import fc from 'fast-check'
import { test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../fuzz.ts'
import { terminalStream } from '../../fuzz-terminal-stream.ts'
import { ConsoleScreen } from './console-screen.ts'

/**
 * What the service's own terminal may type into a jail when its programs ask: who it is (DA), that all is well and where
 * the cursor stands (DSR), modes (DECRPM), its size in characters, its colours. Numbers only, and no line end: no answer
 * is a command, whatever the question was.
 */
// eslint-disable-next-line no-control-regex
const PERMITTED = /^\x1b(\[[?>]?[\d;]*(c|n|R|\$y|t)|\]\d+(;\d+)?;rgb:[\da-f]{4}\/[\da-f]{4}\/[\da-f]{4}(\x1b\\|\x07))$/
/** Answers a second, with what may come at once. */
const MOST_AT_ONCE = 100

test(
  'whatever a jail prints, the service answers known queries only, with numbers',
  () =>
    fuzz(
      'terminal of the service',
      fc.property(terminalStream, (parts) => {
        const answers: string[] = []
        const screen = new ConsoleScreen(20, 4, {
          onParsed: () => undefined,
          onAnswer: (bytes) => answers.push(bytes.toString('utf8')),
        })
        try {
          for (const piece of parts) screen.write(Buffer.from(piece))
          screen.flush()
        } finally {
          screen.dispose()
        }
        const wrong = answers.find((answer) => !PERMITTED.test(answer))
        if (wrong !== undefined)
          throw new Error(`${JSON.stringify(parts.join(''))} is answered by ${JSON.stringify(wrong)}`)
        if (answers.length > MOST_AT_ONCE) throw new Error(`${answers.length} answers at once`)
      }),
      { few: 1_000, many: 200_000 },
    ),
  FUZZ_TIMEOUT_MS,
)
