import type { PlannerWorld } from '../drivers/driver.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { HostAccess } from './host-access.ts'
import { readCommand } from './read-command.ts'
import { readNetwork } from './read-network.ts'
import { readStorage } from './read-storage.ts'

/** The host as a driver's planner sees it. */
export function createPlannerWorld(access: HostAccess, inventory: Inventory): PlannerWorld {
  return {
    jails: () => inventory.snapshot().jails,
    releases: () => inventory.snapshot().releases,
    find: (id) => inventory.find(id),
    look: () => inventory.look(),
    refresh: () => inventory.refresh(),
    waitFor: (condition, timeoutMs) => inventory.waitFor(condition, timeoutMs),
    interfaces: () => readNetwork(access, inventory),
    datasets: () => readStorage(access, inventory),
    async guid(dataset) {
      const output = await readCommand(access, 'zfs', ['get', '-H', '-p', '-o', 'value', 'guid', dataset])
      return /^\d+$/.exec(output.trim())?.[0]
    },
  }
}
