import { z } from 'zod'
import { Dataset } from '../host.ts'
import { Jail, JailAddress, JailId, JailSource } from '../jail.ts'
import { JailName, NEW_JAILS_MAX } from '../jail-name.ts'
import { Argv, Job } from '../job.ts'
import { change, read } from './verb.ts'

/** Properties that the panel sets today; the values are checked by `jailPropertyProblem`. */
export const SettableProperty = z.enum(
  ['ip4_addr', 'host_hostname', 'boot', 'notes'],
  'Only ip4_addr, host_hostname, boot and notes can be set here.',
)
export type SettableProperty = z.infer<typeof SettableProperty>

export const JailDetail = z.object({
  jail: Jail,
  /** All properties with the value that is in force, sorted by name. */
  properties: z.array(z.object({ name: z.string(), value: z.string(), isDefault: z.boolean() })),
  datasets: z.array(Dataset),
  /** Templates: the jails made from it. */
  children: z.array(JailId),
})
export type JailDetail = z.infer<typeof JailDetail>

export const NewJail = z.strictObject({
  tag: JailName,
  source: JailSource,
  /** Empty: no address. */
  ip4: z.array(JailAddress),
  hostHostname: z.string().max(255).optional(),
  boot: z.boolean(),
  vnet: z.boolean(),
  notes: z.string().max(1_000).optional(),
})
export type NewJail = z.infer<typeof NewJail>

export const CreateJails = z.strictObject({ jails: z.array(NewJail).min(1).max(NEW_JAILS_MAX), start: z.boolean() })
export type CreateJails = z.infer<typeof CreateJails>

/** How every verb names a jail. `guid`: the dataset of the one that was shown (`Jail.guid`); another of its id is left alone. */
const One = z.strictObject({
  id: JailId,
  guid: z
    .string()
    .regex(/^\d{1,20}$/, 'A guid is a number.')
    .optional(),
})
const text =
  (verb: string) =>
  ({ id }: { id: string }) => ({ target: id, text: `${verb} ${id}` })

/** What would run: for the review page, for *show the command*, and checks made before. */
export const Preview = z.object({
  /** One group a jail (or one for the host): the commands in order. */
  groups: z.array(
    z.object({
      label: z.string(),
      commands: z.array(Argv),
      /** Why it would be refused, in sentences; empty: it may run. */
      problems: z.array(z.string()),
      /** What else happens, in sentences: what a destroy takes along, what is not copied from a template. */
      effects: z.array(z.string()),
    }),
  ),
})
export type Preview = z.infer<typeof Preview>

export const jailVerbs = {
  'jail.detail': read('jail:read', One, JailDetail),
  'jail.start': change('jail:start', One, Job, text('start'), 'start'),
  'jail.stop': change('jail:stop', One, Job, text('stop'), 'stop'),
  'jail.restart': change('jail:stop', One, Job, text('restart'), 'restart'),
  'jail.create': change('jail:create', CreateJails, Job, ({ jails, start }) => ({
    target: jails.map(({ tag }) => tag).join(', '),
    text: `create ${jails.map(({ tag, source }) => `${tag} from ${source.kind} ${source.name}`).join(', ')}${start ? ' and start' : ''}`,
  })),
  'jail.set': change(
    'jail:configure',
    One.extend({ property: SettableProperty, value: z.string().max(1_000) }),
    Job,
    ({ id, property, value }) => ({ target: id, text: `set ${property}=${value} on ${id}` }),
    'configure',
  ),
  'jail.convertToTemplate': change('jail:configure', One, Job, text('convert to template'), 'convertToTemplate'),
  'jail.convertToJail': change('jail:configure', One, Job, text('convert to jail'), 'convertToJail'),
  'jail.destroy': change(
    'jail:destroy',
    /** `confirm` is the jail's tag, typed by the user. */
    One.extend({ confirm: z.string() }),
    Job,
    text('destroy'),
    'destroy',
  ),
  /** Several jails at once: one job each under one parent; jails in the wrong state are refused by name. */
  'jail.bulk': change(
    'jail:stop',
    z.strictObject({ jails: z.array(One).min(1).max(500), action: z.enum(['start', 'stop', 'restart']) }),
    Job,
    ({ jails, action }) => ({ target: jails.map(({ id }) => id).join(', '), text: `${action} ${jails.length} jails` }),
  ),
  /** What a change would run, without running it. `verb` is a change verb, `input` its input. */
  'change.preview': read('jail:read', z.strictObject({ verb: z.string(), input: z.unknown() }), Preview),
}
