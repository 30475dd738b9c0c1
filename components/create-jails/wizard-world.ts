import type { Host, NetworkInterface, Release } from '@/lib/host.ts'
import type { Jail, JailSource } from '@/lib/jail.ts'
import type { TakenNames } from '@/lib/jail-name.ts'
import { byReleaseNewestFirst } from '@/lib/freebsd-releases.ts'

/** What the wizard looks at: the host as it is now. */
export interface WizardWorld {
  host: Pick<Host, 'driver' | 'capabilities' | 'pools'>
  /** Jails and templates. */
  jails: readonly Jail[]
  releases: readonly Release[]
  /** Undefined while they are being read. */
  interfaces: readonly NetworkInterface[] | undefined
  /** Free addresses on the chosen interface, and who has which; undefined while they are being read. */
  proposal: { addresses: readonly string[]; inUse: ReadonlyMap<string, string> } | undefined
}

/** Names that a new jail cannot have, but for the ones that are made along with it. */
export function takenNames({ host, jails }: Pick<WizardWorld, 'host' | 'jails'>): TakenNames {
  const kept = jails.filter(({ driver }) => driver !== null)
  return {
    tags: kept.map(({ tag }) => tag),
    uuids: host.driver?.dialect === 'uuid-tag' ? kept.flatMap(({ uuid }) => uuid ?? []) : [],
  }
}

/** Fetched releases, newest first. */
export const fetchedReleases = ({ releases }: Pick<WizardWorld, 'releases'>): Release[] =>
  releases.filter(({ fetched }) => fetched).toSorted((a, b) => byReleaseNewestFirst(a.name, b.name))

/** Templates that jails can be made from, by tag. */
export const usableTemplates = ({ jails }: Pick<WizardWorld, 'jails'>): Jail[] =>
  jails
    .filter(({ kind, driver }) => kind === 'template' && driver !== null)
    .toSorted((a, b) => a.tag.localeCompare(b.tag, 'en', { numeric: true }))

/** The source that was chosen; before that the newest release that still gets fixes, else the first template. */
export function chosenSource(
  { release, template, empty }: { release: string; template: string; empty: boolean },
  world: Pick<WizardWorld, 'jails' | 'releases'>,
): JailSource | undefined {
  if (template !== '') return { kind: 'template', name: template }
  if (release !== '') return { kind: 'release', name: release }
  if (empty) return { kind: 'empty', name: '' }
  const fetched = fetchedReleases(world)
  const newest = fetched.find(({ endOfLifePassed }) => !endOfLifePassed) ?? fetched[0]
  if (newest !== undefined) return { kind: 'release', name: newest.name }
  const [first] = usableTemplates(world)
  return first === undefined ? undefined : { kind: 'template', name: first.tag }
}
