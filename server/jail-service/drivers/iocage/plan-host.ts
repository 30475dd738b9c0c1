import { PanelError } from '@/lib/errors.ts'
import { failureText } from './failure-text.ts'
import { fetchProgress } from './fetch-progress.ts'
import { fetchArgv } from './iocage-argv.ts'
import { failed, iocageProblems, LIMIT_MS, type Planned, type PlanTools, step } from './plan-tools.ts'

/** Makes a pool the one where iocage keeps its jails. */
export function planActivate({ state, world }: PlanTools, pool: string): Planned {
  const check = () => {
    const found = state.pools().find(({ name }) => name === pool)
    if (found === undefined)
      return [
        `There is no pool ${pool}. This host has: ${
          state
            .pools()
            .map(({ name }) => name)
            .join(', ') || 'none'
        }.`,
      ]
    if (found.active && state.pool() === pool) return [`${pool} is active already.`]
    if (found.health !== '' && found.health !== 'ONLINE')
      return [`${pool} is ${found.health}; iocage wants it ONLINE. zpool status says what is wrong.`]
    const active = state.pool()
    return active === undefined
      ? []
      : [`${active} is active. Its jails would vanish from the list: deactivate it in a terminal first.`]
  }
  return {
    plan: {
      kind: 'pool.activate',
      title: `Activate ${pool}`,
      jailId: null,
      target: pool,
      locks: ['pool'],
      // Activating only sets a mark; the next command, whichever, makes the datasets (contract, activate). This one
      // prints the active pool.
      steps: [
        ['iocage', 'activate', pool],
        ['iocage', 'get', '-p'],
      ].map((argv) => step(argv, LIMIT_MS.activate)),
      cancellable: false,
      async precheck() {
        await world.refresh()
        const [problem] = check()
        if (problem !== undefined) throw new PanelError('conflict', problem)
      },
      async verify({ exitCode, output }) {
        await world.refresh()
        if (state.pool() === pool) return undefined
        return failureText(output, exitCode, failed(`${pool} is not active.`, 'The output has what iocage said.'))
      },
    },
    problems: [...iocageProblems({ state, world }), ...check()],
    effects: [`iocage keeps releases, templates and jails in ${pool}/iocage from then on.`],
  }
}

/** Downloads and unpacks a release. */
export function planFetch({ state, world }: PlanTools, release: string): Planned {
  const isFetched = () => world.releases().some(({ name, fetched }) => fetched && name === release)
  const check = () => {
    if (state.pool() === undefined) return ['No pool is active yet: activate one under Host first.']
    return isFetched() ? [`${release} is fetched already.`] : []
  }
  return {
    plan: {
      kind: 'release.fetch',
      title: `Fetch ${release}`,
      jailId: null,
      target: release,
      locks: [`release:${release}`],
      steps: [step(fetchArgv(release, state.dialect(), state.mirror), LIMIT_MS.fetch)],
      cancellable: true,
      async precheck() {
        await world.look()
        const [problem] = check()
        if (problem !== undefined) throw new PanelError('conflict', problem)
        // Its files are there long before it is whole (contract, section 7): until the end it does not count.
        state.fetching.add(release)
      },
      async verify({ exitCode, output }) {
        state.fetching.delete(release)
        if (exitCode === 0) state.halfFetched.delete(release)
        await world.refresh()
        if (exitCode === 0 && isFetched()) return undefined
        return failureText(output, exitCode, failed(`${release} was not fetched.`, 'The output has what iocage said.'))
      },
      async cleanUp() {
        state.fetching.delete(release)
        state.halfFetched.add(release)
        await world.refresh()
        return []
      },
      progress: fetchProgress,
    },
    problems: [...iocageProblems({ state, world }), ...check()],
    effects: [],
  }
}
