import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { storageContext } from '../storage/context.ts'

/** A jail that runs. Its file in STATE/run/jails, named by its JID, is also what jls and jexec read. */
export interface RunningJail {
  jid: number
  /** Its name in the kernel: `ioc-www`. */
  name: string
  /** The jail's first process, as the sandbox host numbers it, and when that began (clock ticks since the machine's start). */
  pid: number
  startTime: string
  /** jail(8)'s parameters, flags as `1` and `0`; names with a leading dot are the sandbox's own. */
  parameters: Record<string, string>
}

const folder = () => path.join(storageContext().paths.run, 'jails')

const encoded = (text: string, special: RegExp) =>
  text.replace(special, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

const decoded = (text: string) =>
  text.replace(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))

/** Every jail that runs, by JID. Those whose first process is gone are none any more, whatever their file says. */
export function listJails(): RunningJail[] {
  let names: string[]
  try {
    names = readdirSync(folder())
  } catch {
    return []
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readJail(path.join(folder(), name)) ?? [])
    .filter((jail) => startTimeOf(jail.pid) === jail.startTime)
    .sort((left, right) => left.jid - right.jid)
}

/** The running jail of that name or JID. */
export function findJail(nameOrJid: string | number): RunningJail | undefined {
  const word = String(nameOrJid)
  return listJails().find((jail) => (/^\d+$/.test(word) ? jail.jid === Number(word) : jail.name === word))
}

function readJail(file: string): RunningJail | undefined {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return undefined
  }
  const parameters: Record<string, string> = {}
  let pid = 0
  let startTime = ''
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (word === 'pid') pid = Number(rest)
    else if (word === 'start') startTime = rest
    else if (word === 'param') {
      const blank = rest.indexOf(' ')
      parameters[decoded(rest.slice(0, blank))] = decoded(rest.slice(blank + 1))
    }
  }
  const { jid, name } = parameters
  return jid === undefined || name === undefined ? undefined : { jid: Number(jid), name, pid, startTime, parameters }
}

/** Writes what a jail that is being made will be; the helper completes it with its process. Answers both paths. */
export function draftJail(jid: number, parameters: Record<string, string>): [draft: string, file: string] {
  // One name for all: one is made at a time, and what a killed command left is overwritten.
  const draft = path.join(folder(), 'draft.new')
  writeFileSync(draft, parameterLines(parameters))
  return [draft, path.join(folder(), String(jid))]
}

/** Keeps a changed jail's state, whole or not at all. */
export function writeJail({ jid, pid, startTime, parameters }: RunningJail): void {
  const file = path.join(folder(), String(jid))
  writeFileSync(`${file}.tmp`, `pid ${pid}\nstart ${startTime}\n${parameterLines(parameters)}`)
  renameSync(`${file}.tmp`, file)
}

const parameterLines = (parameters: Record<string, string>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `param ${encoded(name, /[% \n]/g)} ${encoded(value, /[%\n]/g)}\n`)
    .join('')

/** Start of a process in clock ticks since the machine's; `` when it is gone, or a zombie. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

/** The next JID: never one that was used since the host's start. Only under the jails' lock. */
export function takeJid(): number {
  const file = path.join(storageContext().paths.run, 'next-jid')
  let next = 1
  try {
    next = Number(readFileSync(file, 'utf8')) || 1
  } catch {
    // The first since the host's start.
  }
  writeFileSync(`${file}.tmp`, String(next + 1))
  renameSync(`${file}.tmp`, file)
  return next
}
