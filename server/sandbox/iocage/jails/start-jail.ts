import type { Iocage } from '../model/iocage-root.ts'
import type { Jail } from '../model/jail.ts'

/** Starts a jail the way the dialect does. */
export async function startJail(iocage: Iocage, jail: Jail): Promise<void> {
  if (iocage.dialect === '0.9.7') await (await import('./start-by-uuid.ts')).startByUuid(iocage, jail)
  else await (await import('./start-by-name.ts')).startByName(iocage, jail)
}

/** Stops a jail the way the dialect does. */
export async function stopJail(iocage: Iocage, jail: Jail, options: { force?: boolean } = {}): Promise<void> {
  if (iocage.dialect === '0.9.7') await (await import('./stop-by-uuid.ts')).stopByUuid(iocage, jail)
  else await (await import('./stop-by-name.ts')).stopByName(iocage, jail, options)
}
