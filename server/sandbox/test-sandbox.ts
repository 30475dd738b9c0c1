import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { CommandResult } from './command-result.ts'
import { sandboxPaths, type Dialect, type SandboxPaths } from './state.ts'

const LAUNCHER = fileURLToPath(new URL('sandbox.mjs', import.meta.url))

/** Whether this machine can make pools of real ZFS. */
export const hasZfsFuse = ['/usr/sbin/zfs-fuse', '/sbin/zfs-fuse'].some((file) => existsSync(file))

/** A sandbox of a test's own, removed with everything in it at the end of the block. */
export interface TestSandbox extends AsyncDisposable {
  paths: SandboxPaths
  /** Runs one of the sandbox's commands from the machine, standard input empty unless given. */
  run: (words: readonly string[], options?: { input?: string; env?: Record<string, string> }) => Promise<CommandResult>
  /** The same, but throws when it fails; what it printed. */
  must: (...words: string[]) => Promise<string>
  /** Runs a script with `sh` on the sandbox host, as typed there. */
  shell: (script: string) => Promise<CommandResult>
  /** Starts a command and lets it run. */
  start: (words: readonly string[], env?: Record<string, string>) => ChildProcess
  /** `fault NAME on|off` of the launcher. */
  fault: (name: string, state: 'on' | 'off') => Promise<void>
}

/** The process that is the sandbox host, by the machine's numbers. */
export const hostPid = (sandbox: TestSandbox) =>
  Number(readFileSync(path.join(sandbox.paths.run, 'host'), 'utf8').split(' ')[0])

/** kill -9 of the host, as a crash of it; resolves when it is gone: a command that comes before dies with it. */
export async function killHost(sandbox: TestSandbox): Promise<void> {
  const pid = hostPid(sandbox)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => existsSync(`/proc/${pid}/root/etc`)).toBe(false)
}

/**
 * Makes a new sandbox in a temporary folder; its mirror is as fast as the disk unless a test slows it. `baseOf`: state of
 * the sandbox whose base of releases it takes.
 */
export async function testSandbox(
  dialect: Dialect,
  storage = process.env['CELLBLOCK_STORAGE'] ?? 'folders',
  baseOf = process.env['CELLBLOCK_BASE_OF'],
): Promise<TestSandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-iocage-'))
  const state = path.join(folder, 'state')
  const paths = sandboxPaths(state)
  const base: NodeJS.ProcessEnv = {
    ...process.env,
    CELLBLOCK_SANDBOX: state,
    CELLBLOCK_IOCAGE: dialect,
    CELLBLOCK_STORAGE: storage,
    CELLBLOCK_BASE_OF: baseOf,
    CELLBLOCK_MIRROR_RATE: '0',
  }
  const launch = async (...words: string[]) => {
    const result = await collect(process.execPath, [LAUNCHER, ...words], base)
    if (result.status !== 0) throw new Error(`sandbox ${words.join(' ')} failed: ${result.stderr}`)
    return result.stdout
  }
  await launch('bin')
  const run: TestSandbox['run'] = ([command = '', ...argv], options = {}) =>
    collect(path.join(paths.bin, command), argv, { ...base, ...options.env }, options.input)
  return {
    paths,
    run,
    must: async (...words) => {
      const { status, stdout, stderr } = await run(words)
      if (status !== 0) throw new Error(`${words.join(' ')} answered ${status}: ${stdout}${stderr}`)
      return stdout
    },
    shell: (script) => run(['../lib/cb', 'run', '--', 'sh', '-c', script]),
    start: ([command = '', ...argv], env = {}) =>
      spawn(path.join(paths.bin, command), argv, { env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }),
    fault: async (name, wanted) => void (await launch('fault', name, wanted)),
    [Symbol.asyncDispose]: async () => {
      await launch('reset')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function collect(
  file: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  input?: string,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      argv,
      { env, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        const signal = error?.signal ?? null
        const failed = typeof error?.code === 'number' ? error.code : 1
        const status = error === null ? 0 : signal === null ? failed : 128 + constants.signals[signal]
        resolve({ status, stdout, stderr })
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? '')
  })
}

/** Waits for a command started with `start`: its exit code (128 and more after a signal) and what it printed. */
export function ended(child: ChildProcess): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ status: code ?? 128, stdout, stderr })))
}

/** Resolves when the command has printed something that matches. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer) => {
      text += chunk.toString()
      if (pattern.test(text)) resolve(text)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.on('close', () => reject(new Error(`ended without ${String(pattern)}: ${text}`)))
  })
}
