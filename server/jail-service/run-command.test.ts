import { describe, expect, test } from 'vitest'
import { createLineSplitter, runCommand } from './run-command.ts'

const lines = (...pieces: string[]) => {
  const seen: [string, boolean][] = []
  const splitter = createLineSplitter((text, redraw) => seen.push([text, redraw]))
  for (const piece of pieces) splitter.push(piece)
  splitter.end()
  return seen
}

describe('lines of output', () => {
  test('line feeds, cut anywhere', () => {
    expect(lines('a\nb', 'c\n', 'd')).toEqual([['a', false], ['bc', false], ['d', false]])
  })
  test('a progress bar replaces itself', () => {
    expect(lines('\u001B[2K \r10%\r', '\u001B[2K \r20%\r', '\u001B[2K \r100% \r\ndone\n')).toEqual([
      ['10%', false],
      ['20%', true],
      ['100%', true],
      ['done', false],
    ])
  })
  test('colours and other sequences are not text', () => {
    expect(lines('\u001B[31mred\u001B[0m\u001B]0;title\u0007\n')).toEqual([['red', false]])
  })
})

describe('running a command', () => {
  test('exit code and both streams, apart', async () => {
    const end = await runCommand('/bin/sh', ['-c', 'echo out; echo err >&2; exit 7'], { timeoutMs: 5_000 })
    expect(end).toMatchObject({ exitCode: 7, stdout: 'out\n', stderr: 'err\n', timedOut: false })
  })
  test('its environment is ours, not the caller’s; no input', async () => {
    process.env.CELLBLOCK_CANARY = 'seen'
    const end = await runCommand('/bin/sh', ['-c', 'cat; env'], { timeoutMs: 5_000 })
    delete process.env.CELLBLOCK_CANARY
    expect(end.stdout).not.toContain('CELLBLOCK_CANARY')
    expect(end.stdout).toContain('PATH=')
  })
  test('a time-out ends it with its children', async () => {
    const end = await runCommand('/bin/sh', ['-c', 'sleep 600 & sleep 600'], { timeoutMs: 200 })
    expect(end).toMatchObject({ exitCode: null, timedOut: true })
  })
  test('a flood is cut and ended', async () => {
    const end = await runCommand('/bin/sh', ['-c', 'exec yes'], { timeoutMs: 60_000 })
    expect(end.flooded).toBe(true)
    expect(end.stdout.length).toBeLessThanOrEqual(8 * 1024 * 1024)
  })
  test('cancelled by its caller', async () => {
    const abort = new AbortController()
    const running = runCommand('/bin/sleep', ['600'], { timeoutMs: 60_000, signal: abort.signal, onStart: () => abort.abort() })
    expect(await running).toMatchObject({ exitCode: null, cancelled: true, timedOut: false })
  })
  test('a program that is not there rejects', async () => {
    await expect(runCommand('/no/such/iocage', [], { timeoutMs: 1_000 })).rejects.toThrow(/ENOENT/)
  })
})
