import { type CommandResult, succeeded } from '../../command-result.ts'
import { fileSystemOf, isWithin } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { isUserProperty, NATIVE_PROPERTIES, parseValue, propertyName } from '../properties.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { fileSystem, poolToChange, snapshot, tree } from './find.ts'
import { mountedDatasets, mountpointOf, mountWanted, remount, resolveProperty, unmountDatasets } from './mounting.ts'
import type { OpenPool } from './open-pool.ts'

const MOUNT_FLAGS = new Set(['readonly', 'exec', 'setuid', 'devices', 'atime'])

/** Folders cannot keep a writer to a limit, so a limit is refused rather than written down and ignored. */
export function refusedLimit(name: string, value: string): string | undefined {
  if (NATIVE_PROPERTIES.get(name)?.kind !== 'limit' || value === '0') return undefined
  return `'${name}' needs ZFS storage: this sandbox keeps datasets in folders, which know no limits`
}

async function apply(pool: OpenPool, name: string, property: string, change: () => void): Promise<void> {
  const within = (each: string) => isWithin(each, name)
  if (property !== 'mountpoint' && property !== 'canmount') {
    change()
    pool.save()
    if (MOUNT_FLAGS.has(property)) await remount(pool, within)
    return
  }
  const busy = await unmountDatasets(pool, property === 'canmount' ? (each) => each === name : within, true)
  if (busy !== undefined) throw new ZfsFailure(`cannot unmount '${mountpointOf(pool, busy).value}': Device busy`)
  change()
  if (property === 'mountpoint')
    for (const each of tree(pool, name))
      fileSystem(pool, each).mounted = resolveProperty(pool, each, 'canmount').value === 'on'
  else fileSystem(pool, name).mounted = fileSystem(pool, name).properties.canmount !== 'off'
  pool.save()
  await mountWanted(pool)
}

function propertiesOf(pool: OpenPool, name: string, property: string): Record<string, string> {
  if (!name.includes('@')) return fileSystem(pool, name).properties
  if (!isUserProperty(property))
    throw new ZfsFailure(`cannot set property for '${name}': this property can not be modified for snapshots`)
  return snapshot(pool, name).snapshot.properties
}

/** `zfs set ARGV`. */
export async function setProperties(argv: readonly string[]): Promise<CommandResult> {
  const { operands } = parseOptions(argv, '')
  const pairs = operands.filter((word) => word.includes('='))
  const names = operands.slice(pairs.length)
  if (pairs.length === 0) throw new UsageError('missing property=value argument')
  if (names.length === 0) throw new UsageError('missing dataset name')
  for (const name of names) {
    const pool = await poolToChange(fileSystemOf(name))
    for (const pair of pairs) {
      const [word = ''] = pair.split('=', 1)
      const property = propertyName(word)
      const failure = `cannot set property for '${name}'`
      if (property === undefined || property === 'name') throw new ZfsFailure(`${failure}: invalid property '${word}'`)
      const parsed = parseValue(property, pair.slice(word.length + 1))
      const reason = 'reason' in parsed ? parsed.reason : refusedLimit(property, parsed.value)
      if (reason !== undefined || 'reason' in parsed) throw new ZfsFailure(`${failure}: ${reason}`)
      const own = propertiesOf(pool, name, property)
      await apply(pool, name, property, () => {
        own[property] = parsed.value
      })
    }
  }
  return succeeded()
}

/** `zfs inherit ARGV`. */
export async function inheritProperty(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'rS')
  const [word, ...names] = options.operands
  if (word === undefined) throw new UsageError('missing property argument')
  if (names.length === 0) throw new UsageError('missing dataset argument')
  const property = propertyName(word)
  const native = NATIVE_PROPERTIES.get(property ?? '')
  if (property === undefined) throw new UsageError(`invalid property '${word}'`)
  if (native !== undefined && !native.settable) throw new ZfsFailure(`cannot inherit property '${property}': property is read-only`) // prettier-ignore
  for (const name of names) {
    const pool = await poolToChange(fileSystemOf(name))
    const targets = options.has('r') ? tree(pool, name) : [name]
    for (const each of targets) {
      const own = propertiesOf(pool, each, property)
      await apply(pool, each, property, () => {
        delete own[property]
      })
    }
  }
  return succeeded()
}

/** `zfs mount ARGV`; without operands the list of what is mounted. */
export async function mountDatasets(argv: readonly string[], all: () => Promise<OpenPool[]>): Promise<CommandResult> {
  const options = parseOptions(argv, 'avO:o:')
  if (options.has('a')) {
    await all()
    return succeeded()
  }
  const [name] = options.operands
  if (name === undefined) {
    const mounts = (await all()).flatMap((pool) => [...mountedDatasets(pool).values()])
    const lines = mounts.sort((a, b) => (a.source < b.source ? -1 : 1))
    return succeeded(lines.map(({ source, mountpoint }) => `${source.padEnd(30)}  ${mountpoint}\n`).join(''))
  }
  const pool = await poolToChange(name)
  const own = fileSystem(pool, name)
  const { value } = mountpointOf(pool, name)
  if (!value.startsWith('/')) throw new ZfsFailure(`cannot mount '${name}': ${value === 'legacy' ? 'legacy mountpoint\nuse mount(8) to mount this filesystem' : 'no mountpoint set'}`) // prettier-ignore
  if (resolveProperty(pool, name, 'canmount').value === 'off') throw new ZfsFailure(`cannot mount '${name}': 'canmount' property is set to 'off'`) // prettier-ignore
  if (mountedDatasets(pool).has(name)) throw new ZfsFailure(`cannot mount '${name}': filesystem already mounted`)
  own.mounted = true
  pool.save()
  await mountWanted(pool)
  return succeeded()
}

/** `zfs unmount ARGV`. */
export async function unmountDataset(argv: readonly string[], all: () => Promise<OpenPool[]>): Promise<CommandResult> {
  const options = parseOptions(argv, 'af')
  const [operand] = options.operands
  if (operand === undefined && !options.has('a')) throw new UsageError('missing filesystem argument')
  for (const pool of await all()) {
    const mounts = mountedDatasets(pool)
    const found = [...mounts.values()].find(({ source, mountpoint }) => source === operand || mountpoint === operand)
    if (operand !== undefined && found === undefined) continue
    const chosen = (name: string) => found === undefined || isWithin(name, found.source)
    const busy = await unmountDatasets(pool, chosen)
    if (busy !== undefined)
      throw new ZfsFailure(`cannot unmount '${mounts.get(busy)?.mountpoint ?? busy}': Device busy`)
    for (const name of mounts.keys()) if (chosen(name)) fileSystem(pool, name).mounted = false
    pool.save()
    if (operand !== undefined) return succeeded()
  }
  if (operand === undefined) return succeeded()
  throw new ZfsFailure(`cannot unmount '${operand}': not currently mounted`)
}
