import { readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import * as fc from 'fast-check'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { faultCount, FAULT_TIMEOUT_MS, isLong, randomValues, tell } from '../server/fault-runs.ts'
import { expect, test, useHost } from './fixtures.ts'
import { TEST_PASSWORD } from './start-panel.ts'

/** Faults of the parts as a page and many pages see them; those of the service alone: server/jail-service/faults. */
useHost({ iocage: '1.13' })
test.setTimeout(FAULT_TIMEOUT_MS)

interface Row {
  tag: string
  state: string
  notes: string
}
type Call = (verb: string, input: unknown, cookie?: string) => Promise<{ status: number; body: unknown }>
const valueOf = async <T>(call: Call, verb: string, input: unknown, cookie: string) =>
  ((await call(verb, input, cookie)).body as { value: T }).value

test('the service stopped and back: the page says so, keeps its data, takes no change, and comes back alone', async ({
  page,
  panel,
  signIn,
}) => {
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '14.3-RELEASE')
  panel.host('iocage', 'create', '-n', 'www', '-r', '14.3-RELEASE')
  await signIn('admin')
  await page.goto('/jails')
  const row = page.getByRole('row', { name: /www/ })
  await expect(row).toBeVisible()

  const told: number[] = []
  for (let round = 0; round < faultCount(1, 5); round += 1) {
    const stopped = panel.stopService()
    await expect(page.getByRole('status').filter({ hasText: 'Connection lost' })).toBeVisible()
    await stopped
    const begin = performance.now()
    // What is shown stays, and no change is taken.
    await expect(row).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start www' })).toBeDisabled()
    // Its age is told after ten seconds.
    if (round === 0 && isLong)
      await expect(page.getByRole('status').filter({ hasText: /No connection since \d\d:\d\d:\d\d/ })).toBeVisible()
    // A page that is opened meanwhile says it, too, and comes back with the service.
    const other = await page.context().newPage()
    await other.goto('/jails')
    await expect(other.getByText(/does not answer|cannot be reached|no connection/i).first()).toBeVisible()
    panel.host('iocage', 'set', `notes=meanwhile${round}`, 'www')
    await panel.startService()
    await expect(page.getByRole('status').filter({ hasText: /Connection lost|No connection/ })).toBeHidden()
    told.push(performance.now() - begin)
    await expect(page.getByRole('button', { name: 'Start www' })).toBeEnabled()
    await expect(other.getByRole('row', { name: /www/ })).toBeVisible({ timeout: 30_000 })
    await other.close()
  }
  tell(`service stopped and back: ${told.length} times`)
  await page.getByRole('button', { name: 'Start www' }).click()
  await expect(row).toContainText('up')
})

test('the service hangs without a word: the page notices, and comes back alone', async ({ page, panel, signIn }) => {
  test.skip(!isLong, 'silence is noticed after 25 s: in the long form')
  await signIn('admin')
  await page.goto('/jails')
  await expect(page.getByRole('row', { name: /www/ })).toBeVisible()
  const { service } = panel.pids()
  process.kill(service, 'SIGSTOP')
  try {
    await expect(page.getByRole('status').filter({ hasText: /Connection lost|No connection/ })).toBeVisible({
      timeout: 45_000,
    })
  } finally {
    process.kill(service, 'SIGCONT')
  }
  await expect(page.getByRole('status').filter({ hasText: /Connection lost|No connection/ })).toBeHidden()
})

test('kill -9 of the panel: a click is done once or not at all', async ({ page, panel, signIn }) => {
  const points = faultCount(1, 12)
  const cookie = await panel.login('admin')
  const call: Call = (verb, input, by) => panel.call(verb, input, by)
  await signIn('admin')
  await page.goto('/jails')
  const row = page.getByRole('row', { name: /www/ })
  const isUp = async () =>
    (await valueOf<{ jails: Row[] }>(call, 'host.snapshot', {}, cookie)).jails.some(
      ({ tag, state }) => tag === 'www' && state === 'up',
    )
  const jobs = async () =>
    (await valueOf<{ jobs: { id: string }[] }>(call, 'job.list', { limit: 200 }, cookie)).jobs.length
  let done = 0
  let slowestMs = 0
  for (const afterMs of randomValues(fc.integer({ min: 0, max: 250 }), points)) {
    const before = await jobs()
    const up = await isUp()
    const button = page.getByRole('button', { name: up ? 'Stop www' : 'Start www' })
    await expect(button).toBeEnabled()
    await button.click()
    await delay(afterMs) // the fault itself: at any moment
    const begin = performance.now()
    await panel.killPanel()
    slowestMs = Math.max(slowestMs, performance.now() - begin)
    await expect(page.getByRole('status').filter({ hasText: /Connection lost|No connection/ })).toBeHidden({
      timeout: 30_000,
    })
    // Nobody logs in again: sessions are the service's. What was under way there went on.
    const made = (await jobs()) - before
    expect(made).toBeLessThanOrEqual(1)
    done += made
    if (made === 0) await button.click()
    await expect(row).toContainText(up ? 'down' : 'up', { timeout: 30_000 })
    expect((await jobs()) - before).toBe(1)
  }
  tell(
    `killed panel: ${points} points, ${done} clicks had come through; answered again after at most ${Math.ceil(slowestMs)} ms`,
  )
})

test('many live views through the panel', async ({ panel }) => {
  const views = faultCount(60, 300)
  const changes = faultCount(5, 40)
  const admin = await panel.login('admin')
  const cookies: string[] = []
  for (let n = 0; n < Math.ceil(views / 60); n += 1) {
    const userName = `looker${n}`
    await panel.call('user.create', { userName, password: TEST_PASSWORD, role: 'viewer' }, admin)
    const { setCookie } = await panel.call('session.login', { userName, password: TEST_PASSWORD })
    cookies.push(decodeURIComponent(/^[^=]+=([^;]*)/.exec(setCookie)?.[1] ?? ''))
  }
  const parts = panel.pids()
  const descriptors = () => Object.values(parts).map((pid) => readdirSync(`/proc/${pid}/fd`).length)
  const memoryMib = (pid: number) =>
    Math.round(Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  const before = descriptors()
  const streams = await Promise.all(
    Array.from({ length: views }, (_, n) => openStream(panel.origin, cookies[n % cookies.length] ?? '')),
  )
  for (let n = 0; n < changes; n += 1) panel.host('iocage', 'set', `notes=view${n}`, 'www')
  for (const stream of streams)
    await expect.poll(() => stream.text().includes(`view${changes - 1}"`), { timeout: 60_000 }).toBe(true)
  let lost = 0
  for (const stream of streams) {
    const numbers = stream.numbers()
    lost += numbers.filter((seq, n) => n > 0 && seq !== (numbers[n - 1] ?? 0) + 1).length
  }
  expect(lost).toBe(0)
  const memory = { panel: memoryMib(parts.panel), service: memoryMib(parts.service) }
  expect(Math.max(memory.panel, memory.service)).toBeLessThan(600)
  for (const stream of streams) stream.close()
  // What came first may have opened more: ours are gone.
  await expect
    .poll(() => descriptors().map((count, n) => count - (before[n] ?? 0) < 10), { timeout: 30_000 })
    .toEqual([true, true])
  tell(
    `${views} live views through the panel, ${changes} changes: ${lost} updates lost; panel ${memory.panel} MiB, service ${memory.service} MiB`,
  )
})

function openStream(origin: string, cookie: string): Promise<{ text(): string; numbers(): number[]; close(): void }> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      new URL('/api/events', origin),
      { headers: { cookie: `${SESSION_COOKIE}=${encodeURIComponent(cookie)}` }, agent: false },
      (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`the event stream answered ${answer.statusCode}`))
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.on('error', () => undefined)
        resolve({
          text: () => text,
          // Where the stream stands is said again each ten seconds, and is no update.
          numbers: () =>
            text
              .split('\n\n')
              .filter((block) => !/"type":"(hello|session\.changed)"/.test(block))
              .flatMap((block) => Number(/^id: [^:]+:(\d+)$/m.exec(block)?.[1] ?? Number.NaN))
              .filter((seq) => !Number.isNaN(seq)),
          close: () => request.destroy(),
        })
      },
    )
    request.on('error', reject)
  })
}
