import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLine, descendants, isRunning } from './faults/test-processes.ts'
import { createTestSandbox, type TestSandbox } from './host/test-sandbox.ts'
import { startTestService, type TestService } from './test-service.ts'

/** The small process that runs commands which only read: never missed for long, and never left behind. */
let sandbox: TestSandbox
let service: TestService

beforeAll(async () => {
  sandbox = createTestSandbox('1.13')
  await sandbox.run('iocage', 'activate', 'tank')
  await sandbox.run('iocage', 'fetch', '-r', '14.3-RELEASE')
  await sandbox.run('iocage', 'create', '-n', 'web', '-r', '14.3-RELEASE')
  service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})

const readers = () => descendants(service.pid).filter((pid) => commandLine(pid).includes('command-reader.mjs'))

test('the service itself starts nothing to see what runs', async () => {
  const [reader = 0] = readers()
  const stream = await service.events('viewer')
  const children = new Set<string>()
  const watch = setInterval(() => {
    for (const pid of descendants(service.pid).filter((one) => one !== reader && !descendants(reader).includes(one)))
      children.add(commandLine(pid))
  }, 5)
  await sandbox.run('iocage', 'start', 'web')
  await stream.next('jail.changed', ({ jail }) => jail.tag === 'web' && jail.state === 'up')
  await sandbox.run('iocage', 'stop', 'web')
  await stream.next('jail.changed', ({ jail }) => jail.tag === 'web' && jail.state === 'down')
  clearInterval(watch)
  stream.close()
  expect(readers()).toEqual([reader])
  // What had just ended has no command line any more.
  expect([...children].filter(Boolean)).toEqual([])
})

test('killed, it is started again, and what runs is seen as before', async () => {
  const [reader = 0, ...more] = readers()
  expect(more).toEqual([])
  const stream = await service.events('viewer')
  process.kill(reader, 'SIGKILL')
  await sandbox.run('iocage', 'start', 'web')
  await stream.next('jail.changed', ({ jail }) => jail.tag === 'web' && jail.state === 'up')
  const { host } = await service.must('host.snapshot', {}, { as: 'viewer' })
  expect(host.problems).toEqual([])
  expect(readers()).toHaveLength(1)
  expect(readers()).not.toContain(reader)
  stream.close()
})

test('asked to end, as by Ctrl-C in a terminal that reaches all, it stays until the service ends', async () => {
  const [reader = 0] = readers()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(reader, signal)
  const stream = await service.events('viewer')
  await sandbox.run('iocage', 'stop', 'web')
  await stream.next('jail.changed', ({ jail }) => jail.tag === 'web' && jail.state === 'down')
  stream.close()
  expect(readers()).toEqual([reader])
})

test.each(['SIGTERM', 'SIGKILL'] as const)('ends with the service, at %s', async (signal) => {
  const [reader = 0] = readers()
  expect(isRunning(reader)).toBe(true)
  await service.stop(signal)
  await expect.poll(() => isRunning(reader)).toBe(false)
  await service.startAgain()
})
