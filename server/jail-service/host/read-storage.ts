import type { Dataset } from '@/lib/host.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { HostAccess } from './host-access.ts'
import { parseDatasets, ZFS_LIST } from './parse-zfs.ts'
import { readCommand } from './read-command.ts'

/** All datasets of the host's pools now, each with the jail that it belongs to. */
export async function readStorage(access: HostAccess, inventory: Inventory): Promise<Dataset[]> {
  const { host, jails } = inventory.snapshot()
  if (host.pools.length === 0) return []
  const output = await readCommand(access, 'zfs', [...ZFS_LIST, ...host.pools.map(({ name }) => name)])
  const owners = new Map(jails.map(({ id }) => [inventory.dataset(id), id]))
  return parseDatasets(output).map((dataset) => ({ ...dataset, jailId: ownerOf(dataset.name, owners) }))
}

/** The owner of a dataset or of the nearest one above it. */
function ownerOf(dataset: string, owners: ReadonlyMap<string | undefined, string>): string | null {
  for (let name = dataset; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
    const owner = owners.get(name)
    if (owner !== undefined) return owner
  }
  return null
}
