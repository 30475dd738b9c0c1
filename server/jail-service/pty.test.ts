import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pty, PtyExit } from './pty.ts'
import { buildPtyLauncher, spawnPty } from './pty.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-pty-'))
let launcher = ''

const compile = ([file, ...args]: [string, ...string[]]) =>
  new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    execFile(file, args, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : 1, output: stdout + stderr }),
    )
  })

beforeAll(async () => {
  launcher = await buildPtyLauncher(folder, compile)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { PATH: '/usr/bin:/bin', HOME: '/', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' }

/** A program in a pty with all of its output and its end. */
function run(argv: string[], onChunk?: (pty: Pty, all: Buffer) => void) {
  const chunks: Buffer[] = []
  let pty!: Pty
  const ended = new Promise<{ exit: PtyExit; output: Buffer }>((resolve) => {
    pty = spawnPty(
      { argv, env, cols: 80, rows: 24, launcher },
      {
        onData(chunk) {
          chunks.push(Buffer.from(chunk))
          onChunk?.(pty, Buffer.concat(chunks))
        },
        onExit: (exit) => resolve({ exit, output: Buffer.concat(chunks) }),
      },
    )
  })
  return { pty, ended }
}

const openDescriptors = () => readdirSync('/proc/self/fd').length

describe('a pty', () => {
  test('gives every byte of 150 short commands', { timeout: 60_000 }, async () => {
    const expected = Array.from({ length: 2_000 }, (_, n) => `${n + 1}\r\n`).join('') + 'END\r\n'
    const before = openDescriptors()
    for (let round = 0; round < 150; round += 1) {
      const { exit, output } = await run(['/bin/sh', '-c', 'seq 1 2000; echo END']).ended
      expect(output.length, `round ${round}`).toBe(expected.length)
      expect(exit).toEqual({ exitCode: 0, signal: null })
    }
    expect(openDescriptors()).toBeLessThanOrEqual(before + 1)
  })

  test('is 8-bit clean both ways', async () => {
    const { pty, ended } = run(
      ['/bin/sh', '-c', 'stty raw -echo; echo go; head -c 4 | od -An -tx1; printf "\\377\\000\\200"'],
      (_, all) => {
        if (all.includes('go') && !sent) {
          sent = true
          pty.write(Uint8Array.of(0xff, 0xfe, 0x80, 0xc3))
        }
      },
    )
    let sent = false
    const { output } = await ended
    expect(output.toString('latin1').replace(/\s+/g, ' ')).toContain('ff fe 80 c3')
    expect([...output.subarray(-3)]).toEqual([0xff, 0x00, 0x80])
  })

  test('hands on the exit code, the signal, and why a program is missing', async () => {
    expect((await run(['/bin/sh', '-c', 'exit 7']).ended).exit).toEqual({ exitCode: 7, signal: null })
    expect((await run(['/bin/sh', '-c', 'kill -9 $$']).ended).exit).toEqual({ exitCode: null, signal: 9 })
    const missing = await run(['/no/such/program']).ended
    expect(missing.exit.exitCode).toBe(127)
    expect(missing.output.toString()).toContain('/no/such/program: No such file or directory')
  })

  test('starts in / with its own environment and only the three descriptors, whatever else is open', async () => {
    const other = run(['/bin/sleep', '60'])
    const leaky = openSync('/', 'r')
    const { output } = await run(['/bin/sh', '-c', 'pwd; env; exec ls -l /proc/self/fd']).ended
    closeSync(leaky)
    other.pty.end()
    await other.ended
    const lines = output.toString().trimEnd().split('\r\n')
    const listing = lines.indexOf('total 0')
    expect(lines[0]).toBe('/')
    expect(
      lines
        .slice(1, listing)
        .map((line) => line.split('=')[0])
        .toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual([...Object.keys(env), 'PWD'].toSorted((a, b) => a.localeCompare(b)))
    // 3 is the folder that ls itself reads.
    expect(lines.slice(listing + 1).map((line) => / (\d+) -> /.exec(line)?.[1])).toEqual(['0', '1', '2', '3'])
  })

  test('stops when paused, goes on when resumed, and loses nothing that was written before the exit', async () => {
    let atPause = 0
    let resumed = false
    const { pty, ended } = run(['/bin/sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x; echo END'], (_, all) => {
      if (atPause === 0 && all.length > 100_000) {
        atPause = all.length
        pty.pause()
        // Longer than the program needs to die if it could write on, and than any timer of the wrapper.
        setTimeout(() => {
          resumed = true
          pty.resume()
        }, 400)
      } else if (atPause > 0) expect(resumed).toBe(true)
    })
    const { output } = await ended
    expect(output.length).toBe(3_000_000 + 'END\r\n'.length)
  })

  test('keeps the tail of a program that ended while paused', async () => {
    const { pty, ended } = run(['/bin/sh', '-c', 'printf start; sleep 0.1; printf 0123456789; exit 3'], (_, all) => {
      if (all.length === 5) {
        pty.pause()
        // The pause itself is what is tested: it outlasts the program and every timer of the wrapper.
        setTimeout(() => pty.resume(), 700)
      }
    })
    const { exit, output } = await ended
    expect(output.toString()).toBe('start0123456789')
    expect(exit.exitCode).toBe(3)
  })

  test('lets the program see its size and each change of it', async () => {
    const { pty, ended } = run(
      ['/bin/sh', '-c', 'stty size; trap "stty size; exit 0" WINCH; echo ready; while :; do sleep 0.05; done'],
      (_, all) => {
        if (all.includes('ready')) pty.resize(132, 43)
      },
    )
    expect((await ended).output.toString()).toMatch(/^24 80\r\nready\r\n43 132\r\n$/)
  })

  test('input that the program does not take waits without being lost', async () => {
    const total = 300_000
    const { pty, ended } = run(
      ['/bin/sh', '-c', `stty raw -echo; echo go; sleep 0.3; head -c ${total} | md5sum`],
      (_, all) => {
        if (all.toString() === 'go\n') {
          pty.write(Buffer.alloc(total, 'a'))
          expect(pty.inputQueuedBytes).toBeGreaterThan(0)
        }
      },
    )
    const { output } = await ended
    expect(output.toString()).toContain(createHash('md5').update('a'.repeat(total)).digest('hex'))
  })

  test('ends a program that ignores HUP', { timeout: 15_000 }, async () => {
    const { pty, ended } = run(['/bin/sh', '-c', 'trap "" HUP; echo up; while :; do sleep 1; done'], (_, all) => {
      if (all.includes('up')) pty.end()
    })
    expect((await ended).exit).toEqual({ exitCode: null, signal: 9 })
  })
})
