import { PanelError } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { RunChange } from '../jails/run-change.ts'
import type { HostAccess } from './host-access.ts'
import { proposeAddresses } from './propose-addresses.ts'
import { CommandUnusable } from './read-command.ts'
import { readNetwork } from './read-network.ts'
import { readStorage } from './read-storage.ts'

type HostVerb =
  | 'host.snapshot'
  | 'host.storage'
  | 'host.network'
  | 'host.proposeAddress'
  | 'pool.activate'
  | 'release.fetch'

interface HostHandlerDeps {
  access: HostAccess
  inventory: Inventory
  events: EventHub
  /** Jobs that a page should know from the start: waiting, running, ended a moment ago. */
  recentJobs: () => Job[]
  runChange: RunChange
}

/** A host's command that cannot be read is a part that is down, not a fault of the service. */
export async function readOrUnavailable<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof CommandUnusable)
      throw new PanelError('unavailable', `${what} cannot be read: ${cause.message}.`, {
        hint: 'Try again; if it stays so, run the command in a terminal of the host.',
        cause,
      })
    throw cause
  }
}

/** The verbs about the host as a whole. */
export function createHostHandlers(deps: HostHandlerDeps): HandlersOf<HostVerb> {
  const { access, inventory, events, recentJobs, runChange } = deps
  return {
    // Nothing waits between reading the number and the rest: events with a higher one continue this exactly.
    'host.snapshot': async () => ({
      epoch: events.epoch,
      seq: events.seq,
      ...inventory.snapshot(),
      jobs: recentJobs(),
    }),
    'host.storage': async () => {
      const datasets = await readOrUnavailable('The datasets', () => readStorage(access, inventory))
      return { pools: inventory.snapshot().host.pools, datasets, readAt: new Date().toISOString() }
    },
    'host.network': async () => ({
      interfaces: await readOrUnavailable('The interfaces', () => readNetwork(access, inventory)),
      readAt: new Date().toISOString(),
    }),
    'host.proposeAddress': async (asked) =>
      proposeAddresses(
        asked,
        await readOrUnavailable('The interfaces', () => readNetwork(access, inventory)),
        inventory.snapshot().jails,
      ),
    'pool.activate': (input, context) => runChange({ verb: 'pool.activate', input }, context),
    'release.fetch': (input, context) => runChange({ verb: 'release.fetch', input }, context),
  }
}
