import type { DatasetType } from './dataset.ts'
import { formatSize, parseSize } from './sizes.ts'

/** What zfs(8) knows about one of its own properties. */
export interface NativeProperty {
  /** How its exact value is kept, and so how it is printed. */
  kind: 'size' | 'limit' | 'number' | 'ratio' | 'time' | 'text' | 'choice'
  types: readonly DatasetType[]
  settable: boolean
  inherited: boolean
  /** Exact value where nothing is set; undefined where the value is always computed. */
  default?: string
  /** Words of a `choice`. */
  values?: readonly string[]
  /** Heading in `zfs list`. */
  heading: string
}

const FILE_SYSTEM = ['filesystem'] as const
const SNAPSHOT = ['snapshot'] as const
const BOTH = ['filesystem', 'snapshot'] as const
const ON_OFF = ['on', 'off'] as const
const CACHE = ['all', 'none', 'metadata'] as const

const computed = (kind: NativeProperty['kind'], heading: string, types: readonly DatasetType[]): NativeProperty => ({
  kind,
  types,
  settable: false,
  inherited: false,
  heading,
})
const limit = (heading: string): NativeProperty => ({
  kind: 'limit',
  types: FILE_SYSTEM,
  settable: true,
  inherited: false,
  default: '0',
  heading,
})
const choice = (
  heading: string,
  fallback: string,
  values: readonly string[],
  types: readonly DatasetType[] = FILE_SYSTEM,
): NativeProperty => ({ kind: 'choice', types, settable: true, inherited: true, default: fallback, values, heading })

const COMPRESSION = ['on', 'off', 'lzjb', 'gzip', ...'123456789'.replace(/\d/g, ' gzip-$&').trim().split(' '), 'zle', 'lz4', 'zstd'] // prettier-ignore

/** ZFS's own properties, in the order of `zfs get all`. */
export const NATIVE_PROPERTIES: ReadonlyMap<string, NativeProperty> = new Map<string, NativeProperty>([
  ['type', computed('text', 'TYPE', BOTH)],
  ['creation', computed('time', 'CREATION', BOTH)],
  ['used', computed('size', 'USED', BOTH)],
  ['available', computed('size', 'AVAIL', FILE_SYSTEM)],
  ['referenced', computed('size', 'REFER', BOTH)],
  ['compressratio', computed('ratio', 'RATIO', BOTH)],
  ['mounted', computed('text', 'MOUNTED', FILE_SYSTEM)],
  ['origin', computed('text', 'ORIGIN', FILE_SYSTEM)],
  ['quota', limit('QUOTA')],
  ['reservation', limit('RESERV')],
  ['recordsize', { ...choice('RECSIZE', '131072', []), kind: 'size', values: undefined }],
  ['mountpoint', { ...choice('MOUNTPOINT', '', []), kind: 'text', values: undefined, default: undefined }],
  ['sharenfs', { ...choice('SHARENFS', 'off', []), kind: 'text', values: undefined }],
  ['checksum', choice('CHECKSUM', 'on', ['on', 'off', 'fletcher2', 'fletcher4', 'sha256', 'sha512', 'skein'])],
  ['compression', choice('COMPRESS', 'off', COMPRESSION)],
  ['atime', choice('ATIME', 'on', ON_OFF)],
  ['devices', choice('DEVICES', 'on', ON_OFF, BOTH)],
  ['exec', choice('EXEC', 'on', ON_OFF, BOTH)],
  ['setuid', choice('SETUID', 'on', ON_OFF, BOTH)],
  ['readonly', choice('RDONLY', 'off', ON_OFF)],
  ['jailed', choice('JAILED', 'off', ON_OFF)],
  ['snapdir', choice('SNAPDIR', 'hidden', ['hidden', 'visible'])],
  ['aclmode', choice('ACLMODE', 'discard', ['discard', 'groupmask', 'passthrough', 'restricted'])],
  ['aclinherit', choice('ACLINHERIT', 'restricted', ['discard', 'noallow', 'restricted', 'passthrough', 'passthrough-x'])], // prettier-ignore
  ['createtxg', computed('number', 'CREATETXG', BOTH)],
  ['canmount', { ...choice('CANMOUNT', 'on', ['on', 'off', 'noauto']), inherited: false }],
  ['xattr', choice('XATTR', 'on', ['on', 'off', 'sa'])],
  ['copies', choice('COPIES', '1', ['1', '2', '3'])],
  ['guid', computed('number', 'GUID', BOTH)],
  ['primarycache', choice('PRIMARYCACHE', 'all', CACHE, BOTH)],
  ['secondarycache', choice('SECONDARYCACHE', 'all', CACHE, BOTH)],
  ['refquota', limit('REFQUOTA')],
  ['refreservation', limit('REFRESERV')],
  ['usedbysnapshots', computed('size', 'USEDSNAP', FILE_SYSTEM)],
  ['usedbydataset', computed('size', 'USEDDS', FILE_SYSTEM)],
  ['usedbychildren', computed('size', 'USEDCHILD', FILE_SYSTEM)],
  ['usedbyrefreservation', computed('size', 'USEDREFRESERV', FILE_SYSTEM)],
  ['logbias', choice('LOGBIAS', 'latency', ['latency', 'throughput'])],
  ['dedup', choice('DEDUP', 'off', ['on', 'off', 'verify', 'sha256', 'sha256,verify'])],
  ['sync', choice('SYNC', 'standard', ['standard', 'always', 'disabled'])],
  ['refcompressratio', computed('ratio', 'REFRATIO', BOTH)],
  ['written', computed('size', 'WRITTEN', BOTH)],
  ['clones', computed('text', 'CLONES', SNAPSHOT)],
])

/** Short names that zfs(8) takes for some properties. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  avail: 'available',
  refer: 'referenced',
  ratio: 'compressratio',
  compress: 'compression',
  rdonly: 'readonly',
  recsize: 'recordsize',
  reserv: 'reservation',
  refreserv: 'refreservation',
  usedsnap: 'usedbysnapshots',
  usedds: 'usedbydataset',
  usedchild: 'usedbychildren',
  usedrefreserv: 'usedbyrefreservation',
}

/** Whether `name` is a property of the user's own (`org.freebsd.ioc:active`). */
export const isUserProperty = (name: string) => /^[a-z0-9:+._-]*:[a-z0-9:+._-]*$/.test(name) && name.length <= 256

/** The long name of a property, or undefined where ZFS has none such. */
export function propertyName(word: string): string | undefined {
  const name = SHORT_NAMES[word.toLowerCase()] ?? word.toLowerCase()
  if (name === 'name' || NATIVE_PROPERTIES.has(name)) return name
  return isUserProperty(word) ? word : undefined
}

const WEEK_DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** strftime's `%a %b %e %k:%M %Y` in local time, as zfs(8) prints a creation time. */
function formatTime(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (value: number) => String(value).padStart(2)
  const minutes = String(at.getMinutes()).padStart(2, '0')
  return `${WEEK_DAYS[at.getDay()]} ${MONTHS[at.getMonth()]} ${two(at.getDate())} ${two(at.getHours())}:${minutes} ${at.getFullYear()}`
}

/** A property's exact value as `zfs list` and `zfs get` print it; with `exact` (their -p) numbers stay as they are. */
export function displayValue(name: string, value: string, exact: boolean): string {
  const kind = NATIVE_PROPERTIES.get(name)?.kind
  if (value === '-' || kind === undefined) return value
  if (kind === 'ratio') return `${value}x`
  if (exact) return value
  switch (kind) {
    case 'size':
      return formatSize(Number(value))
    case 'limit':
      return value === '0' ? 'none' : formatSize(Number(value))
    case 'time':
      return formatTime(Number(value))
    default:
      return value
  }
}

/** The exact form of a value that a user sets, or the reason against it in the words of zfs(8). */
export function parseValue(name: string, word: string): { value: string } | { reason: string } {
  const property = NATIVE_PROPERTIES.get(name)
  if (property === undefined) {
    if (word.length > 1024) return { reason: `property value too long` }
    return { value: word }
  }
  if (!property.settable) return { reason: `'${name}' is readonly` }
  switch (property.kind) {
    case 'limit':
    case 'size': {
      const bytes = property.kind === 'limit' && word === 'none' ? 0 : parseSize(word)
      return bytes === undefined ? { reason: `bad numeric value '${word}'` } : { value: String(bytes) }
    }
    case 'choice':
      return property.values!.includes(word)
        ? { value: word }
        : { reason: `'${name}' must be one of '${property.values!.join(' | ')}'` }
    default:
      if (name === 'mountpoint' && word !== 'none' && word !== 'legacy' && !word.startsWith('/'))
        return { reason: `'mountpoint' must be an absolute path, 'none', or 'legacy'` }
      return { value: word }
  }
}
