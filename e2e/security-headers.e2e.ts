import http from 'node:http'
import net from 'node:net'
import type { Page } from '@playwright/test'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'

useHost()

const PAGES = [
  '/jails',
  '/templates',
  '/releases',
  '/storage',
  '/network',
  '/jobs',
  '/audit',
  '/recordings',
  '/host',
  '/guide',
  '/account',
  '/jails/new',
  '/nothing-here',
]

/** Any request to the panel, with headers that a browser would not let one set. */
function ask(
  origin: string,
  {
    method = 'GET',
    path,
    headers = {},
    body = '',
  }: { method?: string; path: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      new URL(path, origin),
      { method, headers: { 'content-length': String(Buffer.byteLength(body)), ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** First line of the answer to a WebSocket handshake. */
function handshake(origin: string, headers: Record<string, string>, path = '/ws/console'): Promise<string> {
  const { hostname, port, host } = new URL(origin)
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port) }, () =>
      socket.write(
        [
          `GET ${path} HTTP/1.1`,
          ...Object.entries({
            host,
            upgrade: 'websocket',
            connection: 'Upgrade',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
            ...headers,
          }).map(([name, value]) => `${name}: ${value}`),
          '',
          '',
        ].join('\r\n'),
      ),
    )
    socket.once('data', (data) => {
      resolve(data.toString('latin1').split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.once('end', () => resolve('closed'))
    socket.once('error', reject)
  })
}

test('every answer has the headers', async ({ panel }) => {
  for (const path of ['/login', '/api/call/setup.status', '/favicon.svg', '/nothing-here', '/jails']) {
    const { headers } = await ask(panel.origin, { path })
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff')
    expect.soft(headers['referrer-policy'], path).toBe('no-referrer')
    expect.soft(headers['cross-origin-opener-policy'], path).toBe('same-origin')
    expect.soft(headers['content-security-policy'], path).toContain("default-src 'none'")
    expect.soft(headers['content-security-policy'], path).not.toMatch(/script-src[^;]*unsafe/)
    expect.soft(headers['x-powered-by'], path).toBeUndefined()
  }
  const nonces = await Promise.all(
    [1, 2].map(async () => (await ask(panel.origin, { path: '/login' })).headers['content-security-policy']),
  )
  expect(nonces[0]).not.toBe(nonces[1])
})

test('a Host that is not ours is refused before any page is made', async ({ panel }) => {
  for (const host of ['evil.example', `evil.example:${new URL(panel.origin).port}`, 'localhost'])
    expect.soft((await ask(panel.origin, { path: '/login', headers: { host } })).status, host).toBe(421)
})

test('a request that changes something must come from our own pages', async ({ panel }) => {
  const body = JSON.stringify({ input: {} })
  const post = (headers: Record<string, string>) =>
    ask(panel.origin, {
      method: 'POST',
      path: '/api/call/setup.status',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  expect((await post({ origin: panel.origin })).status).toBe(200)
  for (const origin of [
    'null',
    'http://evil.example',
    panel.origin.replace('http:', 'https:'),
    `${panel.origin}.evil.example`,
    `${panel.origin}/`,
    '%%%',
  ])
    expect.soft((await post({ origin })).status, origin).toBe(403)
  expect((await post({})).status).toBe(403)
  expect(
    (
      await ask(panel.origin, {
        method: 'POST',
        path: '/login',
        body: 'x',
        headers: { origin: 'null', 'next-action': 'a'.repeat(42) },
      })
    ).status,
  ).toBe(403)
  expect((await ask(panel.origin, { path: '/api/events', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
    403,
  )
})

test('a change verb cannot be called by a plain request', async ({ panel }) => {
  const cookie = `${SESSION_COOKIE}=${await panel.login('admin')}`
  for (const verb of ['jail.start', 'pool.activate', 'user.create', 'session.login', '../health', 'toString'])
    expect
      .soft(
        (
          await ask(panel.origin, {
            method: 'POST',
            path: `/api/call/${verb}`,
            body: '{"input":{}}',
            headers: { origin: panel.origin, cookie, 'content-type': 'application/json' },
          })
        ).status,
        verb,
      )
      .toBe(404)
})

test('without a session there are no data, no events, no console', async ({ panel }) => {
  const headers = { origin: panel.origin, 'content-type': 'application/json' }
  expect(
    (await ask(panel.origin, { method: 'POST', path: '/api/call/host.snapshot', body: '{"input":{}}', headers }))
      .status,
  ).toBe(401)
  expect((await ask(panel.origin, { path: '/api/events' })).status).toBe(401)
  expect(await handshake(panel.origin, { origin: panel.origin })).toContain('401')
})

test('a console is opened from our own pages only', async ({ panel }) => {
  const cookie = `${SESSION_COOKIE}=${await panel.login('admin')}`
  expect(await handshake(panel.origin, { origin: panel.origin, cookie })).toContain('101')
  expect(await handshake(panel.origin, { origin: 'http://evil.example', cookie })).toContain('403')
  expect(await handshake(panel.origin, { cookie })).toContain('403')
  expect(await handshake(panel.origin, { origin: panel.origin, host: 'evil.example', cookie })).toContain('421')
})

test('a large body is refused', async ({ panel }) => {
  const { status } = await ask(panel.origin, {
    method: 'POST',
    path: '/api/call/setup.status',
    body: `{"input":"${'x'.repeat(70_000)}"}`,
    headers: { origin: panel.origin, 'content-type': 'application/json' },
  })
  expect(status).toBe(413)
})

/** Waits until a page has its data and its fonts. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Places' }).first()).toBeVisible()
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  await expect(page.getByRole('heading').first()).toBeVisible()
}

test('all pages load without a refused script or style, and fit a phone', async ({ page, signIn }) => {
  await signIn('admin')
  for (const path of PAGES)
    await test.step(path, async () => {
      await page.setViewportSize({ width: 1360, height: 820 })
      await page.goto(path)
      await settled(page)
      await page.setViewportSize({ width: 390, height: 844 })
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    })
})

// The other pages' own journeys look at them with data in them.
for (const theme of ['light', 'dark'] as const)
  test(`account, audit, palette and what is not there are accessible, ${theme}`, async ({ page, signIn }) => {
    await signIn('admin')
    await useTheme(page, theme)
    for (const path of ['/account', '/audit', '/recordings', '/nothing-here'])
      await test.step(path, async () => {
        await page.goto(path)
        await settled(page)
        await expectAccessible(page)
      })
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
  })
