import { test } from 'vitest'
import { createTestSandbox } from './host/test-sandbox.ts'
import { startTestService } from './test-service.ts'

test('figures', async () => {
  const sandbox = createTestSandbox('0.9.7')
  await sandbox.run('iocage', 'activate', 'tank'); console.log((await sandbox.run('iocage', 'fetch', '-r', '14.3-RELEASE')).exitCode)
  await sandbox.run('iocage', 'create', 'tag=www', '-r', '14.3-RELEASE')
  const t = performance.now()
  let service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
  console.log('start ms', performance.now() - t)
  await service.addRoles()
  const as = { as: 'admin' }
  for (const verb of ['account.me', 'host.snapshot', 'job.list', 'audit.list'] as const) {
    const times: number[] = []
    for (let n = 0; n < 300; n += 1) { const b = performance.now(); await service.must(verb, {} as never, as); times.push(performance.now() - b) }
    times.sort((a, b) => a - b); console.log(verb, times[150]?.toFixed(2), times[297]?.toFixed(2))
  }
  const stream = await service.events('admin')
  const id = (await service.must('host.snapshot', {}, as)).jails[0]!.id
  for (let n = 0; n < 5; n += 1) {
    stream.seen.length = 0
    const b = performance.now()
    await service.must('jail.start', { id }, as); const answered = performance.now() - b
    await stream.next('jail.changed', ({ jail }) => jail.state === 'up'); const up = performance.now() - b
    await stream.next('job.changed', ({ job }) => job.state === 'succeeded'); const done = performance.now() - b
    stream.seen.length = 0
    await service.must('jail.stop', { id }, as)
    await stream.next('job.changed', ({ job }) => job.endedAt !== null)
    const c = performance.now(); await sandbox.run('iocage', 'start', 'www'); const alone = performance.now() - c
    await sandbox.run('iocage', 'stop', 'www')
    await stream.next('jail.changed', ({ jail }) => jail.state === 'down')
    console.log({ answered: Math.round(answered), up: Math.round(up), done: Math.round(done), alone: Math.round(alone) })
  }
  // chaos: kill -9 at growing delays after a create+start
  for (let n = 0; n < 14; n += 1) {
    const tag = `c${String.fromCharCode(97 + n)}x`
    await service.must('jail.create', { jails: [{ tag, source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }], start: true }, as)
    await new Promise((r) => setTimeout(r, n * 45))
    await service.stop('SIGKILL')
    const b = performance.now(); await service.startAgain(); const ms = Math.round(performance.now() - b)
    await new Promise((r) => setTimeout(r, 1500))
    const snapshot = await service.must('host.snapshot', {}, as)
    const jail = snapshot.jails.find((one) => one.tag === tag)
    const table = (await sandbox.run('iocage', 'list', '-H')).output.split('\n').filter((l) => l.includes(tag))
    const job = (await service.must('job.list', {}, as)).jobs[0]!
    console.log(n * 45, ms, job.state, jail?.state, jail?.problem, JSON.stringify(table), job.endedAt !== null)
    const again = await service.call('jail.create', { jails: [{ tag, source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }], start: true }, as)
    console.log('   again', again.ok ? again.value.state : again.error.message)
  }
  console.log(await service.must('audit.verify', {}, as), service.log.slice(-3000))
  await service[Symbol.asyncDispose](); await sandbox[Symbol.asyncDispose]()
}, 280_000)
