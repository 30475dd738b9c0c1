import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { CommandResult } from '../../command-result.ts'
import { startDaemon } from './daemon.ts'

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

function start(argv: readonly string[]) {
  const child = spawn('zfs', argv, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, PATH } })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<CommandResult>((resolve) => {
    child.on('error', (error) => resolve({ status: 127, stdout: '', stderr: `${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, stdout: '', stderr: said }))
  })
  return { child, ended }
}

/** `zfs send ARGV` of zfs-fuse onto `output`. */
export async function fuseSend(argv: readonly string[], output: Writable): Promise<CommandResult> {
  await startDaemon()
  const { child, ended } = start(['send', ...argv])
  child.stdin.end()
  await pipeline(child.stdout, output, { end: false })
  return ended
}

/** `zfs receive ARGV` of zfs-fuse from `input`. */
export async function fuseReceive(argv: readonly string[], input: Readable): Promise<CommandResult> {
  await startDaemon()
  const { child, ended } = start(['receive', ...argv])
  child.stdout.resume()
  // zfs says by itself what was wrong with a stream that it stopped reading.
  await pipeline(input, child.stdin).catch(() => {})
  return ended
}
