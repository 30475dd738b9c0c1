import { readFileSync, statSync } from 'node:fs'
import { StartRefusal } from './start-refusal.ts'

/** The text of a file that root names and nobody else may write; throws StartRefusal in one sentence. */
export const readOwnFile = (file: string): string => read(file, 0o022, 'others may write it')

/** The same of a file that nobody else may read either. */
export const readSecretFile = (file: string): string => read(file, 0o077, 'others than its owner may read it')

/** A file's text, where nobody may do to it what `forbidden` names. */
function read(file: string, forbidden: number, problem: string): string {
  try {
    const { mode, uid } = statSync(file)
    const own = process.getuid?.()
    if ((mode & forbidden) !== 0 || (own !== undefined && uid !== own && uid !== 0))
      throw new StartRefusal(`${file} is not safe: ${problem}, or it belongs to somebody else.`)
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof StartRefusal) throw cause
    throw new StartRefusal(`${file} cannot be read.`, { cause })
  }
}
