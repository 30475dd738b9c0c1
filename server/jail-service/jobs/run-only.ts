import type { HostAccess } from '../host/host-access.ts'
import type { RunCommand } from '../run-command.ts'

/** Runs what jobs name by its short name (`iocage`, as people read it) from its place on the host, and nothing else. */
export function runOnly({ run, commands }: HostAccess): RunCommand {
  const places = new Map<string, string>([
    ...Object.entries(commands),
    ...Object.values(commands).map((place) => [place, place] as const),
    ['/bin/ps', '/bin/ps'], // tells a dead service's command from another process (leftover-process.ts)
  ])
  return ([name = '', ...args], options) => {
    const place = places.get(name)
    if (place === undefined) return Promise.reject(new Error(`jobs do not run ${name}`))
    return run([place, ...args], options)
  }
}
