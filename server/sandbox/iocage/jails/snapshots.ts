import { zfs } from '../../storage/zfs.ts'
import type { Jail } from '../model/jail.ts'

/** A snapshot of a jail: its name and, for the jail's dataset and its root, what zfs says of it. */
export interface JailSnapshot {
  name: string
  rows: { dataset: string; created: string; refer: string; used: string }[]
}

/**
 * A jail's snapshots, oldest first: those that exist on its dataset and its root both. One on the root alone is what
 * a clone was made from, and is left out.
 */
export async function jailSnapshots(jail: Jail): Promise<JailSnapshot[]> {
  const { stdout } = await zfs('list', '-H', '-o', 'name,creation,refer,used', '-t', 'snapshot', '-r', jail.dataset)
  const snapshots = new Map<string, JailSnapshot>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [full = '', created = '', refer = '', used = ''] = line.split('\t')
    const [dataset = '', name = ''] = full.split('@')
    const snapshot = snapshots.get(name) ?? { name, rows: [] }
    snapshot.rows.push({ dataset, created, refer, used })
    snapshots.set(name, snapshot)
  }
  return [...snapshots.values()].filter(
    ({ rows }) => rows.some((row) => row.dataset === jail.dataset) && rows.length > 1,
  )
}
