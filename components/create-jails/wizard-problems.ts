import { z } from 'zod'
import { networkOf, sharedInterfaces } from '@/lib/host-interfaces.ts'
import { jailPropertyProblem } from '@/lib/jail-properties.ts'
import { JailName, parseJailNames, takenNameProblem } from '@/lib/jail-name.ts'
import type { JailSource } from '@/lib/jail.ts'
import { assignAddresses, assignedProblems } from './assign-addresses.ts'
import { chosenSource, takenNames, type WizardWorld } from './wizard-world.ts'
import type { WizardStep, WizardValues } from './wizard-values.ts'

export interface NameCheck {
  name: string
  problem: string | undefined
}

/** Each name that a text stands for, with what is wrong with it. */
export function checkNames(text: string, world: Pick<WizardWorld, 'host' | 'jails'>): NameCheck[] {
  const { names } = parseJailNames(text)
  const taken = takenNames(world)
  return names.map((name, n) => {
    const form = JailName.safeParse(name)
    if (!form.success) return { name, problem: form.error.issues[0]?.message }
    if (names.indexOf(name) < n) return { name, problem: `${name} is in the list twice.` }
    const others = names.filter((other) => other !== name)
    return { name, problem: takenNameProblem(name, { ...taken, tags: [...taken.tags, ...others] }) }
  })
}

/** The addresses of the new jails as they stand in the form, with what they are checked against. */
export function wizardAddresses(values: WizardValues, world: Pick<WizardWorld, 'interfaces' | 'proposal'>) {
  const interfaces = sharedInterfaces(world.interfaces ?? [])
  const nic = interfaces.find(({ name }) => name === values.nic) ?? (values.nic === '' ? interfaces[0] : undefined)
  const found = nic === undefined ? undefined : networkOf(nic)
  const prefix = /^\d{1,2}$/.test(values.mask.trim()) ? Number(values.mask) : Number.NaN
  const inUse = world.proposal?.inUse ?? new Map<string, string>()
  const assigned = assignAddresses({
    tags: parseJailNames(values.names).names,
    typed: values.ip4,
    // A network stack of its own has no proposal that is sure to be right: what it is bridged to, nobody can see.
    first: values.network === 'shared' ? world.proposal?.addresses[0] : undefined,
    prefix: Number.isNaN(prefix) ? 24 : prefix,
    network: values.network === 'shared' ? found : undefined,
    inUse,
  })
  return { nic, network: found, prefix, inUse, assigned }
}

/**
 * The wizard's form against the host as it is now; issues stand at `names`, `source`, `nic`, `mask`, `ip4.TAG`,
 * `hostName`, `domain`, `notes`. The service checks the same again, and more, in the review and before it acts.
 */
const wizardSchema = (world: WizardWorld) =>
  z.custom<WizardValues>().superRefine((values, context) => {
    const say = (path: string[], message: string | undefined) => {
      if (message !== undefined) context.addIssue({ code: 'custom', path, message })
    }
    const { names, problem } = parseJailNames(values.names)
    say(['names'], problem ?? (names.length === 0 ? 'Give the jail a name.' : undefined))
    for (const check of checkNames(values.names, world)) say(['names'], check.problem)
    say(['source'], sourceProblem(chosenSource(values, world), world))

    const { nic, network, prefix, inUse, assigned } = wizardAddresses(values, world)
    if (values.network !== 'none') {
      if (values.network === 'vnet') say(['network'], world.host.capabilities.canVnet ?? undefined)
      if (!(prefix >= 1 && prefix <= 32))
        say(['mask'], `The mask is a number from 1 to 32, not “${values.mask}”. 24 is usual.`)
      else {
        if (values.network === 'shared' && world.interfaces !== undefined && nic === undefined)
          say(
            ['nic'],
            values.nic === ''
              ? 'This host has no interface for a shared address.'
              : `This host has no interface ${values.nic}.`,
          )
        const checkedIn = values.network === 'shared' ? network : undefined
        const found = assignedProblems(assigned, {
          prefix,
          network: checkedIn,
          inUse,
          required: values.network === 'shared',
        })
        for (const [tag, message] of found) say(['ip4', tag], message)
      }
    }
    for (const name of names)
      say(
        [names.length === 1 ? 'hostName' : 'domain'],
        jailPropertyProblem('host_hostname', hostNameOf(name, names, values)),
      )
    if (values.notes !== '') say(['notes'], jailPropertyProblem('notes', values.notes))
    if (values.notes.length > NOTES_MAX) say(['notes'], `Notes have at most ${NOTES_MAX} characters.`)
  })

/** Longest notes, in characters; the contract's own limit. */
export const NOTES_MAX = 1_000

/** What is wrong with the form now, by path (`ip4.web01`): the first sentence of each. */
export function wizardProblems(values: WizardValues, world: WizardWorld): Map<string, string> {
  const problems = new Map<string, string>()
  for (const { path, message } of wizardSchema(world).safeParse(values).error?.issues ?? []) {
    const key = path.join('.')
    if (!problems.has(key)) problems.set(key, message)
  }
  return problems
}

const fieldsOf: Record<WizardStep, readonly string[]> = {
  name: ['names'],
  source: ['source'],
  network: ['network', 'nic', 'mask', 'ip4'],
  options: ['hostName', 'domain', 'notes'],
  review: [],
}

/** The problems that a step's own fields have. */
export const problemsOfStep = (step: WizardStep, problems: ReadonlyMap<string, string>): string[] =>
  [...problems.keys()].filter((path) => fieldsOf[step].includes(path.split('.')[0] ?? ''))

/** The host name that a new jail gets: what was typed for one, the tag with the domain for several. */
export function hostNameOf(tag: string, tags: readonly string[], { hostName, domain }: WizardValues): string {
  // RFC 1123 has no underscore; iocage makes the same of it.
  const label = tag.replaceAll('_', '-').replace(/-+$/, '')
  if (tags.length === 1) return hostName.trim() === '' ? label : hostName.trim()
  return domain.trim() === '' ? label : `${label}.${domain.trim().replace(/^\./, '')}`
}

function sourceProblem(source: JailSource | undefined, world: WizardWorld): string | undefined {
  if (!world.host.pools.some(({ active }) => active)) return 'No pool is active yet: activate one first.'
  if (source === undefined) return 'Choose what the files of the jail come from.'
  if (source.kind === 'release')
    return world.releases.some(({ name, fetched }) => fetched && name === source.name)
      ? undefined
      : `${source.name} is not fetched on this host.`
  if (source.kind === 'template') {
    const template = world.jails.find(({ kind, tag }) => kind === 'template' && tag === source.name)
    if (template === undefined) return `There is no template ${source.name}.`
    return template.state === 'unreadable' ? `The configuration of template ${source.name} cannot be read.` : undefined
  }
  return undefined
}
