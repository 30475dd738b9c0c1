import { traceback } from '../errors.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { readJails, setting, type Jail } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { repr } from '../python.ts'

/**
 * Whether a word means every jail. 1.13 looks whether the word *contains* ALL: `stop SMALL` stops everything, and
 * since people meet that on real hosts it is the same here.
 */
export function meansAll(iocage: Iocage, word: string): boolean {
  return iocage.dialect === '1.13' ? word.includes('ALL') : word === 'ALL'
}

/** All jails and templates by their priority; one whose priority is no number ends the command before any jail. */
export function jailsByPriority(iocage: Iocage, order: 'ascending' | 'descending', onlyBoot = false): Jail[] {
  const jails = readJails(iocage)
    .filter((jail) => jail.corrupt === undefined)
    .map((jail) => ({ jail, priority: priorityOf(jail) }))
    .filter(({ jail }) => !onlyBoot || ['on', '1', 'yes', 'true'].includes(setting(jail, 'boot')))
    .toSorted((a, b) => a.priority - b.priority || compareNames(a.jail.tag, b.jail.tag))
    .map(({ jail }) => jail)
  return order === 'ascending' ? jails : jails.toReversed()
}

function priorityOf(jail: Jail): number {
  const text = setting(jail, 'priority')
  if (!/^\s*[+-]?\d+\s*$/.test(text))
    throw traceback('ValueError', `invalid literal for int() with base 10: ${repr(text)}`)
  return Number(text)
}
