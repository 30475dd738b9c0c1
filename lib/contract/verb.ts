import type { z } from 'zod'
import type { Capability, JailVerb } from '../capabilities.ts'

/** Who may call a verb: everyone (the door itself), or a session whose role holds the capability. */
export type Access = 'anyone' | Capability

/**
 * One row of the contract. `read` verbs change nothing and may be called by the browser through the panel;
 * `change` verbs are called by server actions, carry an id made by the caller and are written to the audit.
 */
export interface Verb<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  kind: 'read' | 'change'
  access: Access
  input: Input
  output: Output
  /** State that the jail named by the input's `id` must be in (lib/capabilities.ts, jailRefusal). */
  jailMust?: JailVerb
  /** What the audit says was asked; only for changes. */
  audit?: (input: z.output<Input>) => { target: string; text: string }
}

/** A verb that changes nothing. */
export const read = <I extends z.ZodType, O extends z.ZodType>(access: Access, input: I, output: O) =>
  ({ kind: 'read', access, input, output }) as const satisfies Verb<I, O>

/** A verb that changes something; always audited. */
export const change = <I extends z.ZodType, O extends z.ZodType>(
  access: Access,
  input: I,
  output: O,
  audit: (input: z.output<I>) => { target: string; text: string },
  jailMust?: JailVerb,
) =>
  ({
    kind: 'change',
    access,
    input,
    output,
    audit,
    ...(jailMust === undefined ? {} : { jailMust }),
  }) as const satisfies Verb<I, O>
