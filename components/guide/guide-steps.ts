import type { InterfaceNetwork } from '@/lib/addresses.ts'
import { ip4Problem } from '@/lib/addresses.ts'
import type { Capability } from '@/lib/capabilities.ts'
import type { VerbInput } from '@/lib/contract/verbs.ts'
import { byReleaseNewestFirst } from '@/lib/freebsd-releases.ts'
import type { Host, Release } from '@/lib/host.ts'
import type { Jail, JailAddress } from '@/lib/jail.ts'
import { JailName, takenNameProblem } from '@/lib/jail-name.ts'
import type { Job, JobKind } from '@/lib/job.ts'
import { isActive, shellLine } from '@/lib/job.ts'
import { formatBytes } from '@/lib/sizes.ts'

type GuideJail = Pick<
  Jail,
  'id' | 'driver' | 'kind' | 'tag' | 'uuid' | 'state' | 'ip4' | 'source' | 'lastStarted' | 'hostHostname'
>

/** What the guide looks at: the host as it is. Nothing about the guide is remembered. */
export interface GuideFacts {
  host: Pick<Host, 'pools' | 'driver'>
  jails: readonly GuideJail[]
  releases: readonly Pick<Release, 'name' | 'fetched' | 'endOfLifePassed'>[]
  /** Ids of jails that a console was opened in. */
  consoleJailIds: readonly string[]
  /** Where addresses are given: the host's first interface; undefined while it is read, or where it has none. */
  network: (InterfaceNetwork & { proposed: string | undefined; inUse: ReadonlyMap<string, string> }) | undefined
}

/** What is chosen in the guide itself, where there is a choice. */
export interface GuideChoice {
  pool?: string | undefined
  release?: string | undefined
}

export type GuideStepId = 'activate' | 'fetch' | 'create' | 'address' | 'console' | 'convert' | 'www' | 'startWww'

type ChangeOf<
  Name extends
    | 'pool.activate'
    | 'release.fetch'
    | 'jail.create'
    | 'jail.set'
    | 'jail.start'
    | 'jail.stop'
    | 'jail.convertToTemplate',
> = Name extends Name ? { verb: Name; input: VerbInput<Name> } : never
/** One change of a step; a step makes them one after the other. */
export type GuideChange = ChangeOf<
  'pool.activate' | 'release.fetch' | 'jail.create' | 'jail.set' | 'jail.start' | 'jail.stop' | 'jail.convertToTemplate'
>

export interface GuideStep {
  id: GuideStepId
  title: string
  /** What one would type, in this host's dialect. */
  commands: readonly string[]
  done: boolean
  /** The truth that ticks it: `ZFS pool tank`. */
  because: string | undefined
  /** What is still to be done, in order; empty where a click leads elsewhere. */
  changes: readonly GuideChange[]
  /** Rights that it takes. */
  needs: readonly Capability[]
  /** Why it cannot be done yet. */
  blocked: string | undefined
  /** Jobs that are about this step. */
  jobs: { kinds: readonly JobKind[]; target: string | undefined }
}

/** The addresses of the primer. */
const TEMPLATE_ADDRESS = '10.0.1.100'
const JAIL_ADDRESS = '10.0.1.2'
const PREFIX = 24
/** The names of the primer, and others where those are taken. */
const TEMPLATE_NAMES = ['template', 'base', 'golden', 'first-template']
const JAIL_NAMES = ['www', 'web', 'site', 'first-jail']

/** The release that the guide proposes: the newest one that is fetched, else the newest that still gets fixes. */
export function guideRelease({ releases }: Pick<GuideFacts, 'releases'>): string | undefined {
  const newestFirst = releases.toSorted((a, b) => byReleaseNewestFirst(a.name, b.name))
  return (
    newestFirst.find(({ fetched }) => fetched) ??
    newestFirst.find(({ endOfLifePassed }) => !endOfLifePassed) ??
    newestFirst[0]
  )?.name
}

/** The jail that the guide makes and turns into a template. */
export const guideTemplate = <J extends Pick<Jail, 'kind' | 'tag' | 'driver'>>({ jails }: { jails: readonly J[] }) =>
  jails.find(({ kind, driver }) => kind === 'template' && driver !== null) ??
  jails.find(({ tag, driver }) => tag === TEMPLATE_NAMES[0] && driver !== null)

/** The first jail that was made from a template. */
export const guideJail = <J extends Pick<Jail, 'kind' | 'source'>>({ jails }: { jails: readonly J[] }) =>
  jails.find(({ source, kind }) => kind === 'jail' && source?.kind === 'template')

/** The first of some names that a new jail may have here; with a number behind where none is free. */
function freeName(names: readonly string[], { jails, host }: GuideFacts): string {
  const kept = jails.filter(({ driver }) => driver !== null)
  const taken = {
    tags: kept.map(({ tag }) => tag),
    uuids: host.driver?.dialect === 'uuid-tag' ? kept.flatMap(({ uuid }) => uuid ?? []) : [],
  }
  const numbered = Array.from({ length: 99 }, (_, n) => `${names.at(-1)}-${String(n + 1).padStart(2, '0')}`)
  return [...names, ...numbered].find((name) => takenNameProblem(name, taken) === undefined) ?? numbered[0] ?? ''
}

/** The primer's address where it fits this host, else the next free one; undefined where there is none. */
function addressFor(wanted: string, { network }: GuideFacts): JailAddress | undefined {
  if (network === undefined) return undefined
  const fits = ip4Problem(wanted, PREFIX, network, network.inUse) === undefined
  const address = fits ? wanted : network.proposed
  return address === undefined ? undefined : { interface: network.name, address, prefix: PREFIX }
}

const addressProperty = ({ interface: nic, address, prefix }: JailAddress) => `${nic}|${address}/${prefix}`

/**
 * The primer as a checklist, each step ticked by the host's real state, so also when it was done in a terminal.
 * A later step that is true makes the ones it needs true as well: nobody has a template without having had the jail.
 */
export function guideSteps(facts: GuideFacts, choice: GuideChoice = {}): GuideStep[] {
  const { host, jails, releases } = facts
  const today = host.driver?.dialect === 'name'
  const active = host.pools.find((pool) => pool.active)
  const pool = active ?? host.pools.find(({ name }) => name === choice.pool) ?? host.pools[0]
  const fetched = releases.filter((release) => release.fetched)
  const release = fetched.length > 0 ? guideRelease({ releases: fetched }) : (choice.release ?? guideRelease(facts))
  const first = guideTemplate(facts)
  const template = first?.kind === 'template' ? first : undefined
  const www = guideJail(facts)
  const firstTag = first?.tag ?? freeName(TEMPLATE_NAMES, facts)
  const wwwTag = www?.tag ?? freeName(JAIL_NAMES, { ...facts, jails: [...jails, ...reserved(firstTag, first)] })

  const create = (tag: string, ...from: string[]) =>
    shellLine(today ? ['iocage', 'create', '-n', tag, ...from] : ['iocage', 'create', `tag=${tag}`, ...from])
  const set = (property: string, tag: string) =>
    shellLine(today ? ['iocage', 'set', '--', property, tag] : ['iocage', 'set', property, tag])
  const run = (verb: string, tag: string) => shellLine(today ? ['iocage', verb, '--', tag] : ['iocage', verb, tag])

  /** Address, host name and start of a jail: what is still missing, and the commands for all of it. */
  const bringUp = (jail: GuideJail | undefined, tag: string, wanted: string) => {
    const given = jail?.ip4[0]
    const address = given ?? addressFor(wanted, facts)
    const changes: GuideChange[] = []
    if (jail !== undefined) {
      if (given === undefined && address !== undefined)
        changes.push({
          verb: 'jail.set',
          input: { id: jail.id, property: 'ip4_addr', value: addressProperty(address) },
        })
      if (jail.hostHostname !== tag)
        changes.push({ verb: 'jail.set', input: { id: jail.id, property: 'host_hostname', value: tag } })
      if (jail.state === 'down') changes.push({ verb: 'jail.start', input: { id: jail.id } })
    }
    return {
      changes,
      missing:
        jail !== undefined && address === undefined
          ? 'This host has no interface with room for an address.'
          : undefined,
      commands: [
        set(`ip4_addr=${address === undefined ? `igb0|${wanted}/${PREFIX}` : addressProperty(address)}`, tag),
        set(`host_hostname=${tag}`, tag),
        run('start', tag),
      ],
    }
  }
  const firstUp = bringUp(first?.kind === 'jail' ? first : undefined, firstTag, TEMPLATE_ADDRESS)
  const wwwUp = bringUp(www, wwwTag, JAIL_ADDRESS)
  const newJail = (tag: string, source: { kind: 'release' | 'template'; name: string }): GuideChange => ({
    verb: 'jail.create',
    // The name was looked for among those that the service takes.
    input: { jails: [{ tag: JailName.parse(tag), source, ip4: [], boot: false, vnet: false }], start: false },
  })

  const steps: GuideStep[] = [
    {
      id: 'activate',
      title: 'Activate a pool',
      commands: [shellLine(['iocage', 'activate', pool?.name ?? 'tank'])],
      done: active !== undefined,
      because: active === undefined ? undefined : `ZFS pool ${active.name}, ${formatBytes(active.freeBytes)} free`,
      changes: pool === undefined ? [] : [{ verb: 'pool.activate', input: { pool: pool.name } }],
      needs: ['host:configure'],
      blocked: pool === undefined ? 'This host has no ZFS pool. Make one in a terminal with zpool create.' : undefined,
      jobs: { kinds: ['pool.activate'], target: undefined },
    },
    {
      id: 'fetch',
      title: 'Fetch a release',
      commands: [shellLine(['iocage', 'fetch', '-r', release ?? '14.3-RELEASE'])],
      done: fetched.length > 0,
      because: fetched.map(({ name }) => name).join(', ') || undefined,
      changes: release === undefined ? [] : [{ verb: 'release.fetch', input: { release } }],
      needs: ['release:fetch'],
      blocked:
        active === undefined
          ? 'Activate a pool first.'
          : release === undefined
            ? 'The mirror offers no release. Check the host’s network.'
            : undefined,
      jobs: { kinds: ['release.fetch'], target: undefined },
    },
    {
      id: 'create',
      title: 'Create a jail to become the template',
      commands: [create(firstTag, '-r', release ?? '14.3-RELEASE')],
      done: first !== undefined,
      because: first === undefined ? undefined : `made as ${first.tag}`,
      changes:
        release === undefined || first !== undefined ? [] : [newJail(firstTag, { kind: 'release', name: release })],
      needs: ['jail:create'],
      blocked: fetched.length === 0 ? 'Fetch a release first.' : undefined,
      jobs: { kinds: ['jail.create'], target: firstTag },
    },
    {
      id: 'address',
      title: 'Give it an address and start it',
      commands: firstUp.commands,
      done: first !== undefined && first.ip4.length > 0 && (first.state === 'up' || first.lastStarted !== null),
      because: first?.ip4[0]?.address,
      changes: firstUp.changes,
      needs: ['jail:configure', 'jail:start'],
      blocked: first === undefined ? 'Create the jail first.' : firstUp.missing,
      jobs: { kinds: ['jail.set', 'jail.start'], target: firstTag },
    },
    {
      id: 'console',
      title: 'Set it up in its console',
      commands: [shellLine(['iocage', 'console', firstTag])],
      done: first !== undefined && facts.consoleJailIds.includes(first.id),
      because: undefined,
      changes: [],
      needs: ['jail:console'],
      blocked:
        first === undefined
          ? 'Create the jail first.'
          : first.state === 'up'
            ? undefined
            : `${firstTag} is not running. Start it first.`,
      jobs: { kinds: [], target: firstTag },
    },
    {
      id: 'convert',
      title: 'Stop it and make it a template',
      commands: [run('stop', firstTag), set('template=yes', firstTag)],
      done: template !== undefined,
      because: template === undefined ? undefined : `${template.tag} stands among the templates`,
      changes:
        first === undefined
          ? []
          : [
              ...(first.state === 'up' ? [{ verb: 'jail.stop' as const, input: { id: first.id } }] : []),
              { verb: 'jail.convertToTemplate', input: { id: first.id } },
            ],
      needs: ['jail:stop', 'jail:configure'],
      blocked: first === undefined ? 'Create the jail first.' : undefined,
      jobs: { kinds: ['jail.stop', 'jail.convertToTemplate'], target: firstTag },
    },
    {
      id: 'www',
      title: `Create ${wwwTag} from the template`,
      commands: [create(wwwTag, '-t', firstTag)],
      done: www !== undefined,
      because:
        www === undefined ? undefined : `jail ${www.tag}${www.state === 'up' ? '' : ', down until it is started'}`,
      changes:
        template === undefined || www !== undefined ? [] : [newJail(wwwTag, { kind: 'template', name: template.tag })],
      needs: ['jail:create'],
      blocked: template === undefined ? 'Make the template first.' : undefined,
      jobs: { kinds: ['jail.create'], target: wwwTag },
    },
    {
      id: 'startWww',
      title: 'Give it an address and start it, too',
      commands: wwwUp.commands,
      done: www !== undefined && www.ip4.length > 0 && www.state === 'up',
      because: www?.state === 'up' ? www.ip4[0]?.address : undefined,
      changes: wwwUp.changes,
      needs: ['jail:configure', 'jail:start'],
      blocked: www === undefined ? `Create ${wwwTag} first.` : wwwUp.missing,
      jobs: { kinds: ['jail.set', 'jail.start'], target: wwwTag },
    },
  ]
  const lastDone = steps.findLastIndex(({ done }) => done)
  return steps.map((step, n) => ({ ...step, done: step.done || n < lastDone }))
}

/** The name that the guide is about to give, as a jail among the others. */
const reserved = (tag: string, first: GuideJail | undefined): GuideJail[] =>
  first !== undefined
    ? []
    : [
        {
          id: `iocage:${tag}`,
          driver: 'iocage',
          kind: 'jail',
          tag,
          uuid: null,
          state: 'down',
          ip4: [],
          source: null,
          lastStarted: null,
          hostHostname: tag,
        },
      ]

/** The job that tells how a step stands: a running one, else the latest that ended. */
export function jobOfStep({ jobs: { kinds, target } }: GuideStep, jobs: readonly Job[]): Job | undefined {
  const about = jobs.filter((job) => kinds.includes(job.kind) && (target === undefined || job.target === target))
  return about.find((job) => isActive(job)) ?? about.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
}
