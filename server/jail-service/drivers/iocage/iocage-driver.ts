import { existsSync, statSync } from 'node:fs'
import { byReleaseNewestFirst, isPastEndOfLife, releaseEndOfLife, supportedReleases } from '@/lib/freebsd-releases.ts'
import type { HostAccess } from '../../host/host-access.ts'
import { seenPath } from '../../host/host-access.ts'
import { CommandUnusable, readCommand } from '../../host/read-command.ts'
import type { Driver, DriverReading, DriverStatus } from '../driver.ts'
import { iocageCapabilities } from './capabilities.ts'
import { configText } from './config-values.ts'
import type { Dialect, IocageVersion } from './dialect.ts'
import { parseVersion } from './dialect.ts'
import { createReleaseFolders, type FetchedRelease } from './fetched-releases.ts'
import { findPlace, type Place } from './find-place.ts'
import { type FoldedJail, type JailFolder, pathOf } from './fold-jail.ts'
import { createJailFolders, type JailFolders } from './jail-folders.ts'
import { createMirrorList } from './mirror-list.ts'
import { createIocagePlanner } from './planner.ts'
import { createTreeFacts } from './tree-facts.ts'
import { watchedFolders } from './watched-folders.ts'

/** iocage starts Python, about half a second; beyond this it hangs (security.md, time limits), in milliseconds. */
const VERSION_TIMEOUT_MS = 10_000
/** Until an iocage that did not answer is asked again, in milliseconds; at once when another was installed. */
const VERSION_RETRY_MS = 30_000

type ReleaseFolders = ReturnType<typeof createReleaseFolders>

/** What the planner needs of the driver's own knowledge. */
export interface IocageState {
  dialect(): Dialect
  /** Why iocage cannot be used at all; undefined when it can. */
  unusable(): { summary: string; hint: string } | undefined
  pool(): string | undefined
  pools(): Place['pools']
  /** iocage's root as seen from here. */
  seenRoot(): string | undefined
  find(id: string): FoldedJail | undefined
  /** The dataset of a jail's folder; undefined while no pool is active. */
  datasetOf(folder: JailFolder): string | undefined
  all(): readonly FoldedJail[]
  capabilities(): DriverStatus['capabilities']
  /** Where releases come from. */
  readonly mirror: URL
  /** Releases that a job of this service is fetching: not whole before it ends. */
  readonly fetching: Set<string>
  /** Releases whose fetch began and did not come to its end: their files may be there in part. */
  readonly halfFetched: Set<string>
}

/** The driver of iocage, in both of its dialects. */
export function createIocageDriver(access: HostAccess, now: () => number = Date.now): Driver {
  let version: IocageVersion | undefined
  let versionOf: string | undefined
  let askVersionAt = 0
  let versionProblem: DriverStatus['problems'][number] | undefined
  let place: Place = { pools: [], pool: undefined, root: undefined, problems: [] }
  let isPlaced = false
  let placeProblem: DriverStatus['problems'][number] | undefined
  let reader: { root: string; folders: JailFolders; releases: ReleaseFolders } | undefined
  let jails: readonly FoldedJail[] = []
  let byId = new Map<string, FoldedJail>()
  let capabilities = iocageCapabilities('name', access, 'The host has not been looked at yet.')
  const tree = createTreeFacts(access)
  const dialect = (): Dialect => version?.dialect ?? reader?.folders.filesDialect() ?? 'name'
  const mirror = createMirrorList(access, dialect)

  /**
   * Asking for offers is a command like any other: without an active pool it would take one, and it makes the datasets
   * that are missing (contract 1.4), in the way of whoever does the same at that moment. The last it makes is templates.
   */
  const hasAllDatasets = () => place.root !== undefined && existsSync(seenPath(access, `${place.root}/templates`))

  /** What tells that another iocage was installed; undefined when there is none. */
  function programStamp(): string | undefined {
    try {
      const { ino, mtimeMs, size } = statSync(access.commands.iocage)
      return `${ino} ${mtimeMs} ${size}`
    } catch {
      return undefined
    }
  }

  async function probeVersion(): Promise<void> {
    const stamp = programStamp()
    if (stamp === undefined) {
      version = undefined
      versionOf = undefined
      versionProblem = {
        summary: `iocage is not installed: there is no ${access.commands.iocage}.`,
        hint: 'Install it (pkg install py311-iocage), or say where it is when the jail service starts. Jails are still shown as its files describe them.',
      }
      return
    }
    if (stamp === versionOf && (version !== undefined || performance.now() < askVersionAt)) return
    versionOf = stamp
    askVersionAt = performance.now() + VERSION_RETRY_MS
    try {
      const output = await readCommand(access, 'iocage', ['--version'], VERSION_TIMEOUT_MS)
      version = parseVersion(output)
      versionProblem =
        version === undefined
          ? {
              summary: 'iocage does not say which version it is; changes are switched off.',
              hint: 'Run iocage --version in a terminal: it should answer with one line such as Version 1.13.',
            }
          : undefined
    } catch (error) {
      version = undefined
      versionProblem = {
        summary: `iocage cannot be used: ${error instanceof CommandUnusable ? error.message : 'it did not start'}.`,
        hint: 'Run iocage --version in a terminal to see what it says. Jails are still shown as its files describe them.',
      }
    }
  }

  async function probePlace(): Promise<void> {
    try {
      place = await findPlace((command, argv) => readCommand(access, command, argv))
      placeProblem = undefined
    } catch (error) {
      placeProblem = {
        summary: `The pools cannot be read: ${error instanceof CommandUnusable ? error.message : 'zfs did not start'}.`,
        hint: 'Run zpool list in a terminal to see what it says. What is shown is what was known before.',
      }
    }
    isPlaced = true
  }

  function read(): DriverReading {
    const root = place.root === undefined ? undefined : seenPath(access, place.root)
    if (root !== reader?.root)
      reader =
        root === undefined
          ? undefined
          : { root, folders: createJailFolders(root), releases: createReleaseFolders(root) }
    jails = reader?.folders.scan(version?.dialect, originOf) ?? []
    byId = new Map(jails.map((one) => [one.jail.id, one]))
    const fetched = reader?.releases.scan() ?? []
    tree.expect(place.pool, place.root, [
      ...jails.map(({ folder }) => pathOf(folder)),
      ...(reader?.folders.roots() ?? []),
      ...fetched.map(({ name }) => name),
    ])
    return {
      jails: jails.map((one) => {
        const dataset = datasetOf(one.folder)
        return {
          jail: { ...one.jail, guid: dataset === undefined ? null : tree.guid(dataset) },
          kernelName: one.kernelName,
          rootPath: `${place.root}/${pathOf(one.folder)}/root`,
          dataset,
        }
      }),
      releases: releases(fetched),
    }
  }

  const datasetOf = (folder: JailFolder) =>
    place.pool === undefined ? undefined : `${place.pool}/iocage/${pathOf(folder)}`
  const originOf = (folder: JailFolder) =>
    place.pool === undefined ? undefined : tree.origin(`${place.pool}/iocage/${pathOf(folder)}/root`)

  function releases(fetched: readonly FetchedRelease[]): DriverReading['releases'] {
    const there = reader && new Set([...reader.releases.folders(), ...fetched.map(({ name }) => name)])
    for (const name of state.halfFetched) if (there?.has(name) === false) state.halfFetched.delete(name)
    const whole = fetched.filter(({ name }) => !state.fetching.has(name) && !state.halfFetched.has(name))
    const here = new Map(whole.map((release) => [release.name, release]))
    const offered = mirror.offered() ?? supportedReleases(now())
    return [...new Set([...fetched.map(({ name }) => name), ...offered])].sort(byReleaseNewestFirst).map((name) => ({
      name,
      patch: here.get(name)?.patch ?? null,
      fetched: here.has(name),
      endOfLife: releaseEndOfLife(name),
      endOfLifePassed: isPastEndOfLife(name, now()) || mirror.marksEndOfLife(name),
      sizeBytes: here.has(name) && place.pool !== undefined ? tree.used(`${place.pool}/iocage/releases/${name}`) : null,
    }))
  }

  function problems(): DriverStatus['problems'] {
    const damaged = jails.find(({ stopsIocage }) => stopsIocage)
    return [
      ...(versionProblem === undefined ? [] : [versionProblem]),
      ...(placeProblem === undefined ? [] : [placeProblem]),
      ...place.problems,
      ...(damaged !== undefined && dialect() === 'uuid-tag'
        ? [
            {
              summary: `This iocage fails at nearly every command while the configuration of ${damaged.jail.tag} cannot be read.`,
              hint: `${damaged.jail.problem ?? 'Its config.json is damaged.'} Repair that file on the host, or remove the jail in a terminal.`,
            },
          ]
        : []),
    ]
  }

  const state: IocageState = {
    dialect,
    unusable: () => versionProblem,
    pool: () => place.pool,
    pools: () => place.pools,
    seenRoot: () => reader?.root,
    find: (id) => byId.get(id),
    datasetOf,
    all: () => jails,
    capabilities: () => capabilities,
    mirror: access.mirror,
    fetching: new Set(),
    halfFetched: new Set(),
  }

  return {
    name: 'iocage',
    status: () => ({
      driver: version === undefined ? null : { name: 'iocage', version: version.text, dialect: dialect() },
      capabilities,
      pools: place.pools,
      problems: problems(),
    }),
    isPlaced: () => isPlaced,
    async probe(onPlace) {
      await Promise.all([probeVersion(), probePlace().then(onPlace)])
      capabilities = iocageCapabilities(dialect(), access, versionProblem?.summary ?? null)
      if (version !== undefined && hasAllDatasets()) mirror.refresh()
    },
    read,
    refine: () => tree.refine(),
    watchedFolders: () => watchedFolders(access, reader?.root, jails),
    properties(id) {
      const found = byId.get(id)
      if (found === undefined) return []
      const { own, defaults } = found
      return [...new Set([...Object.keys(defaults), ...Object.keys(own)])].sort().map((name) => ({
        name,
        value: configText(own, name) ?? configText(defaults, name) ?? '',
        isDefault: !Object.hasOwn(own, name),
      }))
    },
    doubtReleases(names) {
      for (const name of names) state.halfFetched.add(name)
    },
    planner: (world) => createIocagePlanner(state, world),
  }
}
