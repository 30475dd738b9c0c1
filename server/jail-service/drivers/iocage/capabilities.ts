import { readFileSync } from 'node:fs'
import type { Host } from '@/lib/host.ts'
import type { HostAccess } from '../../host/host-access.ts'
import { seenPath } from '../../host/host-access.ts'
import type { Dialect } from './dialect.ts'

/** What this iocage can do beyond the rest: null where it can, else the reason for a disabled button. */
export function iocageCapabilities(
  dialect: Dialect,
  access: HostAccess,
  unusable: string | null,
): Host['capabilities'] {
  return {
    canFetch: unusable,
    canActivatePool: unusable,
    canSnapshot: unusable,
    canRename: unusable,
    canClone:
      unusable ?? (dialect === 'uuid-tag' ? 'This iocage has no clone; make a template and jails from it.' : null),
    canVnet: unusable ?? vnetReason(access),
  }
}

/** FreeBSD's kernels have VIMAGE built in from 12.0 on; a host says what it is in os-release(5). */
function vnetReason(access: HostAccess): string | null {
  let text: string
  try {
    text = readFileSync(seenPath(access, '/etc/os-release'), 'utf8')
  } catch {
    return null
  }
  const version = /^VERSION_ID="?(\d+)/m.exec(text)?.[1]
  return version !== undefined && Number(version) < 12
    ? `This kernel (FreeBSD ${version}) has no VIMAGE unless it was compiled in; vnet needs it.`
    : null
}
