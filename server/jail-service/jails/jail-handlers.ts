import type { JailDetail } from '@/lib/contract/jail-verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Driver, Planner } from '../drivers/driver.ts'
import type { HandlersOf } from '../handlers.ts'
import type { HostAccess } from '../host/host-access.ts'
import { readOrUnavailable } from '../host/host-handlers.ts'
import { readStorage } from '../host/read-storage.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { previewChange } from './preview-change.ts'
import type { RunChange } from './run-change.ts'

type JailVerbName =
  | 'jail.detail'
  | 'jail.start'
  | 'jail.stop'
  | 'jail.restart'
  | 'jail.create'
  | 'jail.set'
  | 'jail.convertToTemplate'
  | 'jail.convertToJail'
  | 'jail.destroy'
  | 'jail.bulk'
  | 'change.preview'

interface JailHandlerDeps {
  access: HostAccess
  inventory: Inventory
  driver: Driver
  planner: Planner
  runChange: RunChange
}

/** The verbs about jails. Right, schema and the jail's state were checked before, and audited. */
export function createJailHandlers({ access, inventory, driver, planner, runChange }: JailHandlerDeps) {
  async function detail(id: string): Promise<JailDetail> {
    const jail = inventory.find(id)
    if (jail === undefined)
      throw new PanelError('not_found', 'This jail is not on the host.', {
        hint: 'It was destroyed or renamed meanwhile. The table shows what is there.',
      })
    // A zfs that does not answer is among the host's problems; the rest of the page is known without it.
    const datasets = await readStorage(access, inventory).catch(() => [])
    return {
      jail,
      properties: [...driver.properties(id)],
      datasets: datasets.filter(({ jailId }) => jailId === id),
      children: inventory
        .snapshot()
        .jails.filter(
          ({ source }) => jail.kind === 'template' && source?.kind === 'template' && source.name === jail.tag,
        )
        .map((child) => child.id),
    }
  }

  return {
    'jail.detail': ({ id }) => detail(id),
    'jail.start': (input, context) => runChange({ verb: 'jail.start', input }, context),
    'jail.stop': (input, context) => runChange({ verb: 'jail.stop', input }, context),
    'jail.restart': (input, context) => runChange({ verb: 'jail.restart', input }, context),
    'jail.create': (input, context) => runChange({ verb: 'jail.create', input }, context),
    'jail.set': (input, context) => runChange({ verb: 'jail.set', input }, context),
    'jail.convertToTemplate': (input, context) => runChange({ verb: 'jail.convertToTemplate', input }, context),
    'jail.convertToJail': (input, context) => runChange({ verb: 'jail.convertToJail', input }, context),
    'jail.destroy': (input, context) => runChange({ verb: 'jail.destroy', input }, context),
    'jail.bulk': (input, context) => runChange({ verb: 'jail.bulk', input }, context),
    'change.preview': ({ verb, input }) => readOrUnavailable('The host', () => previewChange(planner, verb, input)),
  } satisfies HandlersOf<JailVerbName>
}
