import type { BulkPlan } from '../../jobs/job-plan.ts'
import type { Change, PlannedChange, Planner, PlannerWorld } from '../driver.ts'
import type { IocageState } from './iocage-driver.ts'
import { planConvert } from './plan-convert.ts'
import { planCreate } from './plan-create.ts'
import { planDestroy } from './plan-destroy.ts'
import { planActivate, planFetch } from './plan-host.ts'
import { planSet } from './plan-set.ts'
import { planState } from './plan-state.ts'
import type { Planned } from './plan-tools.ts'

/** The planner of iocage's changes: what would run, what speaks against it, how to tell that it came true. */
export function createIocagePlanner(state: IocageState, world: PlannerWorld): Planner {
  const tools = { state, world }
  return {
    async plan(change) {
      switch (change.verb) {
        case 'jail.start':
        case 'jail.stop':
        case 'jail.restart':
          return single(
            planState(tools, change.verb.slice('jail.'.length) as 'start' | 'stop' | 'restart', change.input),
          )
        case 'jail.set':
          return single(await planSet(tools, change.input))
        case 'jail.convertToTemplate':
          return single(planConvert(tools, change.input, 'template'))
        case 'jail.convertToJail':
          return single(planConvert(tools, change.input, 'jail'))
        case 'jail.destroy':
          return single(await planDestroy(tools, change.input))
        case 'pool.activate':
          return single(planActivate(tools, change.input.pool))
        case 'release.fetch':
          return single(planFetch(tools, change.input.release))
        case 'jail.create':
          return several(await planCreate(tools, change.input), (count) => `Create ${count} jails`)
        case 'jail.bulk':
          return several(planBulk(change), (count) => `${bulkTitles[change.input.action]} ${count} jails`)
      }
    },
  }

  function planBulk({ input: { jails, action } }: Extract<Change, { verb: 'jail.bulk' }>): Planned[] {
    const once = new Map(jails.map((jail) => [jail.id, jail]))
    return [...once.values()].map((jail) => planState(tools, action, jail))
  }
}

const bulkTitles = { start: 'Start', stop: 'Stop', restart: 'Restart' } as const

const single = ({ plan, problems, effects }: Planned): PlannedChange => ({
  plan,
  problems: [problems],
  effects: [effects],
})

/** Several plans as one; a single one needs no parent. */
function several(planned: readonly Planned[], title: (count: number) => string): PlannedChange {
  const [only] = planned
  if (only !== undefined && planned.length === 1) return single(only)
  const plan: BulkPlan = { title: title(planned.length), children: planned.map((one) => one.plan) }
  return { plan, problems: planned.map(({ problems }) => problems), effects: planned.map(({ effects }) => effects) }
}
