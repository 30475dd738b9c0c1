import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ServiceEvent } from '@/lib/events.ts'
import type { Jail } from '@/lib/jail.ts'
import { createEventHub, type EventHub } from '../events/event-hub.ts'
import { allowedCommands } from '../allowed-commands.ts'
import { createRunCommand } from '../run-command.ts'
import { createHostHalf, type HostHalf } from './create-host-half.ts'
import { createHostAccess, hostCommands, type HostAccess } from './host-access.ts'

/** A sandbox host of its own for one test file, as any other program would use it: by its folder of commands. */
export interface TestSandbox extends AsyncDisposable {
  state: string
  bin: string
  /** Where the sandbox host's files are seen. */
  files: string
  /** Runs a command as someone in a terminal would; the exit code and everything printed. */
  run(command: string, ...argv: string[]): Promise<{ exitCode: number; output: string }>
  access(changed?: Partial<HostAccess['commands']>): HostAccess
  /** Makes something of the sandbox fail for real, or no longer. */
  fault(name: 'mirror-away' | 'mirror-forged' | 'checksum-wrong' | 'disk-full', on: boolean): void
}

const repository = path.resolve(import.meta.dirname, '../../..')

/** Makes a new sandbox in a folder of its own, in a dialect of iocage. */
export function createTestSandbox(dialect: '0.9.7' | '1.13'): TestSandbox {
  const state = path.join(mkdtempSync(path.join(tmpdir(), 'cellblock-host-')), 'sandbox')
  // In a terminal a release comes at once; what the service fetches, at the pace of a mirror.
  const inTerminal = { ...process.env, CELLBLOCK_MIRROR_RATE: '0' }
  const env = { ...process.env, CELLBLOCK_SANDBOX: state, CELLBLOCK_IOCAGE: dialect }
  const program = (...argv: string[]) =>
    execFileSync(process.execPath, [path.join(repository, 'server/sandbox/sandbox.mjs'), ...argv], {
      env,
      encoding: 'utf8',
    })
  const bin = program('bin').trim()
  const files = path.join(state, 'host')
  return {
    state,
    bin,
    files,
    run: (command, ...argv) =>
      new Promise((resolve) => {
        execFile(path.join(bin, command), argv, { encoding: 'utf8', env: inTerminal }, (error, stdout, stderr) =>
          resolve({
            exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
            output: stdout + stderr,
          }),
        ).stdin?.end()
      }),
    access: (commands = {}) => {
      const allows = allowedCommands(hostCommands({ bin, commands }))
      return createHostAccess({ run: createRunCommand({ bin, allows }), files, bin, commands })
    },
    fault: (name, on) => void program('fault', name, on ? 'on' : 'off'),
    [Symbol.asyncDispose]: () => {
      program('reset')
      rmSync(path.dirname(state), { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

/** The host half of the service over a host, looking, with its events kept. */
export interface TestHost extends HostHalf, Disposable {
  events: EventHub
  seen: { event: ServiceEvent; at: number }[]
  /** Milliseconds until an event came, of those after the call; throws after `timeoutMs`. */
  next(matches: (event: ServiceEvent) => boolean, timeoutMs?: number): Promise<{ event: ServiceEvent; at: number }>
  jail(tag: string): Jail
}

/** Starts the host half of the service. */
export async function startTestHost(access: HostAccess): Promise<TestHost> {
  const events = createEventHub('test-host')
  const seen: TestHost['seen'] = []
  events.subscribe((event) => seen.push({ event, at: performance.now() }))
  const half = createHostHalf({ access, events, identity: { id: 'test-host', cellblockVersion: '0' } })
  await half.inventory.start()
  return {
    ...half,
    events,
    seen,
    next(matches, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          stop()
          reject(new Error(`No such event within ${timeoutMs} ms; last: ${JSON.stringify(seen.slice(-5))}`))
        }, timeoutMs)
        const stop = events.subscribe((event) => {
          if (!matches(event)) return
          clearTimeout(limit)
          stop()
          resolve({ event, at: performance.now() })
        })
      })
    },
    jail(tag) {
      const jail = half.inventory.findByTag(tag)
      if (jail === undefined)
        throw new Error(
          `No jail ${tag}: ${half.inventory
            .snapshot()
            .jails.map((one) => one.tag)
            .join(' ')}`,
        )
      return jail
    },
    [Symbol.dispose]: () => half.inventory.stop(),
  }
}
