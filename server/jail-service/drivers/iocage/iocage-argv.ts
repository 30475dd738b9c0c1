import type { NewJail } from '@/lib/contract/jail-verbs.ts'
import { formatJailAddresses } from '@/lib/addresses.ts'
import type { Argv } from '@/lib/job.ts'
import type { Dialect } from './dialect.ts'

/** The one word by which iocage takes exactly this jail, in its dialect. */
export interface ExactJail {
  /** The whole UUID, or the whole name; a tag only for a jail whose UUID is not known before it exists. */
  word: string
  dialect: Dialect
}

/** Today's names may start with a dash: `--` ends the options. A UUID never does, and the primer has none. */
const named = ({ word, dialect }: ExactJail): string[] => (dialect === 'name' ? ['--', word] : [word])

/** `iocage start`, `stop`, `restart` of one jail. */
export const stateArgv = (verb: 'start' | 'stop' | 'restart', jail: ExactJail): Argv => ['iocage', verb, ...named(jail)]

/** `-f` because nobody answers the question *are you sure*; the panel asked for the tag before. */
export const destroyArgv = (jail: ExactJail): Argv => ['iocage', 'destroy', '-f', ...named(jail)]

/** The commands that set properties: the older dialect takes one at a time (contract, set). */
export function setArgv(properties: readonly (readonly [name: string, value: string])[], jail: ExactJail): Argv[] {
  const words = properties.map(([name, value]) => `${name}=${value}`)
  if (words.length === 0) return []
  if (jail.dialect === 'name') return [['iocage', 'set', '--', ...words, jail.word]]
  return words.map((word) => ['iocage', 'set', word, jail.word])
}

/** `iocage create` without properties: set afterwards they cannot start the jail half configured (boot=on would). */
export function createArgv({ tag, source }: Pick<NewJail, 'tag' | 'source'>, dialect: Dialect): Argv {
  const from =
    source.kind === 'release' ? ['-r', source.name] : source.kind === 'template' ? ['-t', source.name] : ['-e']
  return dialect === 'name' ? ['iocage', 'create', '-n', tag, ...from] : ['iocage', 'create', `tag=${tag}`, ...from]
}

/** Properties of a new jail that differ from what iocage gives it by itself. */
export function newJailProperties(jail: NewJail): [name: string, value: string][] {
  return [
    ...(jail.vnet ? [['vnet', 'on'] as [string, string]] : []),
    ...(jail.ip4.length > 0 ? [['ip4_addr', formatJailAddresses(jail.ip4)] as [string, string]] : []),
    ...(jail.hostHostname ? [['host_hostname', jail.hostHostname] as [string, string]] : []),
    ...(jail.notes ? [['notes', jail.notes] as [string, string]] : []),
    ...(jail.boot ? [['boot', 'on'] as [string, string]] : []),
  ]
}

/**
 * `iocage fetch`, of a release or, without one, of the list of releases. Today's iocage asks its default server over
 * plain http unless it is given one by https, and checks what it gets against a list from that same server; the older
 * one knows FTP (contract, fetch) and stays as the primer types it.
 */
export function fetchArgv(release: string | undefined, dialect: Dialect, mirror: URL): Argv {
  const folder = mirror.pathname.replaceAll(/^\/+|\/+$/g, '')
  const from = dialect === 'name' ? ['-s', mirror.origin, ...(folder === '' ? [] : ['-d', folder])] : []
  return ['iocage', 'fetch', ...from, ...(release === undefined ? [] : ['-r', release])]
}
