import { readdirSync, readFileSync } from 'node:fs'
import { setting, type Jail } from '../model/jail.ts'

/** Rule sets that a FreeBSD host has before any jail runs. */
const OF_THE_HOST = ['1', '2', '3', '4', '5']

/** The rule set a starting jail gets, and how the start line explains it; undefined where the asked one is missing. */
export function chooseRuleset(jail: Jail): { number: string; origin: string } | undefined {
  const asked = setting(jail, 'devfs_ruleset')
  if (!OF_THE_HOST.includes(asked)) return undefined
  const used = rulesetsInUse()
  let number = Number(setting(jail, 'min_dyn_devfs_ruleset')) || 1000
  while (used.has(String(number))) number++
  // 4 stands for the set that iocage itself puts together.
  const origin = asked === '4' ? 'iocage generated default' : `cloned from devfs_ruleset ${asked}`
  return { number: String(number), origin }
}

/** The rule set that a running jail was started with; undefined when its jail.conf is gone. */
export function rulesetOf(confPath: string): string | undefined {
  try {
    return /devfs_ruleset = "(\d+)"/.exec(readFileSync(confPath, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

function rulesetsInUse(): Set<string> {
  const files = readdirSync('/var/run').filter((name) => /^jail\.ioc-.*\.conf$/.test(name))
  return new Set(files.flatMap((name) => rulesetOf(`/var/run/${name}`) ?? []))
}
