import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { offeredReleases } from '../../userland/releases.ts'

/** The host's UUID as FreeBSD keeps it in /etc/hostid; made from the host's name where there is none. */
export function hostId(): string {
  try {
    return readFileSync('/etc/hostid', 'utf8').trim()
  } catch {
    const hash = createHash('sha256').update(`cellblock ${hostname()}`).digest('hex')
    return [
      hash.slice(0, 8),
      hash.slice(8, 12),
      `4${hash.slice(13, 16)}`,
      `a${hash.slice(17, 20)}`,
      hash.slice(20, 32),
    ].join('-')
  }
}

/** First half of generated MAC addresses: that of the host's first NIC, marked as locally given. */
export function hostMacPrefix(): string {
  const mac = Object.values(networkInterfaces())
    .flat()
    .find((address) => address !== undefined && !address.internal && address.mac !== '00:00:00:00:00:00')?.mac
  if (mac === undefined) return '02ff60'
  const [first = '02', second = 'ff', third = '60'] = mac.split(':')
  return (((parseInt(first, 16) | 2) & 0xfe).toString(16).padStart(2, '0') + second + third).toLowerCase()
}

/** The FreeBSD release the sandbox host passes for: the newest one on its mirror, so that all of them can run. */
export function hostRelease(): string {
  return offeredReleases()[0]?.version ?? '15.0-RELEASE'
}
