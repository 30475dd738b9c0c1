import type { Jail, JailAddress, JailSource } from '@/lib/jail.ts'
import { shortRelease } from '@/lib/jail.ts'
import { type ConfigValues, configAddresses, configFlag, configText, configTime, configWords } from './config-values.ts'
import { type Dialect, kernelName } from './dialect.ts'

/** What only the host's running state adds to a jail. */
export type JailOnDisk = Omit<Jail, 'host' | 'jid'>

/** A folder in which iocage keeps one jail or template. */
export interface JailFolder {
  kind: 'jail' | 'template'
  /** Name of the folder: NAME, UUID, or a template's TAG in the older dialect. */
  name: string
}

/** Path of a jail's folder below iocage's root, and of its dataset below POOL/iocage: they are the same. */
export const pathOf = ({ kind, name }: JailFolder): string => `${kind}s/${name}`

/** A folder's jail, folded from its files, with what is needed to find it in the kernel and on the command line. */
export interface FoldedJail {
  jail: JailOnDisk
  kernelName: string
  /** The word by which iocage takes exactly this jail: the whole UUID, or the whole name. */
  exactName: string
  dialect: Dialect
  folder: JailFolder
  /** Neither can iocage read the jail's file. The older one then fails at nearly every command, for any jail. */
  stopsIocage: boolean
  /** The jail's file, and over nothing where the file is silent: the host's defaults. */
  own: ConfigValues
  defaults: ConfigValues
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Id of what iocage keeps. Tags of the older dialect are free text, hence encoded; stays within JailId's 200. */
export const iocageId = (name: string): string => `iocage:${encodeURIComponent(name).slice(0, 200)}`

/** The jail that a readable configuration describes. `origin` is the zfs origin of its root, undefined while unknown. */
export function foldJail(
  folder: JailFolder,
  own: ConfigValues,
  defaults: ConfigValues,
  origin: string | null | undefined,
  hostDialect: Dialect,
): FoldedJail {
  // A file tells its dialect itself: an older jail may stand on a host whose iocage was replaced.
  const dialect: Dialect = configText(own, 'tag') === undefined ? 'name' : 'uuid-tag'
  const values = { ...defaults, ...own }
  const uuid = configWords(own, 'host_hostuuid') ?? folder.name
  // In the older dialect a template's folder has its tag, and only the file knows the UUID.
  const exactName = dialect === 'uuid-tag' && folder.kind === 'template' ? uuid : folder.name
  const tag = dialect === 'uuid-tag' ? (configText(own, 'tag') ?? folder.name) : folder.name
  return {
    jail: {
      id: iocageId(exactName),
      driver: 'iocage',
      kind: folder.kind,
      tag: tag === '' ? exactName : tag,
      guid: null, // only zfs knows it, see tree-facts.ts
      uuid: UUID.test(uuid) || dialect === 'uuid-tag' ? uuid : null,
      state: 'down',
      release: configWords(values, 'release') ?? null,
      ip4: addresses(values),
      ip6: configAddresses(values, 'ip6_addr'),
      boot: configFlag(values, 'boot'),
      source: sourceOf(values, dialect, origin),
      hostHostname: configText(values, 'host_hostname') ?? folder.name,
      vnet: configFlag(values, 'vnet'),
      notes: configWords(values, 'notes') ?? '',
      lastStarted: configTime(values, 'last_started'),
      problem: null,
      readOnly: readOnlyReason(exactName, dialect, hostDialect),
    },
    kernelName: kernelName(exactName),
    exactName,
    dialect,
    folder,
    stopsIocage: false,
    own,
    defaults,
  }
}

/** A folder whose configuration cannot be read: what was last known of it, marked. */
export function foldUnreadable(
  folder: JailFolder,
  { problem, oursAlone = false }: { problem: string; oursAlone?: boolean },
  dialect: Dialect,
  before: FoldedJail | undefined,
  tag: string | undefined,
): FoldedJail {
  const known = before ?? foldJail(folder, tag === undefined ? {} : { tag }, {}, undefined, dialect)
  const stopsIocage = !oursAlone
  return { ...known, folder, stopsIocage, jail: { ...known.jail, kind: folder.kind, state: 'unreadable', problem } }
}

function addresses(values: ConfigValues): JailAddress[] {
  const stored = configAddresses(values, 'ip4_addr')
  if (configFlag(values, 'dhcp') && stored.length === 0) return [{ interface: 'vnet0', address: 'DHCP', prefix: null }]
  return stored
}

/** Where the file system came from: zfs knows best, the file says it in part (contract 2.2). */
function sourceOf(values: ConfigValues, dialect: Dialect, origin: string | null | undefined): JailSource | null {
  const base = configWords(values, 'cloned_release') ?? shortRelease(configWords(values, 'release') ?? '')
  if (base === 'EMPTY') return { kind: 'empty', name: 'EMPTY' }
  const fromOrigin = typeof origin === 'string' ? sourceOfOrigin(origin) : undefined
  if (fromOrigin !== undefined) return fromOrigin
  const template = configWords(values, 'source_template')
  if (template !== undefined) return { kind: 'template', name: template }
  // The older dialect writes the release also into jails made from a template: wait for zfs.
  if (base === '' || (dialect === 'uuid-tag' && origin === undefined)) return null
  return { kind: 'release', name: base }
}

/** The source in a zfs origin such as `tank/iocage/templates/base/root@www`. */
export function sourceOfOrigin(origin: string): JailSource | undefined {
  const found = /\/(releases|templates|jails)\/([^/@]+)(?:\/root)?@/.exec(origin)
  if (found === null) return undefined
  const [, folder, name = ''] = found
  return { kind: folder === 'releases' ? 'release' : folder === 'templates' ? 'template' : 'jail', name }
}

/** Why the panel keeps its hands off a jail that iocage itself made; null when it need not. */
function readOnlyReason(exactName: string, dialect: Dialect, hostDialect: Dialect): string | null {
  if (dialect === 'uuid-tag' && hostDialect === 'name')
    return `This jail was made by an older iocage. Convert it in a terminal first: iocage -f start ${exactName}`
  if (dialect === 'name' && exactName.includes('ALL'))
    return 'Its name contains ALL, which iocage takes for every jail. Rename it in a terminal first.'
  if (dialect === 'uuid-tag' && !/^[0-9a-zA-Z][0-9a-zA-Z-]*$/.test(exactName))
    return 'Its host_hostuuid is no identity that can be named safely on a command line.'
  return null
}
