import type { Host, Release } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Driver, DriverReading } from '../drivers/driver.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { HostAccess } from '../host/host-access.ts'
import { type HostIdentity, readHostFacts } from '../host/host-facts.ts'
import { CommandUnusable, readCommand } from '../host/read-command.ts'
import { coalesce } from './coalesce.ts'
import { createFolderWatch } from './folder-watch.ts'
import { mergeJails } from './merge-jails.ts'
import { parseJls, type RunningJail } from './parse-jls.ts'

/**
 * Between two regular looks, in milliseconds: a killed jail leaves no trace but in jls, and must be seen within 1 s.
 * Never more than a part of the time is spent looking, so a slow jls (a busy host) is asked less often.
 */
const LOOK_MS = 400
const LOOK_MAX_MS = 2_000
const LOOK_SHARE = 3
/** A change of files comes as several: how long to wait for the rest, in milliseconds. */
const DEBOUNCE_MS = 30
/** jls answers in milliseconds; beyond this it hangs. */
const JLS_TIMEOUT_MS = 5_000
/** Between probes of pools and versions, in milliseconds: often while a pool or iocage's root is still to come. */
const PROBE_MS = 15_000
const PROBE_SETUP_MS = 2_000
/**
 * A jail that becomes a template is in neither folder for a moment, and file systems may be mounted anew: how long a
 * jail may be away before it counts as gone, in milliseconds. With the wait for a look it stays below 1 s.
 */
const REMOVED_AFTER_MS = 300

export interface InventorySnapshot {
  host: Host
  jails: Jail[]
  releases: Release[]
}

/** What the host has, in memory, always as fresh as the last look. */
export interface Inventory {
  snapshot(): InventorySnapshot
  find(id: string): Jail | undefined
  findByTag(tag: string): Jail | undefined
  /** Path of a jail's root on the host; undefined when not known. */
  rootPath(id: string): string | undefined
  /** The dataset that is a jail's own; undefined when not known. */
  dataset(id: string): string | undefined
  /** Ids of running jails by the addresses that the kernel gave them. */
  addressHolders(): ReadonlyMap<string, string>
  /** Reads what runs and the files again, now: some 10 ms. */
  look(): Promise<void>
  /** Reads everything again, now, also what only zfs tells. */
  refresh(): Promise<void>
  /** Whether a condition became true within a time; looks again at once and more often meanwhile. */
  waitFor(condition: (view: InventorySnapshot) => boolean, timeoutMs: number): Promise<boolean>
  /** Begins to look; resolves after the first whole reading. */
  start(): Promise<void>
  stop(): void
}

interface InventoryDeps {
  access: HostAccess
  driver: Driver
  events: Pick<EventHub, 'publish'>
  identity: HostIdentity
}

/** The inventory of one host. Publishes what changed, and only that. */
export function createInventory({ access, driver, events, identity }: InventoryDeps): Inventory {
  let reading: DriverReading = { jails: [], releases: [] }
  let running: RunningJail[] = []
  let jlsProblem: Host['problems'][number] | undefined
  let lastLookAt: string | undefined
  const rows = new Map<string, { jail: Jail; text: string }>()
  const goneSince = new Map<string, number>()
  let releases: Release[] = []
  let releasesText = ''
  let facts = readHostFacts(access, identity)
  let host = buildHost()
  let hostText = ''
  let networkText = ''
  let storageText = ''
  const waiting = new Set<() => void>()
  let stopped = true
  let timer: NodeJS.Timeout | undefined
  let debounce: NodeJS.Timeout | undefined
  let probedAt = -Infinity

  const watcher = createFolderWatch(() => {
    if (debounce !== undefined || stopped) return
    debounce = setTimeout(() => {
      debounce = undefined
      void look()
    }, DEBOUNCE_MS)
  })

  function buildHost(): Host {
    const { driver: manager, capabilities, pools, problems } = driver.status()
    return {
      ...facts,
      driver: manager,
      capabilities,
      pools,
      problems: jlsProblem === undefined ? problems : [jlsProblem, ...problems],
      readAt: lastLookAt ?? new Date().toISOString(),
    }
  }

  /** Folds what is known into rows, tells what is different from before. Cheap: no command. */
  function compare(): void {
    if (!driver.isPlaced()) return
    reading = driver.read()
    const now = performance.now()
    const next = new Map(mergeJails(identity.id, reading.jails, running).map((jail) => [jail.id, jail]))
    for (const [id, { jail }] of rows) {
      if (next.has(id)) {
        goneSince.delete(id)
        continue
      }
      const since = goneSince.get(id) ?? now
      goneSince.set(id, since)
      if (now - since < REMOVED_AFTER_MS && jail.driver !== null) {
        setTimeout(() => stopped || compare(), REMOVED_AFTER_MS).unref()
        continue
      }
      goneSince.delete(id)
      rows.delete(id)
      events.publish({ type: 'jail.removed', id })
    }
    for (const jail of next.values()) {
      const text = JSON.stringify(jail)
      if (rows.get(jail.id)?.text === text) continue
      rows.set(jail.id, { jail, text })
      events.publish({ type: 'jail.changed', jail })
    }
    compareReleases()
    compareHost()
    compareRest()
    watcher.arm(stopped ? [] : driver.watchedFolders())
    for (const check of waiting) check()
  }

  function compareReleases(): void {
    const users = new Map<string, string[]>()
    for (const { jail } of rows.values())
      if (jail.source?.kind === 'release')
        users.set(jail.source.name, [...(users.get(jail.source.name) ?? []), jail.id])
    const next = reading.releases.map((release) => ({ ...release, usedBy: users.get(release.name) ?? [] }))
    const text = JSON.stringify(next)
    if (text === releasesText) return
    releasesText = text
    releases = next
    events.publish({ type: 'releases.changed', releases })
  }

  function compareHost(): void {
    host = buildHost()
    const text = JSON.stringify({ ...host, readAt: '' })
    if (text === hostText) return
    hostText = text
    events.publish({ type: 'host.changed', hostState: host })
  }

  function compareRest(): void {
    const network = JSON.stringify(running.map(({ name, jid, ip4, ip6 }) => [name, jid, ip4, ip6]))
    if (network !== networkText) {
      networkText = network
      events.publish({ type: 'network.changed' })
    }
    const storage = JSON.stringify([
      reading.jails.map(({ dataset }) => dataset),
      reading.releases.flatMap(({ name, fetched, sizeBytes }) => (fetched ? [[name, sizeBytes]] : [])),
    ])
    if (storage !== storageText) {
      storageText = storage
      events.publish({ type: 'storage.changed' })
    }
  }

  async function readRunning(): Promise<void> {
    const keep =
      lastLookAt === undefined
        ? 'It was not read yet since the service started: every jail is shown as down.'
        : `What is shown as running is what ran at ${lastLookAt}.`
    try {
      const found = parseJls(await readCommand(access, 'jls', ['--libxo', 'json', '-v'], JLS_TIMEOUT_MS))
      if (found === undefined) {
        jlsProblem ??= {
          summary: 'jls printed something that is no list of jails: what runs is not known.',
          hint: keep,
        }
        return
      }
      running = found
      jlsProblem = undefined
      lastLookAt = new Date().toISOString()
    } catch (error) {
      const why = error instanceof CommandUnusable ? error.message : 'jls did not start'
      jlsProblem ??= { summary: `What runs is not known: ${why}.`, hint: keep }
    }
  }

  const probe = coalesce(async () => {
    probedAt = performance.now()
    await driver.probe(() => stopped || compare())
    probedAt = performance.now()
    facts = readHostFacts(access, identity)
    if (!stopped) compare()
  })

  function probeIfDue(): void {
    const { pools, driver: manager } = driver.status()
    const settled = manager !== null && pools.some(({ active }) => active) && driver.watchedFolders().length > 2
    if (performance.now() - probedAt >= (settled ? PROBE_MS : PROBE_SETUP_MS)) void probe()
  }

  const refine = coalesce(async () => {
    if ((await driver.refine()) && !stopped) compare()
  })

  /** What runs, and the files: never waits for what may take a second or hang. */
  const look = coalesce(async () => {
    probeIfDue()
    await readRunning()
    compare()
    void refine()
  })

  const refresh = coalesce(async () => {
    await Promise.all([probe(), look()])
    compare()
    await refine()
  })

  function schedule(afterMs: number): void {
    clearTimeout(timer) // two looks may end at about the same time: only one next is ever waiting
    if (stopped) return
    timer = setTimeout(() => {
      const begin = performance.now()
      void look().finally(() => {
        const tookMs = performance.now() - begin
        schedule(waiting.size > 0 ? DEBOUNCE_MS : Math.min(LOOK_MAX_MS, Math.max(LOOK_MS, tookMs * LOOK_SHARE)))
      })
    }, afterMs)
  }

  const snapshot = (): InventorySnapshot => ({
    host: { ...host, readAt: lastLookAt ?? host.readAt },
    jails: [...rows.values()].map(({ jail }) => jail),
    releases,
  })

  return {
    snapshot,
    find: (id) => rows.get(id)?.jail,
    findByTag: (tag) => [...rows.values()].find(({ jail }) => jail.tag === tag)?.jail,
    rootPath: (id) => reading.jails.find(({ jail }) => jail.id === id)?.rootPath,
    dataset: (id) => reading.jails.find(({ jail }) => jail.id === id)?.dataset,
    addressHolders() {
      const byJid = new Map(running.map((jail) => [jail.jid, jail]))
      return new Map(
        [...rows.values()].flatMap(({ jail: { id, jid } }) => {
          const runs = jid === null ? undefined : byJid.get(jid)
          return [...(runs?.ip4 ?? []), ...(runs?.ip6 ?? [])].map((address) => [address, id] as const)
        }),
      )
    },
    look,
    refresh,
    waitFor(condition, timeoutMs) {
      if (condition(snapshot())) return Promise.resolve(true)
      return new Promise((resolve) => {
        const end = (answer: boolean) => {
          waiting.delete(check)
          clearTimeout(limit)
          resolve(answer)
        }
        const check = () => {
          if (condition(snapshot())) end(true)
        }
        const limit = setTimeout(() => end(false), timeoutMs)
        waiting.add(check)
        schedule(0)
      })
    },
    async start() {
      stopped = false
      schedule(LOOK_MS)
      await refresh()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      clearTimeout(debounce)
      debounce = undefined
      watcher.close()
    },
  }
}
