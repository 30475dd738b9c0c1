import { parseArgs } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import type { VerbInput, VerbName } from '@/lib/contract/verbs.ts'
import { createTestSandbox, type TestSandbox } from '@/server/jail-service/host/test-sandbox.ts'
import { startTestService, type TestService, type TestStream } from '@/server/jail-service/test-service.ts'

/**
 * What the panel's service adds to iocage: `npm run bench:click`. Times are of this machine at this moment and mean
 * little by themselves; the ratios compare what was measured in the same run.
 */
const { values } = parseArgs({
  options: {
    iocage: { type: 'string', default: '0.9.7' },
    calls: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '11' },
    crashes: { type: 'string', default: '14' },
  },
})
const RELEASE = '14.3-RELEASE'
const as = { as: 'admin' }

const say = (...cells: (string | number)[]): void =>
  void process.stdout.write(
    `${cells.map((cell, n) => (n === 0 ? String(cell).padEnd(34) : String(cell).padStart(12))).join('')}\n`,
  )
const at = (times: readonly number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN
const ms = (time: number): string => `${time.toFixed(time < 100 ? 1 : 0)} ms`
const ratio = (time: number, base: number): string => `× ${(time / base).toFixed(2)}`

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < count; n += 1) all.push(await timed(work))
  return all
}

async function verbLatency(service: TestService, id: string): Promise<void> {
  say('\nverb, over the socket', 'p50', 'p99', 'p50 / health')
  const count = Number(values.calls)
  const health = await times(count, () => service.request('GET', '/health'))
  say('(GET /health: no verb at all)', ms(at(health, 0.5)), ms(at(health, 0.99)), ratio(1, 1))
  const verbs: [VerbName, VerbInput<VerbName>][] = [
    ['account.me', {}],
    ['host.snapshot', {}],
    ['jail.detail', { id }],
    ['job.list', {}],
    ['audit.list', {}],
    ['change.preview', { verb: 'jail.start', input: { id } }],
  ]
  for (const [verb, input] of verbs) {
    // This one asks zfs each time, which is a program of its own.
    const all = await times(verb === 'jail.detail' ? Math.ceil(count / 10) : count, () => service.must(verb, input, as))
    say(verb, ms(at(all, 0.5)), ms(at(all, 0.99)), ratio(at(all, 0.5), at(health, 0.5)))
  }
}

async function clicks(sandbox: TestSandbox, service: TestService, stream: TestStream, id: string): Promise<void> {
  const answered: number[] = []
  const rowUp: number[] = []
  const jobDone: number[] = []
  const alone: number[] = []
  const isDown = () => stream.next('jail.changed', ({ jail }) => jail.id === id && jail.state === 'down')
  for (let round = 0; round < Number(values.rounds); round += 1) {
    stream.seen.length = 0
    const begin = performance.now()
    const job = await service.must('jail.start', { id }, as)
    answered.push(performance.now() - begin)
    const up = stream
      .next('jail.changed', ({ jail }) => jail.id === id && jail.state === 'up')
      .then(() => rowUp.push(performance.now() - begin))
    await stream.next('job.changed', ({ job: told }) => told.id === job.id && told.endedAt !== null)
    jobDone.push(performance.now() - begin)
    await up
    stream.seen.length = 0
    await sandbox.run('iocage', 'stop', 'www')
    await isDown()
    alone.push(await timed(() => sandbox.run('iocage', 'start', 'www')))
    await stream.next('jail.changed', ({ jail }) => jail.id === id && jail.state === 'up')
    stream.seen.length = 0
    await sandbox.run('iocage', 'stop', 'www')
    await isDown()
  }
  say('\nclick on start', 'median', 'worst', 'of alone')
  const base = at(alone, 0.5)
  for (const [name, all] of [
    ['iocage start alone', alone],
    ['answered', answered],
    ['row is up', rowUp],
    ['job is done', jobDone],
  ] as const)
    say(name, ms(at(all, 0.5)), ms(Math.max(...all)), ratio(at(all, 0.5), base))
}

/** kill -9 of the service at growing times after a create-and-start was asked for. */
async function crashes(sandbox: TestSandbox, service: TestService): Promise<void> {
  say('\nkill -9 in the middle of a create', 'job', 'row', 'second try', 'started in')
  for (let n = 0; n < Number(values.crashes); n += 1) {
    const tag = `c${String.fromCharCode(97 + (n % 26))}${n}x`
    const input = {
      jails: [{ tag, source: { kind: 'release' as const, name: RELEASE }, ip4: [], boot: false, vnet: false }],
      start: true,
    }
    const job = await service.must('jail.create', input, as)
    await delay(n * 60)
    await service.stop('SIGKILL')
    const startMs = await timed(() => service.startAgain())
    const stream = await service.events('admin')
    const { state } = (await service.must('job.detail', { id: job.id }, as)).job
    const again = await service.call('jail.create', input, as)
    const second = again.ok
      ? (
          await stream.next(
            'job.changed',
            ({ job: told }) => told.id === again.value.id && told.endedAt !== null,
            60_000,
          )
        ).job
      : undefined
    const row = (await service.must('host.snapshot', {}, as)).jails.find((jail) => jail.tag === tag)
    const listed = (await sandbox.run('iocage', 'list', '-H')).output
      .split('\n')
      .find((line) => line.split('\t').includes(tag))
    const isTrue = listed?.split('\t').includes(row?.state ?? '') ?? row === undefined
    say(
      `  after ${n * 60} ms`,
      state,
      `${row?.state ?? 'none'}${isTrue ? '' : ' (UNTRUE)'}`,
      second?.state ?? 'is there',
      ms(startMs),
    )
    stream.close()
  }
}

const dialect = values.iocage === '1.13' ? '1.13' : '0.9.7'
await using sandbox = createTestSandbox(dialect)
for (const argv of [
  ['activate', 'tank'],
  ['fetch', '-r', RELEASE],
  dialect === '0.9.7' ? ['create', 'tag=www', '-r', RELEASE] : ['create', '-n', 'www', '-r', RELEASE],
])
  await sandbox.run('iocage', ...argv)
await using service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
await service.addRoles()
const stream = await service.events('admin')
const id = (await service.must('host.snapshot', {}, as)).jails[0]?.id ?? ''
say(`iocage ${dialect} in a sandbox, one jail`)
await verbLatency(service, id)
await clicks(sandbox, service, stream, id)
stream.close()
await crashes(sandbox, service)
