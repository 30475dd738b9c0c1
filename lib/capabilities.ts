import type { Jail } from './jail.ts'
import { z } from 'zod'

/** Three roles, each holding all rights of the one before (security.md, section 3: RBAC). */
export const Role = z.enum(['viewer', 'operator', 'admin'])
export type Role = z.infer<typeof Role>

/**
 * The right that a verb asks for. Rows of this table are the whole truth about roles: the service enforces it,
 * the panel shows it as *disabled, because …*.
 */
const rolesHolding = {
  'host:read': ['viewer', 'operator', 'admin'],
  /** Pools, datasets, interfaces: they show all jails. */
  'host:inspect': ['viewer', 'operator', 'admin'],
  'host:configure': ['admin'],
  'jail:read': ['viewer', 'operator', 'admin'],
  'jail:start': ['operator', 'admin'],
  'jail:stop': ['operator', 'admin'],
  'jail:create': ['operator', 'admin'],
  'jail:configure': ['admin'],
  'jail:destroy': ['admin'],
  'jail:console': ['admin'],
  'jail:files': ['admin'],
  'recording:read': ['admin'],
  'recording:manage': ['admin'],
  'release:fetch': ['admin'],
  'job:read': ['viewer', 'operator', 'admin'],
  'job:cancel': ['operator', 'admin'],
  'audit:read': ['admin'],
  'user:manage': ['admin'],
  'account:own': ['viewer', 'operator', 'admin'],
  'account:secure': ['viewer', 'operator', 'admin'],
} as const satisfies Record<string, readonly Role[]>

export type Capability = keyof typeof rolesHolding
export const CAPABILITIES = Object.keys(rolesHolding) as readonly Capability[]

/** Whether a role holds a right. */
export function roleCan(role: Role, capability: Capability): boolean {
  return (rolesHolding[capability] as readonly Role[]).includes(role)
}

const doing: Record<Capability, string> = {
  'host:read': 'look at the host',
  'host:inspect': 'look at storage and network',
  'host:configure': 'configure the host',
  'jail:read': 'look at jails',
  'jail:start': 'start jails',
  'jail:stop': 'stop jails',
  'jail:create': 'create jails',
  'jail:configure': 'change properties of jails',
  'jail:destroy': 'destroy jails',
  'jail:console': 'open consoles',
  'jail:files': 'move files to and from jails',
  'recording:read': 'see recordings',
  'recording:manage': 'decide what is recorded',
  'release:fetch': 'fetch releases',
  'job:read': 'look at jobs',
  'job:cancel': 'cancel jobs',
  'audit:read': 'read the audit log',
  'user:manage': 'manage users',
  'account:own': 'manage their own account',
  'account:secure': 'change how they log in',
}

/** Who it is about: a role, narrowed where an admin wanted it so. */
export interface Holder {
  role: Role
  jailLimits?: readonly (readonly string[])[] | undefined
  consoles?: boolean | undefined
  token?: string | undefined
  secondStep?: 'setUp' | 'confirm' | undefined
}

/** Rights over the whole host: not for who is limited to some jails. */
const overHost: ReadonlySet<Capability> = new Set([
  ...(['host:configure', 'host:inspect', 'release:fetch', 'audit:read', 'user:manage'] as const),
  ...(['recording:read', 'recording:manage'] as const),
])
/** Rights that are a person's own: no token has them. */
const personal: ReadonlySet<Capability> = new Set([
  ...(['jail:console', 'jail:files', 'recording:manage', 'user:manage', 'account:secure'] as const),
])

/** Whether someone holds a right at all; over which jails, `isWithin` says (lib/jail-scope.ts). */
export const holderCan = (holder: Holder, capability: Capability): boolean =>
  holderRefusal(holder, capability) === undefined

/** Why someone may not do something, in one sentence that says who can help; undefined when they may. */
export function holderRefusal(holder: Holder, capability: Capability): string | undefined {
  const { role, jailLimits = [], consoles, token, secondStep } = holder
  if (secondStep !== undefined && capability !== 'account:own' && capability !== 'account:secure')
    return secondStepRefusal(secondStep)
  if (token !== undefined && personal.has(capability))
    return `An API token cannot ${doing[capability]}. Log in for that.`
  if (jailLimits.length > 0 && overHost.has(capability))
    return `You are limited to some jails, so you cannot ${doing[capability]}. An admin can change that.`
  if (capability === 'jail:console' && consoles !== undefined)
    return consoles ? undefined : 'You cannot open consoles. An admin can change that.'
  // Whoever may not open a console sends no file as root either.
  if (capability === 'jail:files' && consoles === false) return 'You cannot move files. An admin can change that.'
  return roleRefusal(role, capability)
}

/** Why a session without the second factor that its role must have does nothing else. */
export const secondStepRefusal = (step: 'setUp' | 'confirm'): string =>
  step === 'setUp'
    ? 'Your role must have a second factor. Set one up first.'
    : 'Your role must have a second factor, and this session did not show it yet. Confirm it first.'

/**
 * What loses data or opens the host asks who one is again, when the last proof is older than this, in seconds
 * (security.md, section 3). Only changes ask; a login is a proof, too.
 */
const proofMaxAgeS: Partial<Record<Capability, number>> = {
  'host:configure': 5 * 60,
  'jail:destroy': 5 * 60,
  'user:manage': 5 * 60,
  'account:secure': 5 * 60,
  'recording:manage': 5 * 60,
  // A console is used all day long; a login lasts 12 hours.
  'jail:console': 8 * 60 * 60,
  'jail:files': 8 * 60 * 60,
}

/** How old the last proof of who one is may be for a change with this right, in seconds; undefined: as old as the session. */
export const proofAgeLimitS = (capability: Capability): number | undefined => proofMaxAgeS[capability]

/** Why a role may not do something, in one sentence that says who can help; undefined when it may. */
export function roleRefusal(role: Role, capability: Capability): string | undefined {
  if (roleCan(role, capability)) return undefined
  return `Your role, ${role}, cannot ${doing[capability]}. An admin can give you another role.`
}

/** What can be done to a jail; its state decides (see `jailRefusal`). */
export type JailVerb =
  | 'start'
  | 'stop'
  | 'restart'
  | 'openConsole'
  | 'configure'
  | 'convertToTemplate'
  | 'convertToJail'
  | 'createFrom'
  | 'destroy'

type JailFacts = Pick<Jail, 'state' | 'kind' | 'tag' | 'readOnly' | 'problem'>

/**
 * Why a jail's state does not allow something, in one sentence with the way out; undefined when it does.
 * Shared by the button (disable), the action (refuse) and the service (refuse, authoritatively).
 */
export function jailRefusal(verb: JailVerb, jail: JailFacts): string | undefined {
  const { state, kind, tag, readOnly, problem } = jail
  if (verb === 'openConsole') {
    if (kind === 'template') return `${tag} is a template. Templates do not run.`
    return state === 'up' ? undefined : `${tag} is not running. Start it first.` // jexec(8) needs a running jail
  }
  if (readOnly !== null) return readOnly
  if (state === 'unreadable' && verb !== 'destroy' && verb !== 'stop')
    return problem === null
      ? `The configuration of ${tag} cannot be read. Repair it first.`
      : `${tag} cannot be used as it is: ${problem}`
  switch (verb) {
    case 'start':
      if (kind === 'template') return `${tag} is a template. Convert it back to a jail to start it.`
      return state === 'down' ? undefined : `${tag} is already up.`
    case 'stop':
    case 'restart':
      return state === 'up' ? undefined : `${tag} is not running.`
    case 'convertToTemplate':
      if (kind === 'template') return `${tag} is a template already.`
      return state === 'down' ? undefined : `${tag} is up. Stop it first.`
    case 'convertToJail':
      return kind === 'template' ? undefined : `${tag} is a jail already.`
    case 'createFrom':
      return kind === 'template' ? undefined : `${tag} is not a template.`
    case 'destroy':
      // Deliberate: two clicks to lose data, never one.
      return state === 'up' ? `${tag} is up. Stop it first.` : undefined
    case 'configure':
      return undefined
  }
}
