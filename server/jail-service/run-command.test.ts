import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createRunCommand, OUTPUT_MAX_BYTES } from './run-command.ts'

const run = createRunCommand({ allows: () => true })
const sh = (script: string, options: Partial<Parameters<typeof run>[1]> = {}) =>
  run(['/bin/sh', '-c', script], { timeoutMs: 20_000, ...options })

describe('running a command', () => {
  test('exit code, both streams apart and together', async () => {
    expect(await sh('echo out; sleep 0.05; echo err >&2; exit 7')).toEqual({
      exitCode: 7,
      signal: null,
      cutShort: null,
      stdout: 'out\n',
      stderr: 'err\n',
      output: 'out\nerr\n',
    })
  })
  test('its environment is ours, not the caller’s; no input', async () => {
    process.env.CELLBLOCK_CANARY = 'seen'
    const { stdout } = await sh('cat; env')
    delete process.env.CELLBLOCK_CANARY
    expect(stdout).toContain('PATH=')
    expect(stdout).not.toContain('CANARY')
  })
  test('the folder of commands comes first in PATH', async () => {
    const { stdout } = await createRunCommand({ bin: '/opt/host', allows: () => true })(['/usr/bin/env'], {
      timeoutMs: 5_000,
    })
    expect(stdout).toMatch(/^PATH=\/opt\/host:/m)
  })
  test('a time-out ends it with its children', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'run-command-'))
    const { cutShort } = await sh(`sleep 600 & echo $! > ${folder}/child; wait`, { timeoutMs: 300 })
    expect(cutShort).toBe('timeout')
    const child = readFileSync(path.join(folder, 'child'), 'utf8').trim()
    await vi.waitFor(() => expect(isRunning(child)).toBe(false))
    rmSync(folder, { recursive: true })
  })
  test('a flood is ended and what is kept is bounded', async () => {
    const { cutShort, stdout } = await sh('exec yes')
    expect(cutShort).toBe('too_much_output')
    expect(stdout.length).toBeLessThanOrEqual(OUTPUT_MAX_BYTES)
  })
  test('cancelled by its caller', async () => {
    const abort = new AbortController()
    expect(await sh('exec sleep 600', { signal: abort.signal, onStart: () => abort.abort() })).toMatchObject({
      exitCode: null,
      cutShort: 'cancelled',
    })
  })
  test('a daemon that keeps the pipes open does not hold it', async () => {
    const { exitCode, stdout } = await sh('sleep 5 & echo done')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'done\n' })
  })
  test('a program that is not there is unavailable', async () => {
    await expect(run(['/no/such/iocage'], { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

/** Whether a process runs; a zombie does not. */
const isRunning = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
