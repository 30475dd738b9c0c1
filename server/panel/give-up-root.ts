import type { PanelOptions } from './options.ts'

const idOf = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)

/**
 * Becomes the panel's own user for good. Called after the port is bound and before a byte is read from it.
 * Throws when we are root and nobody else is named, or when root could be had back.
 */
export function giveUpRoot({ user, group }: Pick<PanelOptions, 'user' | 'group'>): void {
  if (process.getuid?.() !== 0) return
  if (user === undefined || group === undefined)
    throw new Error('the panel faces the network and does not run as root: give --user, and --group if it differs')
  process.setgroups?.([])
  process.setgid?.(idOf(group))
  process.setuid?.(idOf(user))
  if (process.getuid() === 0 || process.geteuid?.() === 0 || process.getegid?.() === 0)
    throw new Error(`--user ${user} is root`)
  let back = true
  try {
    process.setuid?.(0)
  } catch {
    back = false
  }
  if (back) throw new Error('root could be had back')
}
