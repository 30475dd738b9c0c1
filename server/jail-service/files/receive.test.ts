import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { RECEIVE } from './jail-files.ts'

test('a file that is given up leaves nothing, however often its end is asked for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'receive-'))
  for (let round = 0; round < 200; round += 1) {
    const receiving = spawn('/bin/sh', ['-c', RECEIVE, 'sh', path.join(folder, 'file'), '1000', 'no'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    const { pid = 0 } = receiving
    receiving.stdin.write('its beginning')
    await expect.poll(() => readdirSync(folder), { interval: 1 }).toEqual([`file.part.${pid}`])
    const ended = once(receiving, 'close')
    receiving.stdin.destroy()
    process.kill(-pid, 'SIGTERM')
    // Signals all along its cleaning up, which takes some milliseconds. Until its end is awaited nobody else has its number.
    for (let more = 0; more < 60; more += 1) {
      for (const at = performance.now(); performance.now() - at < 0.05;);
      process.kill(pid, 'SIGTERM')
    }
    expect(await ended).toEqual([75, null])
    expect(readdirSync(folder), `round ${round}`).toEqual([])
  }
  rmSync(folder, { recursive: true })
})
