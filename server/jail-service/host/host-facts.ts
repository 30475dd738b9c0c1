import { readFileSync } from 'node:fs'
import { hostname, release, type } from 'node:os'
import type { Host } from '@/lib/host.ts'
import { type HostAccess, seenPath } from './host-access.ts'

/** Who this host is to the panel. */
export interface HostIdentity {
  /** Stable random id, see readHostId. */
  id: string
  cellblockVersion: string
}

/** Variables of a file in the form of os-release(5): `NAME=value`, quotes optional. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const line of text.split('\n')) {
    const found = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim())
    if (found?.[1] === undefined) continue
    const value = (found[2] ?? '').replace(/^(["'])(.*)\1$/, '$2').replace(/\\(["'$`\\])/g, '$1')
    variables.set(found[1], value)
  }
  return variables
}

/** What the host says about itself in its own files; on a host without them, what the kernel says. */
export function readHostFacts(
  access: HostAccess,
  { id, cellblockVersion }: HostIdentity,
): Pick<Host, 'id' | 'name' | 'platform' | 'sandbox' | 'cellblockVersion'> {
  const said = parseOsRelease(fileText(access, '/etc/os-release'))
  const rcName = /^hostname=["']?([^"'\s]+)/m.exec(fileText(access, '/etc/rc.conf'))?.[1]
  const ownName = fileText(access, '/etc/hostname').trim() || undefined
  return {
    id,
    name: rcName ?? ownName ?? hostname(),
    platform: said.get('PRETTY_NAME') ?? `${type()} ${release()}`,
    sandbox: said.get('VARIANT_ID') === 'sandbox' ? (said.get('VARIANT') ?? 'This is a sandbox, not FreeBSD.') : null,
    cellblockVersion,
  }
}

function fileText(access: HostAccess, file: string): string {
  try {
    return readFileSync(seenPath(access, file), 'utf8').slice(0, 65_536)
  } catch {
    return ''
  }
}
