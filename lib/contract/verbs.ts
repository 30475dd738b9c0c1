import type { z } from 'zod'
import type { Actor } from '../account.ts'
import type { Role } from '../capabilities.ts'
import { roleCan } from '../capabilities.ts'
import { accountVerbs } from './account-verbs.ts'
import { consoleVerbs } from './console-verbs.ts'
import { hostVerbs } from './host-verbs.ts'
import { jailVerbs } from './jail-verbs.ts'
import type { Verb } from './verb.ts'

/** Everything that the panel may ask of the jail service: the one table of verbs. */
export const verbs = { ...jailVerbs, ...hostVerbs, ...accountVerbs, ...consoleVerbs }

export type VerbName = keyof typeof verbs
export type VerbInput<Name extends VerbName> = z.input<(typeof verbs)[Name]['input']>
export type VerbParsedInput<Name extends VerbName> = z.output<(typeof verbs)[Name]['input']>
export type VerbOutput<Name extends VerbName> = z.output<(typeof verbs)[Name]['output']>

type NamesOfKind<Kind extends Verb['kind']> = {
  [Name in VerbName]: (typeof verbs)[Name]['kind'] extends Kind ? Name : never
}[VerbName]
export type ReadVerb = NamesOfKind<'read'>
export type ChangeVerb = NamesOfKind<'change'>

export const verbNames = Object.keys(verbs) as readonly VerbName[]

/** Whether a text names a verb. */
export const isVerbName = (name: string): name is VerbName => Object.hasOwn(verbs, name)

/** Whether a text names a verb that changes nothing. */
export const isReadVerb = (name: string): name is ReadVerb => isVerbName(name) && verbs[name].kind === 'read'

/** The row of a verb, without its own types: for code that treats all verbs alike. */
export const verbNamed = (name: VerbName): Verb => verbs[name] as unknown as Verb

/** Whether a role may call a verb at all. */
export function roleCanCall(role: Role, name: VerbName): boolean {
  const { access } = verbs[name]
  return access === 'anyone' || roleCan(role, access)
}

/** What a session may ask for whose role must have a second factor that it has not shown yet. */
const beforeSecondStep: Record<NonNullable<Actor['secondStep']>, ReadonlySet<VerbName>> = {
  confirm: new Set<VerbName>([
    ...(['account.me', 'account.factors', 'session.logout'] as const),
    ...(['session.confirm', 'session.confirmByOidc'] as const),
  ]),
  // Not for who has one already: whoever found out the password would add another.
  setUp: new Set<VerbName>([
    ...(['account.me', 'account.factors', 'session.logout', 'session.confirm', 'session.confirmByOidc'] as const),
    ...(['totp.begin', 'totp.enable', 'passkey.begin', 'passkey.add'] as const),
  ]),
}

/** Whether a session may call a verb before it has done what its role asks for first. */
export const mayComeBefore = (step: NonNullable<Actor['secondStep']>, name: VerbName): boolean =>
  beforeSecondStep[step].has(name)
