import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cookieIn, type RunningPanel, startPanel, TEST_PASSWORD } from '../e2e/start-panel.ts'
import { closeChromium } from './chromium.ts'
import type { Figure } from './figure.ts'
import { endAll } from './processes.ts'
import { cockpitServer } from './terminals/cockpit.ts'
import { type OwnServer, ownServer } from './terminals/cellblock.ts'
import { plainServer } from './terminals/plain.ts'
import type { TerminalServer } from './terminals/terminal.ts'
import { wettyServer } from './terminals/wetty.ts'

/** One thing that is measured, in its own file. */
export interface Measurement {
  /** What `--only` calls it. */
  name: string
  /** In one line, for --help. */
  about: string
  /** Needs Chromium; run by --browser only. */
  browser?: boolean
  run: (bench: Bench) => Promise<Figure[]>
}

/** All that measurements work with: our own parts as they are built, and those that they are compared with. */
export interface Bench {
  quick: boolean
  panel: RunningPanel
  jailId: string
  /** Runs a command line in the jail and waits for its end. */
  inJail: (command: string) => void
  own: OwnServer
  plain: TerminalServer
  /** All that could be had, the plain server first. */
  peers: TerminalServer[]
  /** The rest, with the reason. */
  absent: { name: string; reason: string }[]
  /** What the service wrote to its log. */
  serviceLog: () => string
  /** Has the service collect its garbage; answers how much its JavaScript then has in use, in bytes. */
  collectGarbage: () => Promise<number>
  say: (text: string) => void
  stop: () => Promise<void>
}

const JAIL = 'bench'
/** Consoles are opened by several in turn: what one user changes in a minute is limited. */
const ADMINS = 8

/** Starts a sandbox with one jail, service, panel and peers. */
export async function startBench(options: { quick: boolean; say: (text: string) => void }): Promise<Bench> {
  const { quick, say } = options
  const folder = mkdtempSync(path.join(tmpdir(), 'cb-bench-'))
  let log = ''
  let panel: RunningPanel | undefined
  let starting: Promise<RunningPanel> | undefined
  const servers: TerminalServer[] = []
  const stop = async () => {
    await closeChromium()
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await endAll()
    // Asked to end while it starts: what is half there can only be ended when it is.
    panel ??= await starting?.catch(() => undefined)
    starting = undefined
    await panel?.stop()
    panel = undefined
    rmSync(folder, { recursive: true, force: true })
  }
  stopNow = stop
  say('starting sandbox, service and panel')
  starting = startPanel({
    serviceArgs: ['--consoles', '2000', '--user-consoles', '2000'],
    serviceNodeArgs: ['--require', path.join(import.meta.dirname, 'collect-garbage.cjs')],
    onServiceLog: (text) => (log += text),
  })
  panel = await starting
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
  panel.host('iocage', 'create', '-r', '11.0-RELEASE', `tag=${JAIL}`, `host_hostname=${JAIL}`)
  panel.host('iocage', 'start', JAIL)
  const uuid = panel.host('iocage', 'get', 'host_hostuuid', JAIL).trim()
  const jailId = `iocage:${uuid}`
  const cookie = await panel.login('admin')
  const { socket, origin } = panel
  const { service: servicePid, panel: panelPid } = panel.pids()
  const cookies = [cookie]
  while (cookies.length < ADMINS) {
    const user = { userName: `admin${cookies.length}`, password: TEST_PASSWORD }
    await panel.call('user.create', { ...user, role: 'admin' }, cookie)
    cookies.push(cookieIn((await panel.call('session.login', user)).setCookie))
  }
  const own = ownServer({ socket, origin, cookies, jailId, servicePid, panelPid })

  // Peers run the very command that a console of ours runs, through a program that takes no arguments.
  const first = await own.open()
  const argv = first.ready?.argv ?? []
  await first.close()
  const shell = path.join(folder, 'shell')
  const words = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  writeFileSync(shell, `#!/bin/sh\nexport TERM=xterm-256color LANG=C.UTF-8 LC_ALL=C.UTF-8\nexec ${words}\n`)
  chmodSync(shell, 0o755)

  say('starting the peers')
  const plain = await plainServer(folder, [shell])
  servers.push(plain)
  const absent: Bench['absent'] = []
  for (const [name, begin] of [
    ['wetty', () => wettyServer(shell)],
    ['Cockpit', () => cockpitServer([shell])],
  ] as const) {
    const peer = await begin().catch((error: unknown) => ({ reason: String(error) }))
    if ('reason' in peer) absent.push({ name, reason: peer.reason })
    else servers.push(peer)
  }
  absent.push({ name: 'ttyd', reason: 'no package of it in npm or in this Debian' })

  return {
    ...{ quick, panel, jailId, own, plain, absent, say, stop },
    peers: [...servers],
    serviceLog: () => log,
    inJail: (command) => void panel?.host('jexec', `ioc-${uuid}`, 'sh', '-c', command),
    async collectGarbage() {
      // Twice: what finalisers free goes with the second.
      for (let round = 0; round < 2; round += 1) {
        process.kill(servicePid, 'SIGUSR2')
        await new Promise((resolve) => setTimeout(resolve, 1_000))
      }
      return Number([...log.matchAll(/^memory in use: (\d+)$/gm)].at(-1)?.[1] ?? Number.NaN)
    },
  }
}

let stopNow: () => Promise<void> = () => Promise.resolve()

/** Ends what `startBench` began, also when it is not done yet. */
export const stopBench = (): Promise<void> => stopNow()
