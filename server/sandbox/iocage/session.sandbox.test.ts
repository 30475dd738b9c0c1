import { cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasZfsFuse, testSandbox, type TestSandbox } from '../test-sandbox.ts'
import { openMirror } from '../userland/mirror.ts'
import { normalAnswer } from './captures/normal-answer.ts'
import { readCapture } from './captures/read-capture.ts'

/** Commands that are not typed: what they answered came of how the session was captured. */
const LEFT_OUT: readonly RegExp[] = [
  // Its stand-in for jls answered wrongly, and so the jail stayed.
  /^iocage destroy -f -- -x$/,
  // A folder without ZFS cannot be limited (see README), and says so.
  ...(hasZfsFuse ? [] : [/ quota/]),
]

/** What is typed instead, where the captured machine had something else than ours, or chance a say. */
const TYPED: Record<string, string> = {
  'iocage create -r 14.3-RELEASE': 'iocage create -r 14.3-RELEASE -u dfa7f888-29ea-471f-ae48-d6a085a8d77e',
  'iocage create -r 14.3-RELEASE -s': 'iocage create -r 14.3-RELEASE -n d50f1bd4',
  'iocage create -r 15.0-RELEASE -n nope': 'iocage create -r 16.0-RELEASE -n nope',
}

let sandbox: TestSandbox

beforeAll(async () => {
  sandbox = await testSandbox('1.13', hasZfsFuse ? 'zfs' : 'folders')
  // The captured machine's interface, and its folder of release files.
  await sandbox.must('ifconfig', 'epair', 'create')
  await sandbox.must('ifconfig', 'epair0a', 'name', 'em0')
  process.env['CELLBLOCK_SANDBOX'] = sandbox.paths.state
  await openMirror('14.3-RELEASE')
  const folder = path.join(sandbox.paths.hostRoot, 'rel', '14.3-RELEASE')
  mkdirSync(folder, { recursive: true })
  for (const name of ['MANIFEST', 'base.txz'])
    cpSync(path.join(sandbox.paths.mirror, '14.3-RELEASE', name), path.join(folder, name))
})
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
})

describe('a captured session with 1.13, typed', () => {
  const session = readCapture('session-1.13.txt').filter(
    ({ command }) => !LEFT_OUT.some((pattern) => pattern.test(command)),
  )
  test.each(session.map((captured, index) => ({ ...captured, index })))(
    '$index: $command',
    async ({ command, status, stdout, stderr }) => {
      const isOffline = stderr.includes('ConnectionError')
      if (isOffline) await sandbox.fault('mirror-away', 'on')
      const answer = await sandbox.shell((TYPED[command] ?? command).replaceAll('zroot', 'tank'))
      if (isOffline) await sandbox.fault('mirror-away', 'off')
      expect({
        status: answer.status,
        stdout: normalAnswer(answer.stdout),
        stderr: normalAnswer(answer.stderr),
      }).toEqual({
        status,
        stdout: normalAnswer(stdout),
        stderr: normalAnswer(stderr),
      })
    },
  )
})
