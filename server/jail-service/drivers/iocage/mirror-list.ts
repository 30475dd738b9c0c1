import type { HostAccess } from '../../host/host-access.ts'
import { tryCommand } from '../../host/read-command.ts'
import type { Dialect } from './dialect.ts'
import { fetchArgv } from './iocage-argv.ts'
import { parseOfferedReleases } from './offered-releases.ts'

/** Offline, iocage takes about 7 s to give up (contract, fetch); in milliseconds. */
const TIMEOUT_MS = 30_000
/** A new release comes every few months: how old the list may be, in milliseconds. */
const MAX_AGE_MS = 6 * 60 * 60 * 1_000
/** Pause after an attempt without an answer, in milliseconds. */
const RETRY_MS = 2 * 60 * 1_000

/** The releases that the mirror offers, asked for in the background. */
export interface MirrorList {
  /** Names as the mirror gave them last; undefined while it has not answered. */
  offered(): readonly string[] | undefined
  /** Whether iocage itself marked a release as past its end of life. */
  marksEndOfLife(release: string): boolean
  /** Asks if the list is old; answers at once. */
  refresh(): void
}

/** The list of this host's iocage. Nothing waits for it. */
export function createMirrorList(access: HostAccess, dialect: () => Dialect): MirrorList {
  let offered: readonly string[] | undefined
  let ended = new Set<string>()
  let askAgainAt = 0
  async function ask() {
    const [, ...words] = fetchArgv(undefined, dialect(), access.mirror)
    const output = await tryCommand(access, 'iocage', words, TIMEOUT_MS)
    const names = parseOfferedReleases(output)
    if (names.length === 0) return
    offered = names
    ended = new Set(names.filter((name) => output.includes(`${name} (EOL)`)))
    askAgainAt = performance.now() + MAX_AGE_MS
  }
  return {
    offered: () => offered,
    marksEndOfLife: (release) => ended.has(release),
    refresh() {
      if (performance.now() < askAgainAt) return
      askAgainAt = performance.now() + RETRY_MS
      void ask()
    },
  }
}
