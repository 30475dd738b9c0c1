import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SandboxPaths } from '../state.ts'

/** What can be made to go wrong, and what then happens. */
const FAULTS: Record<string, string> = {
  'mirror-away': 'fetch finds no server',
  'mirror-forged': 'whoever fetches without https gets files of somebody else, and a manifest that fits them',
  'checksum-wrong': 'what fetch downloads is not what the manifest says',
  'disk-full': 'the pool has no room left',
}

/** `fault NAME on|off` and `fault list`. */
export function changeFault(paths: SandboxPaths, [name = 'list', wanted]: readonly string[]): void {
  if (name === 'list') {
    for (const [fault, text] of Object.entries(FAULTS))
      process.stdout.write(
        `${fault.padEnd(16)}${existsSync(path.join(paths.faults, fault)) ? 'on ' : 'off'}  ${text}\n`,
      )
    const others = existsSync(paths.faults)
      ? readdirSync(paths.faults).filter((fault) => FAULTS[fault] === undefined)
      : []
    for (const fault of others) process.stdout.write(`${fault.padEnd(16)}on\n`)
    return
  }
  if (FAULTS[name] === undefined)
    throw new Error(`there is no fault "${name}"; there are ${Object.keys(FAULTS).join(', ')}`)
  if (wanted !== 'on' && wanted !== 'off') throw new Error('usage: fault NAME on|off, or fault list')
  const file = path.join(paths.faults, name)
  mkdirSync(paths.faults, { recursive: true })
  if (wanted === 'on') writeFileSync(file, '')
  else rmSync(file, { force: true })
}
