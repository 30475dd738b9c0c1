import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { JailError } from './jail-error.ts'
import { type JailParameters, valueOf } from './jail-parameters.ts'

/** One line of a jail's fstab that is mounted when it starts. */
export interface JailMount {
  type: string
  source: string
  /** Inside the jail, from its root. */
  destination: string
  options: string
}

/** What `mount.fstab` and `mount` ask for, in order. */
export function jailMounts(parameters: JailParameters, root: string): JailMount[] {
  const file = valueOf(parameters, 'mount.fstab')
  const lines = file === undefined || file === '' ? [] : readFstab(file)
  return [...lines, ...(parameters.get('mount') ?? [])].flatMap((line) => parseLine(line, root))
}

function readFstab(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (cause) {
    throw new JailError(`fopen: ${file}: No such file or directory`, { cause })
  }
}

const unescape = (word: string) =>
  word.replace(/\\(0\d\d|\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))

function parseLine(line: string, root: string): JailMount[] {
  const [source = '', place = '', type = '', options = 'rw'] = line.trim().split(/\s+/).map(unescape)
  if (source === '' || source.startsWith('#') || place === '') return []
  const inside = [root, realpathSync(root)]
    .map((top) => path.relative(top, path.normalize(place)))
    .find((relative) => relative !== '' && !relative.startsWith('..'))
  if (inside === undefined) throw new JailError(`mount.fstab: ${place}: not inside of ${root}`)
  return [{ type, source, destination: `/${inside}`, options }]
}
