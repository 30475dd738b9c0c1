import type { Driver, Planner } from '../drivers/driver.ts'
import { createIocageDriver } from '../drivers/iocage/iocage-driver.ts'
import type { EventHub } from '../events/event-hub.ts'
import { createInventory, type Inventory } from '../inventory/inventory.ts'
import { createJailHandlers } from '../jails/jail-handlers.ts'
import { createRunChange } from '../jails/run-change.ts'
import type { JobEngine } from '../jobs/job-engine.ts'
import type { HostAccess } from './host-access.ts'
import type { HostIdentity } from './host-facts.ts'
import { createHostHandlers } from './host-handlers.ts'
import { createPlannerWorld } from './planner-world.ts'

/** The half of the service that knows the host and nothing of accounts (design, section 7). */
export interface HostHalf {
  driver: Driver
  inventory: Inventory
  planner: Planner
}

interface HostHalfDeps {
  access: HostAccess
  events: EventHub
  identity: HostIdentity
}

/** Inventory, driver and planner of a host. Nothing is read before `inventory.start()`. */
export function createHostHalf({ access, events, identity }: HostHalfDeps): HostHalf {
  const driver = createIocageDriver(access)
  const inventory = createInventory({ access, driver, events, identity })
  return { driver, inventory, planner: driver.planner(createPlannerWorld(access, inventory)) }
}

/** The verbs about the host and its jails, over that half and the job engine. */
export function createHostHalfHandlers(
  { driver, inventory, planner }: HostHalf,
  { access, events, jobs }: { access: HostAccess; events: EventHub; jobs: JobEngine },
) {
  const runChange = createRunChange(planner, jobs)
  return {
    ...createHostHandlers({ access, inventory, events, recentJobs: () => jobs.recent(), runChange }),
    ...createJailHandlers({ access, inventory, driver, planner, runChange }),
  }
}
