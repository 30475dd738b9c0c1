import { resolveBelow } from './below-root.ts'

/** What iocage writes or reads as root below a jail's root when it starts it (contract, trap 16). */
const TOUCHED = [
  'bin',
  'dev',
  'dev/log',
  'etc',
  'etc/hosts',
  'etc/localtime',
  'etc/rc.conf',
  'etc/resolv.conf',
  'var',
  'var/run',
]

/**
 * Why a jail must not be started, in one sentence: a link below its root would lead iocage, which works as root, to a
 * file of the host. Undefined when nothing of that kind is there. The jail must be down, so nothing inside can swap it.
 */
export function startRefusal(tag: string, root: string): string | undefined {
  for (const inside of TOUCHED) {
    const resolved = resolveBelow(root, inside)
    if (resolved.kind === 'leaves')
      return `${tag} is not started: ${resolved.at} in the jail is a link that leads out of it, and iocage would write to the host's file there. Replace the link by a file.`
  }
  return undefined
}
