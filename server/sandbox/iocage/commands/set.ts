import path from 'node:path'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { setProperty } from '../jails/set-property.ts'
import { writeConfig } from '../model/config-file.ts'
import { findJail } from '../model/find-jail.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { readDefaults } from '../model/jail.ts'
import { checkProperty } from '../validate.ts'

/** Sets properties of a jail; 0.9.7 takes one, 1.13 any number, one after the other until one is refused. */
export const run: CommandRun = async (iocage, parsed, spec) => {
  const words = [...parsed.args]
  if (iocage.dialect === '0.9.7') return await setOne(iocage, words, spec.usage)
  // The last word without a `=` behind at least one property is the jail.
  if (words.length < 2) throw new IocageError('You must specify a jail!')
  const word = words.pop() ?? ''
  for (const assignment of words)
    if (!assignment.includes('=')) throw new IocageError(`${assignment} is missing a value!`)
  if (word === 'default') {
    for (const assignment of words) setDefault(iocage, ...split(assignment))
    return
  }
  const jail = findJail(iocage, word)
  for (const assignment of words) await setProperty(iocage, jail, ...split(assignment))
}

async function setOne(iocage: Iocage, words: readonly string[], usage: string): Promise<number> {
  const [assignment, word, ...more] = words
  if (assignment === undefined || word === undefined || more.length > 0) {
    const mistake =
      word === undefined
        ? `Missing argument "${assignment === undefined ? 'prop' : 'jail'}".`
        : `Got unexpected extra argument${more.length > 1 ? 's' : ''} (${more.join(' ')})`
    iocage.out.rawError(`Usage: iocage set [OPTIONS] ${usage}\n\nError: ${mistake}\n`)
    return 2
  }
  const jail = findJail(iocage, word)
  if (!assignment.includes('=')) throw new IocageError(`${assignment} is missing a value!`)
  await setProperty(iocage, jail, ...split(assignment))
  return 0
}

function split(assignment: string): [string, string] {
  const at = assignment.indexOf('=')
  return [assignment.slice(0, at), assignment.slice(at + 1)]
}

function setDefault(iocage: Iocage, key: string, value: string): void {
  const defaults = readDefaults(iocage)
  if (!(key in defaults)) throw new IocageError(`${key} is not a valid property for default!`)
  const { stored } = checkProperty('1.13', key, value, defaults, { forDefaults: true })
  writeConfig(path.join(iocage.root, 'defaults.json'), { ...defaults, [key]: stored })
  iocage.out.info(`Default Property: ${key} has been updated to ${value}`)
}
