import type { Host, Release } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'

/** What the guide looks at: the host as it is. Nothing about the guide is remembered. */
export interface GuideFacts {
  host: Pick<Host, 'pools' | 'driver'>
  jails: readonly Pick<Jail, 'id' | 'kind' | 'tag' | 'state' | 'ip4' | 'source' | 'lastStarted'>[]
  releases: readonly Pick<Release, 'name' | 'fetched' | 'endOfLifePassed'>[]
  /** Ids of jails that a console was opened in. */
  consoleJailIds: readonly string[]
}

export type GuideStepId = 'activate' | 'fetch' | 'create' | 'address' | 'console' | 'convert' | 'www' | 'startWww'

export interface GuideStep {
  id: GuideStepId
  title: string
  /** What one would type, in this host's dialect. */
  commands: readonly string[]
  done: boolean
  /** The truth that ticks it: `ZFS pool tank`. */
  because: string | undefined
}

/** The names and addresses of the primer. */
export const GUIDE_TEMPLATE = { tag: 'template', address: '10.0.1.100', prefix: 24 } as const
export const GUIDE_JAIL = { tag: 'www', address: '10.0.1.2', prefix: 24 } as const

/** The release that the guide proposes: the newest one that is fetched, else the newest that still gets patches. */
export function guideRelease({ releases }: Pick<GuideFacts, 'releases'>): string | undefined {
  const newestFirst = releases.toSorted((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true }))
  return (
    newestFirst.find(({ fetched }) => fetched) ??
    newestFirst.find(({ endOfLifePassed }) => !endOfLifePassed) ??
    newestFirst[0]
  )?.name
}

/** The jail that the guide makes and turns into a template. */
export const guideTemplate = ({ jails }: Pick<GuideFacts, 'jails'>) =>
  jails.find(({ tag, kind }) => tag === GUIDE_TEMPLATE.tag || kind === 'template')

/** The first jail that was made from a template. */
export const guideJail = ({ jails }: Pick<GuideFacts, 'jails'>) =>
  jails.find(({ source, kind }) => kind === 'jail' && source?.kind === 'template')

/**
 * The primer as a checklist, each step ticked by the host's real state, so also when it was done in a terminal.
 * A later step that is true makes the ones it needs true as well: nobody has a template without having had the jail.
 */
export function guideSteps(facts: GuideFacts): GuideStep[] {
  const today = facts.host.driver?.dialect === 'name'
  const release = guideRelease(facts) ?? '14.3-RELEASE'
  const pool = facts.host.pools.find(({ active }) => active) ?? facts.host.pools[0]
  const jail = guideTemplate(facts)
  const template = facts.jails.find(({ kind }) => kind === 'template')
  const www = guideJail(facts)
  const network = (address: { address: string; prefix: number }) => `igb0|${address.address}/${address.prefix}`
  const create = (tag: string, from: string) =>
    today ? `iocage create ${from} -n ${tag}` : `iocage create tag=${tag} ${from}`
  const set = (property: string, tag: string) => `iocage set ${property} ${tag}`

  const steps: GuideStep[] = [
    {
      id: 'activate',
      title: 'Activate a pool',
      commands: [`iocage activate ${pool?.name ?? 'tank'}`],
      done: pool?.active === true,
      because: pool?.active === true ? `ZFS pool ${pool.name}` : undefined,
    },
    {
      id: 'fetch',
      title: 'Fetch a release',
      commands: [`iocage fetch -r ${release}`],
      done: facts.releases.some(({ fetched }) => fetched),
      because:
        facts.releases
          .filter(({ fetched }) => fetched)
          .map(({ name }) => name)
          .join(', ') || undefined,
    },
    {
      id: 'create',
      title: 'Create a jail to become the template',
      commands: [create(GUIDE_TEMPLATE.tag, `-r ${release}`)],
      done: jail !== undefined,
      because: jail === undefined ? undefined : `jail ${jail.tag}`,
    },
    {
      id: 'address',
      title: 'Give it an address and start it',
      commands: [
        set(`ip4_addr='${network(GUIDE_TEMPLATE)}'`, GUIDE_TEMPLATE.tag),
        set(`host_hostname=${GUIDE_TEMPLATE.tag}`, GUIDE_TEMPLATE.tag),
        `iocage start ${GUIDE_TEMPLATE.tag}`,
      ],
      done: jail !== undefined && jail.ip4.length > 0 && (jail.state === 'up' || jail.lastStarted !== null),
      because: jail?.ip4[0]?.address,
    },
    {
      id: 'console',
      title: 'Set it up in its console',
      commands: [`iocage console ${GUIDE_TEMPLATE.tag}`],
      done: jail !== undefined && facts.consoleJailIds.includes(jail.id),
      because: undefined,
    },
    {
      id: 'convert',
      title: 'Stop it and make it a template',
      commands: [`iocage stop ${GUIDE_TEMPLATE.tag}`, set('template=yes', GUIDE_TEMPLATE.tag)],
      done: template !== undefined,
      because: template === undefined ? undefined : `template ${template.tag}`,
    },
    {
      id: 'www',
      title: `Create ${GUIDE_JAIL.tag} from the template`,
      commands: [create(GUIDE_JAIL.tag, `-t ${GUIDE_TEMPLATE.tag}`)],
      done: www !== undefined,
      because: www === undefined ? undefined : `jail ${www.tag}, down until it is started`,
    },
    {
      id: 'startWww',
      title: 'Give it an address and start it, too',
      commands: [set(`ip4_addr='${network(GUIDE_JAIL)}'`, GUIDE_JAIL.tag), `iocage start ${GUIDE_JAIL.tag}`],
      done: www !== undefined && www.ip4.length > 0 && www.state === 'up',
      because: www?.state === 'up' ? www.ip4[0]?.address : undefined,
    },
  ]
  const lastDone = steps.findLastIndex(({ done }) => done)
  return steps.map((step, n) => ({ ...step, done: step.done || n < lastDone }))
}
