import type { HostAccess } from '../../host/host-access.ts'
import { parseDatasets, parseGuids, ZFS_LIST } from '../../host/parse-zfs.ts'
import { readCommand } from '../../host/read-command.ts'

/** What only zfs tells about iocage's tree: from what each root was cloned, and how much a release takes. */
export interface TreeFacts {
  /** Says which folders are there; new or missing ones make the next refine ask zfs again. */
  expect(pool: string | undefined, root: string | undefined, folders: readonly string[]): void
  /** The origin of a dataset: null for none, undefined while not known. */
  origin(dataset: string): string | null | undefined
  used(dataset: string): number | null
  /** What tells a dataset from a later one of the same name; null while not known. */
  guid(dataset: string): string | null
  /** Asks zfs if something is new; true when it answered. */
  refine(): Promise<boolean>
}

/** Facts about the tree of this host, read once for each set of folders. */
export function createTreeFacts(access: HostAccess): TreeFacts {
  let expected = ''
  let known = ''
  let pool: string | undefined
  let facts = new Map<string, { origin: string | null; usedBytes: number }>()
  let guids = new Map<string, string>()
  return {
    expect(nextPool, root, folders) {
      pool = nextPool
      expected = root === undefined ? '' : JSON.stringify([pool, root, ...folders])
    },
    origin: (dataset) => facts.get(dataset)?.origin,
    guid: (dataset) => guids.get(dataset) ?? null,
    used: (dataset) => facts.get(dataset)?.usedBytes ?? null,
    async refine() {
      if (expected === known || expected === '' || pool === undefined) return false
      const asked = expected
      try {
        const output = await readCommand(access, 'zfs', [...ZFS_LIST, `${pool}/iocage`])
        if (!parseDatasets(output).some(({ name }) => name === `${pool}/iocage`)) return false // no such listing
        guids = parseGuids(output)
        facts = new Map(parseDatasets(output).map(({ name, origin, usedBytes }) => [name, { origin, usedBytes }]))
      } catch {
        return false // the probe says what is wrong with zfs; asked again with the next look
      }
      known = asked
      return true
    },
  }
}
