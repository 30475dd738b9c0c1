import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { COLS_MAX, ROWS_MAX } from '@/lib/console-protocol.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Result } from '@/lib/result.ts'
import { attach, CALM } from './attach.ts'
import { callService } from './service-call.ts'

const USAGE = `Usage: console [options] TAG

Attaches this terminal to a console of a jail: the same that the panel shows, and it goes on when you leave.
Ctrl-] leaves it. Without --new it is your latest living console in the jail.

  --new               open another console
  --user NAME         as this user of the jail
  --run COMMAND       run this in place of a login shell
  --join ID           join a console of someone else (--list shows them)
  --watch             only look on
  --reason TEXT       why, where consoles are recorded with a reason
  --list              list the consoles there are
  --socket PATH       the jail service's socket
  --session FILE      where the login is kept (default: below ~/.cache/cellblock)
  --logout            forget the login

The exit code is the program's.
`

/** Ctrl-], as telnet(1) has it. */
const LEAVE = 0x1d

function stop(message: string): never {
  process.stderr.write(`console: ${message}\n`)
  process.exit(1)
}

function readOptions() {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...{ new: flag, watch: flag, list: flag, logout: flag, help: flag },
        ...{ user: text, run: text, join: text, reason: text, socket: text, session: text },
      },
    })
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : String(error)}. --help lists the options.`)
  }
}

const { values, positionals } = readOptions()
const socketPath = values.socket ?? process.env.CELLBLOCK_SOCKET ?? '/var/run/cellblock/service.sock'
const sessionFile =
  values.session ??
  path.join(
    process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
    'cellblock',
    `session-${createHash('sha256').update(path.resolve(socketPath)).digest('hex').slice(0, 12)}`,
  )

function readSession(): string | undefined {
  try {
    const cookie = readFileSync(sessionFile, 'utf8').trim()
    return cookie === '' ? undefined : cookie
  } catch {
    return undefined
  }
}

function keepSession(cookie: string): void {
  mkdirSync(path.dirname(sessionFile), { recursive: true, mode: 0o700 })
  writeFileSync(sessionFile, `${cookie}\n`, { mode: 0o600 })
}

/** Asks on the terminal; with `hidden` nothing typed shows. */
function ask(question: string, hidden = false): Promise<string> {
  if (!process.stdin.isTTY) stop('there is no terminal to log in at. Log in at one first, or give --session.')
  return new Promise((resolve) => {
    // readline echoes through its output
    const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr
    const lines = createInterface({ input: process.stdin, output, terminal: true })
    if (hidden) {
      process.stderr.write(question)
      lines.question('', (answer) => {
        process.stderr.write('\n')
        lines.close()
        resolve(answer)
      })
    } else
      lines.question(question, (answer) => {
        lines.close()
        resolve(answer)
      })
  })
}

async function logIn(): Promise<string> {
  const userName = await ask('Panel user: ')
  const password = await ask('Password: ', true)
  const { result, cookie } = await callService(socketPath, 'session.login', { userName, password })
  if (!result.ok) return stop(result.error.message)
  if (cookie === undefined) return stop('the service gave no session.')
  keepSession(cookie)
  return cookie
}

/** A good session: the kept one, or a new login. */
async function openSession(): Promise<string> {
  const kept = readSession()
  if (kept !== undefined) {
    const { result } = await callService(socketPath, 'account.me', {}, kept)
    if (result.ok) return kept
    if (result.error.code !== 'unauthenticated') return stop(result.error.message)
  }
  return logIn()
}

const valueOf = <T>(result: Result<T>): T => (result.ok ? result.value : stop(result.error.message))

async function list(cookie: string): Promise<void> {
  const { consoles } = valueOf((await callService(socketPath, 'console.list', {}, cookie)).result)
  for (const { id, tag, owner, user, command, startedAt, viewers, ended } of consoles)
    if (ended === null)
      process.stdout.write(
        `${[id, tag, owner, command === null ? `${user}'s shell` : command, startedAt, `${viewers} viewers`].join('\t')}\n`,
      )
}

async function findJail(cookie: string, name: string): Promise<Jail> {
  const { jails } = valueOf((await callService(socketPath, 'host.snapshot', {}, cookie)).result)
  const found = jails.find(({ id, tag, uuid }) => tag === name || id === name || uuid === name)
  return found ?? stop(`there is no jail ${name}. There are: ${jails.map(({ tag }) => tag).join(' ')}`)
}

function showConsole(cookie: string, jail: Jail): void {
  const { stdin, stdout, stderr } = process
  const { user, run: command, join, reason } = values
  let left = false
  /** Gives the terminal back to the shell it came from. */
  const giveBack = (words: string) => {
    left = true
    if (stdin.isTTY) {
      stdin.setRawMode(false)
      stdout.write(CALM)
    }
    stderr.write(`\r\n[${words}]\r\n`)
    stdin.destroy()
  }
  const connection = attach(
    {
      ...{ socketPath, cookie },
      wish: { consoleId: join, fresh: values.new, mode: values.watch ? 'watch' : 'input', user, command, reason },
    },
    async (wish) => (await callService(socketPath, 'console.ticket', { id: jail.id, ...wish }, cookie)).result,
    {
      write: (bytes, onWritten) => void stdout.write(bytes, onWritten),
      size: () => ({
        cols: Math.min(COLS_MAX, Math.max(2, stdout.columns ?? 80)),
        rows: Math.min(ROWS_MAX, Math.max(1, stdout.rows ?? 24)),
      }),
      say: (text) => void stderr.write(`\r\n[${text}]\r\n`),
    },
    ({ exitCode, reason: why }) => {
      process.exitCode = exitCode ?? 1
      giveBack(why)
    },
  )
  const leave = () => {
    if (left) return
    connection.dispose()
    giveBack(`left; the console in ${jail.tag} goes on`)
  }
  if (stdin.isTTY) stdin.setRawMode(true)
  stdin.on('data', (bytes: Buffer) => {
    const at = stdin.isTTY ? bytes.indexOf(LEAVE) : -1
    if (at !== 0) connection.type(at < 0 ? bytes : bytes.subarray(0, at))
    if (at >= 0) leave()
  })
  stdin.on('end', leave) // input from a pipe
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  stdout.on('resize', () => connection.paneChanged())
  if (stdin.isTTY) stderr.write(`[${jail.tag}: Ctrl-] leaves, the console goes on]\r\n`)
  void connection.connect()
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(USAGE)
  if (values.logout) {
    const kept = readSession()
    if (kept !== undefined) await callService(socketPath, 'session.logout', {}, kept)
    return keepSession('')
  }
  const [name, ...more] = positionals
  if (!values.list && (name === undefined || more.length > 0)) {
    process.stderr.write(USAGE)
    process.exit(64)
  }
  const cookie = await openSession()
  if (values.list) return list(cookie)
  showConsole(cookie, await findJail(cookie, name ?? ''))
}

await main()
