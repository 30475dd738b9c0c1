import { type CommandResult, succeeded } from '../../command-result.ts'
import { parentOf, poolOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { isUserProperty, parseValue, propertyName } from '../properties.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { checkNewName, poolToChange, snapshot } from './find.ts'
import { standOn } from './layers.ts'
import { mountFileSystem } from './mounting.ts'
import type { OpenPool } from './open-pool.ts'
import { newGuid, now } from './pool-state.ts'
import { refusedLimit } from './set.ts'

/** Properties given by `-o NAME=VALUE`, in exact form. */
export function givenProperties(pairs: readonly string[], failure: string): Record<string, string> {
  const given: Record<string, string> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals < 0) throw new UsageError(`missing '=' for property=value argument`)
    const word = pair.slice(0, equals)
    const name = propertyName(word)
    if (name === undefined) throw new ZfsFailure(`${failure}: invalid property '${word}'`)
    const parsed = parseValue(name, pair.slice(equals + 1))
    if ('reason' in parsed) throw new ZfsFailure(`${failure}: ${parsed.reason}`)
    const limit = refusedLimit(name, parsed.value)
    if (limit !== undefined) throw new ZfsFailure(`${failure}: ${limit}`)
    given[isUserProperty(word) ? word : name] = parsed.value
  }
  return given
}

interface NewFileSystem {
  origin: string | null
  properties: Record<string, string>
  /** Layers that it begins as. */
  layers: readonly string[]
}

async function addFileSystem(
  pool: OpenPool,
  name: string,
  { origin, properties, layers }: NewFileSystem,
): Promise<void> {
  const { state } = pool
  const mounted = (properties.canmount ?? 'on') === 'on'
  const { head, lower } = await standOn(pool, layers)
  state.fileSystems[name] = { guid: newGuid(), txg: ++state.txg, createdAt: now(), origin, properties, head, lower, mounted, snapshots: {} } // prettier-ignore
}

/** Adds the missing parents of `name` (with -p) or refuses; answers what was added. */
async function addParents(pool: OpenPool, name: string, make: boolean): Promise<string[]> {
  const parent = parentOf(name)
  if (parent === undefined || pool.state.fileSystems[parent] !== undefined) return []
  if (!make) throw new ZfsFailure(`cannot create '${name}': parent does not exist`)
  const above = await addParents(pool, parent, make)
  await addFileSystem(pool, parent, { origin: null, properties: {}, layers: [] })
  return [...above, parent]
}

async function finish(pool: OpenPool, name: string, added: readonly string[]): Promise<CommandResult> {
  pool.save()
  for (const each of [...added, name]) {
    try {
      await mountFileSystem(pool, each)
    } catch (cause) {
      throw new ZfsFailure(`cannot mount '${each}': filesystem successfully created, but not mounted`, { cause })
    }
  }
  return succeeded()
}

/** `zfs create ARGV`. */
export async function createDataset(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'pusV:b:o:')
  if (options.has('V')) throw new ZfsFailure('volumes are not supported by folder storage')
  const [name, extra] = options.operands
  if (name === undefined) throw new UsageError('missing filesystem argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  checkNewName('cannot create', name)
  if (name.includes('@')) throw new ZfsFailure(`cannot create '${name}': snapshot delimiter '@' is not expected here`)
  const properties = givenProperties(options.values('o'), `cannot create '${name}'`)
  const pool = await poolToChange(name, `cannot create '${name}': no such pool '${poolOf(name)}'`)
  if (pool.state.fileSystems[name] !== undefined) {
    // As mkdir -p: with -p it may be there.
    if (options.has('p')) return succeeded()
    throw new ZfsFailure(`cannot create '${name}': dataset already exists`)
  }
  if (pool.left === 0) throw new ZfsFailure(`cannot create '${name}': out of space`)
  const added = await addParents(pool, name, options.has('p'))
  await addFileSystem(pool, name, { origin: null, properties, layers: [] })
  return finish(pool, name, added)
}

/** `zfs clone ARGV`. */
export async function cloneSnapshot(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'po:')
  const [from, name, extra] = options.operands
  if (from === undefined) throw new UsageError('missing source dataset argument')
  if (name === undefined) throw new UsageError('missing target dataset argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  checkNewName('cannot create', name)
  const properties = givenProperties(options.values('o'), `cannot create '${name}'`)
  const pool = await poolToChange(from)
  const { snapshot: source } = snapshot(pool, from)
  if (poolOf(name) !== poolOf(from)) throw new ZfsFailure(`cannot create '${name}': source and target pools differ`)
  if (pool.state.fileSystems[name] !== undefined) {
    if (options.has('p')) return succeeded()
    throw new ZfsFailure(`cannot create '${name}': dataset already exists`)
  }
  if (pool.left === 0) throw new ZfsFailure(`cannot create '${name}': out of space`)
  const added = await addParents(pool, name, options.has('p'))
  await addFileSystem(pool, name, { origin: source.guid, properties, layers: source.layers })
  return finish(pool, name, added)
}
