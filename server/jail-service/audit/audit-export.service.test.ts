import dgram from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfMadeCertificate } from '../../launch/self-made-certificate.mjs'
import { runService, startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'

const bin = mkdtempSync(path.join(tmpdir(), 'no-host-'))
const empty = path.join(bin, 'empty.pem')
writeFileSync(empty, '', { mode: 0o600 })
const as = { as: 'admin' }
let service: TestService
let receiver: net.Server
let received = ''

beforeAll(async () => {
  receiver = net.createServer((socket) => socket.on('data', (data) => (received += data.toString())))
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const { port } = receiver.address() as net.AddressInfo
  service = await startTestService({ args: ['--syslog', `tcp://127.0.0.1:${port}`] })
  await service.addRoles()
  await service.must('user.invite', { userName: 'ada', role: 'viewer' }, as)
  await service.call('jail.start', { id: 'iocage:www' }, { as: 'viewer' })
  await service.call(
    'jail.bulk',
    { jails: [{ id: 'iocage:www' }, { id: 'iocage:www2' }], action: 'stop' },
    { as: 'viewer' },
  )
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  receiver.close()
  rmSync(bin, { recursive: true })
})

describe('looking for rows', () => {
  const find = async (filter: object) => (await service.must('audit.list', filter, as)).rows

  test('by who, by what, and by the jail, exactly', async () => {
    expect((await find({ actor: 'viewer', verb: 'jail.start' })).map(({ target }) => target)).toEqual(['iocage:www'])
    expect((await find({ target: 'www' })).map(({ verb }) => verb)).toEqual(['jail.bulk', 'jail.start'])
    expect((await find({ target: 'www2' })).map(({ verb }) => verb)).toEqual(['jail.bulk'])
    expect(await find({ target: 'ww' })).toEqual([])
    expect(await find({ actor: 'view%' })).toEqual([])
  })

  test('by time', async () => {
    const all = await find({})
    const middle = all[Math.floor(all.length / 2)]
    const since = await find({ since: middle?.at })
    const until = await find({ until: middle?.at })
    expect(since.at(-1)?.at).toBe(middle?.at)
    expect(since.length + until.length).toBe(all.length)
    expect((await service.call('audit.list', { since: 'yesterday' }, as)).ok).toBe(false)
  })
})

describe('as a file', () => {
  test('JSON lines and CSV have every row that the list has, oldest first', async () => {
    const { rows } = await service.must('audit.list', { limit: 200, actor: 'admin' }, as)
    const lines = await service.must('audit.export', { format: 'jsonl', actor: 'admin' }, as)
    expect(lines.next).toBeNull()
    const parsed = lines.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number })
    expect(parsed.slice(0, rows.length)).toEqual(rows.toReversed())
    const csv = await service.must('audit.export', { format: 'csv', actor: 'admin' }, as)
    expect(csv.text.split('\r\n')[0]).toMatch(/^seq,at,actor/)
    expect(csv.rows).toBe(lines.rows)
  })

  test('the command at the host prints the same', async () => {
    const { text } = await service.must('audit.export', { format: 'jsonl' }, as)
    const { exitCode, output } = await runService(['audit', 'export', '--state', service.state])
    expect(exitCode).toBe(0)
    expect(output.startsWith(text)).toBe(true)
    const csv = await runService(['audit', 'export', 'csv', '--state', service.state])
    expect(csv.output.split('\n')).toHaveLength(output.split('\n').length + 1)
    expect((await runService(['audit', 'export', 'xml', '--state', service.state])).exitCode).toBe(78)
  })

  test('is for who may read the audit', async () => {
    expect(await service.call('audit.export', { format: 'csv' }, { as: 'operator' })).toMatchObject({
      error: { code: 'forbidden' },
    })
  })
})

describe('forwarded to a syslog', () => {
  test('each row is a message of RFC 5424, and so is each confirmed state of the chain', async () => {
    for (let n = 0; n < 100; n += 1) await service.call('user.remove', { id: `x${n}` }, as)
    await expect
      .poll(() => received, { timeout: 10_000 })
      .toMatch(/ cellblock \d+ checkpoint - \d+ sha256:[0-9a-f]{64} sha256:[0-9a-f]{64}/)
    const [frame] = /(\d+) <109>1 \S+ \S+ cellblock \d+ row - (\{.*?\})(?=\d+ <|$)/.exec(received) ?? []
    const [length = '', rest = ''] = frame?.split(/ (.*)/s) ?? []
    expect(Buffer.byteLength(rest)).toBe(Number(length))
    expect(received).toContain('"verb":"user.invite"')
  })

  test('rows that a command at the host writes are sent on as well, also those from before the service began', async () => {
    const onHost = (...args: string[]) => runService([...args, '--state', service.state])
    const sentOf = (verb: string) => received.split(`"verb":"${verb}"`).length - 1
    await onHost('accounts', 'reset', 'viewer')
    await expect.poll(() => sentOf('user.reset'), { timeout: 10_000 }).toBe(2) // intent and end
    await service.call('user.remove', { id: 'nobody' }, as)
    await service.stop('SIGTERM')
    await onHost('accounts', 'rotate-key')
    await service.startAgain()
    await expect.poll(() => sentOf('factors.rotateKey'), { timeout: 10_000 }).toBe(2)
    expect(sentOf('user.reset')).toBe(2)
  })

  test('over UDP, too; nobody there stops nothing', async () => {
    const socket = dgram.createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const first = once(socket, 'message')
    const other = await startTestService({
      args: ['--syslog', `udp://127.0.0.1:${socket.address().port}`],
    })
    try {
      await other.addRoles()
      const [message] = (await first) as [Buffer]
      expect(message.toString()).toMatch(/^<109>1 .* row - \{"actor"/)
      socket.close()
      expect((await other.login('viewer', TEST_PASSWORD)).ok).toBe(true)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })
})

describe('forwarded over TLS', () => {
  /** A syslog with a certificate for these names, and a service that sends to it as `localhost`. */
  async function forwarding(hosts: string[], { trusted, asks = false }: { trusted: boolean; asks?: boolean }) {
    const folder = mkdtempSync(path.join(bin, 'tls-'))
    const { cert, key } = await selfMadeCertificate(folder, hosts)
    const other = await selfMadeCertificate(path.join(folder, 'other'), hosts)
    let text = ''
    let shown = ''
    const own = { cert: readFileSync(cert), key: readFileSync(key), requestCert: asks, rejectUnauthorized: false }
    const server = tls.createServer(own, (socket) => {
      shown = socket.getPeerCertificate().fingerprint256 ?? ''
      socket.on('error', () => undefined)
      socket.on('data', (data) => (text += data.toString()))
    })
    await once(server.listen(0, 'localhost'), 'listening')
    const { port } = server.address() as net.AddressInfo
    const ownCertificate = ['--syslog-cert', other.cert, '--syslog-key', other.key]
    const sending = await startTestService({
      args: [
        '--syslog',
        `tls://localhost:${port}`,
        '--syslog-ca',
        trusted ? cert : other.cert,
        ...(asks ? ownCertificate : []),
      ],
    })
    return {
      service: sending,
      received: () => text,
      /** Fingerprint of the certificate that we sent, and of the one that we have. */
      shown: () => [shown, other.fingerprint],
      async [Symbol.asyncDispose]() {
        await sending[Symbol.asyncDispose]()
        server.close()
      },
    }
  }

  test('a receiver with a certificate for its name gets all of it, in frames with their octets counted', async () => {
    await using all = await forwarding(['localhost'], { trusted: true })
    await all.service.addRoles()
    await expect.poll(all.received, { timeout: 10_000 }).toContain('"verb":"user.create"')
    let rest = all.received()
    while (rest !== '') {
      const [head = '', length = ''] = /^(\d+) /.exec(rest) ?? []
      expect(rest.slice(head.length)).toMatch(/^<109>1 \S+ \S+ cellblock \d+ (row|checkpoint) - /)
      const frame = Buffer.from(rest.slice(head.length)).subarray(0, Number(length)).toString()
      rest = rest.slice(head.length + frame.length)
    }
  })

  test('a receiver that asks who sends is shown a certificate', async () => {
    await using all = await forwarding(['localhost'], { trusted: true, asks: true })
    await all.service.addRoles()
    await expect.poll(all.received, { timeout: 10_000 }).toContain('"verb":"user.create"')
    const [shown, own] = all.shown()
    expect(shown).toBe(own)
  })

  test.each([
    ['for another name', ['other.example'], true, /altnames/],
    ['that nobody we trust has made', ['localhost'], false, /certificate/],
  ] as const)('a receiver with a certificate %s gets nothing', async (_, hosts, trusted, words) => {
    await using all = await forwarding([...hosts], { trusted })
    await all.service.addRoles()
    await expect.poll(() => all.service.log, { timeout: 10_000 }).toMatch(new RegExp(`syslog: .*${words.source}`))
    expect(all.received()).toBe('')
  })

  test.each([
    [['--syslog', 'http://localhost'], /tls:\/\/HOST:PORT/],
    [['--syslog', 'tcp://localhost', '--syslog-ca', '/dev/null'], /goes with --syslog tls/],
    [['--syslog', 'tls://localhost', '--syslog-ca', empty], /--syslog-ca: .* holds none/],
    [['--syslog', 'tls://localhost', '--syslog-ca', '/dev/null'], /is not safe: others may write it/],
    [['--syslog', 'tls://localhost', '--syslog-key', empty], /--syslog-key: .* holds none/],
    [['--syslog', 'udp://localhost', '--syslog-cert', '/dev/null'], /goes with --syslog tls/],
  ])('%j is refused in a sentence', async (args, words) => {
    const { exitCode, output } = await runService([
      '--socket',
      path.join(bin, 's'),
      '--state',
      path.join(bin, 'st'),
      ...args,
    ])
    expect(output).toMatch(words)
    expect(exitCode).toBe(78)
  })
})
