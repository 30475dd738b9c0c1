import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dialect } from '../state.ts'
import { testSandbox, type TestSandbox } from '../test-sandbox.ts'
import { normalAnswer } from './captures/normal-answer.ts'
import { readCapture } from './captures/read-capture.ts'

describe.each<Dialect>(['0.9.7', '1.13'])('what iocage %s answers, to good input and bad', (dialect) => {
  let sandbox: TestSandbox
  beforeAll(async () => {
    sandbox = await testSandbox(dialect)
    await sandbox.must('iocage', 'activate', 'tank')
    await sandbox.must('iocage', 'fetch', '-r', '14.3-RELEASE')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
  })

  test.each(readCapture(`answers-${dialect}.txt`).map((answer, index) => ({ ...answer, index })))(
    '$index: $command',
    async ({ command, status, stdout, stderr }) => {
      const answer = await sandbox.shell(command)
      expect({
        status: answer.status,
        stdout: normalAnswer(answer.stdout),
        stderr: normalAnswer(answer.stderr),
      }).toEqual({ status, stdout: normalAnswer(stdout), stderr: normalAnswer(stderr) })
    },
  )

  test('nothing half-made is left of what was refused', async () => {
    const datasets = (await sandbox.must('zfs', 'list', '-H', '-o', 'name', '-t', 'all')).trim().split('\n')
    const jails = datasets.filter((name) => /\/jails\/[^/@]+$/.test(name))
    const snapshots = datasets.filter((name) => name.includes('/releases/14.3-RELEASE/root@'))
    expect(datasets.filter((name) => name.includes('/templates/'))).toEqual([])
    // Every jail is a clone of a snapshot of its own, and no snapshot is without its jail.
    expect(new Set(snapshots.map((name) => name.split('@')[1]))).toEqual(
      new Set(jails.map((name) => name.split('/').at(-1))),
    )
    expect(jails).toHaveLength(4)
  })
})
