import type { Preview } from '@/lib/contract/jail-verbs.ts'
import { isVerbName, verbs } from '@/lib/contract/verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Change, PlannedVerb, Planner } from '../drivers/driver.ts'
import { invalidInput } from '../invalid-input.ts'

const planned: ReadonlySet<string> = new Set<PlannedVerb>([
  'jail.start',
  'jail.stop',
  'jail.restart',
  'jail.create',
  'jail.set',
  'jail.convertToTemplate',
  'jail.convertToJail',
  'jail.destroy',
  'jail.bulk',
  'pool.activate',
  'release.fetch',
])

/** What a change would run, from the same plans that run: nothing is changed. Throws `invalid_input`, `not_found`. */
export async function previewChange(planner: Planner, verb: string, input: unknown): Promise<Preview> {
  if (!isVerbName(verb) || !planned.has(verb))
    throw new PanelError('invalid_input', `There are no commands to show for ${verb.slice(0, 60)}.`)
  const parsed = verbs[verb].input.safeParse(input)
  if (!parsed.success) throw invalidInput(parsed.error)
  // The schema of exactly this verb accepted the input, which TypeScript cannot follow over a union.
  const { plan, problems, effects } = await planner.plan({ verb, input: parsed.data } as Change)
  const plans = 'children' in plan ? plan.children : [plan]
  return {
    groups: plans.map(({ title, steps }, n) => ({
      label: title,
      commands: steps.map(({ argv }) => argv),
      problems: [...(problems[n] ?? [])],
      effects: [...(effects[n] ?? [])],
    })),
  }
}
