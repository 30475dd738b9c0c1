export type DatasetType = 'filesystem' | 'snapshot' | 'volume'

/** A property's value in its exact form (bytes, seconds since 1970, `1.00`) and where it comes from. */
export interface PropertyValue {
  value: string
  /** `-`, `local`, `default`, `received` or `inherited from NAME`. */
  source: string
}

/** A file system, volume or snapshot with the properties it has; what `list` and `get` print. */
export interface DatasetView {
  name: string
  type: DatasetType
  properties: ReadonlyMap<string, PropertyValue>
}

/** Part of a name before `@`. */
export const fileSystemOf = (name: string) => name.split('@', 1)[0]!

/** Name of the pool that a dataset lies in. */
export const poolOf = (name: string) => name.split(/[/@]/, 1)[0]!

/** Name of the dataset above, or undefined for a pool's own. */
export function parentOf(name: string): string | undefined {
  const slash = name.lastIndexOf('/')
  return slash < 0 ? undefined : name.slice(0, slash)
}

/** Whether `name` is `top` or lies below it. */
export const isWithin = (name: string, top: string) => name === top || name.startsWith(`${top}/`)

const compareText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)

/** Order of `zfs list`: by name byte for byte, a file system's snapshots right behind it, oldest first. */
export function compareDatasets(left: DatasetView, right: DatasetView): number {
  const byFileSystem = compareText(fileSystemOf(left.name), fileSystemOf(right.name))
  if (byFileSystem !== 0) return byFileSystem
  if (left.type !== 'snapshot' || right.type !== 'snapshot')
    return Number(left.type === 'snapshot') - Number(right.type === 'snapshot')
  const age = (view: DatasetView) => Number(view.properties.get('createtxg')?.value ?? 0)
  return age(left) - age(right) || compareText(left.name, right.name)
}

/** Why `name` cannot be a dataset's or snapshot's name, in the words of zfs(8), or undefined where it can. */
export function invalidName(name: string): string | undefined {
  if (name === '') return 'empty component in name'
  if (name.length > 255) return 'name is too long'
  if (name.startsWith('/')) return 'leading slash in name'
  if (name.endsWith('/')) return 'trailing slash in name'
  const [path = '', ...snapshots] = name.split('@')
  if (snapshots.length > 1) return "multiple '@' delimiters in name"
  if (snapshots[0]?.includes('/')) return "'/' is not allowed in snapshot name" // after '@' there are no more levels
  for (const part of [...path.split('/'), ...snapshots]) {
    if (part === '') return 'empty component in name'
    if (part === '.' || part === '..') return "self reference, '.' is found in name"
    const wrong = /[^A-Za-z0-9\-_.: ]/.exec(part)
    if (wrong !== null) return `invalid character '${wrong[0]}' in name`
  }
  if (!/^[A-Za-z]/.test(path)) return 'name must begin with a letter'
  return undefined
}
