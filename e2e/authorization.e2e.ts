import type { Page } from '@playwright/test'
import { expect, logIn, test, useHost } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** Every page as a viewer and as an operator: it opens, and what the role may not do is refused with the reason. */
useHost({ iocage: '1.13' })
test.describe.configure({ timeout: 180_000 })

const RELEASE = '11.0-RELEASE'
let filled = false
function fill(panel: RunningPanel): void {
  if (filled) return
  filled = true
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', RELEASE)
  panel.host('iocage', 'create', '-n', 'base', '-r', RELEASE)
  panel.host('iocage', 'set', 'template=yes', 'base')
  panel.host('iocage', 'create', '-n', 'www', '-t', 'base', 'ip4_addr=igb0|10.0.1.2/24')
  panel.host('iocage', 'create', '-n', 'db', '-r', RELEASE)
  panel.host('iocage', 'start', 'www')
}

const pages = [
  '/jails',
  '/jails?jail=iocage:www&selected=iocage:db',
  '/jails/iocage%3Awww',
  '/jails/iocage%3Awww?tab=properties',
  '/jails/iocage%3Awww?tab=storage',
  '/jails/iocage%3Awww?tab=jobs',
  '/jails/iocage%3Awww?tab=console',
  '/jails/iocage%3Awww/console',
  '/jails/iocage%3Adb',
  '/jails/iocage%3Abase',
  '/jails/new',
  '/templates',
  '/releases',
  '/storage',
  '/network',
  '/jobs',
  '/audit',
  '/host',
  '/guide',
  '/account',
]

/** Names of controls that a role may not use; on every page they are refused or not there. */
const refused = {
  viewer:
    /^(Start|Stop|Restart|Create|Fetch|Activate|Destroy|Change|Convert|Console|Open console|Do it)\b(?!.*password)/i,
  operator: /^(Fetch|Activate|Destroy|Change|Convert|Console|Open console)\b(?!.*password)/i,
} as const

/** Controls in sight by name, with whether they can be used and why not. */
const controls = (page: Page) =>
  page
    .locator(
      'main button:not([role="tab"]), main [role="button"], main a[href*="/console"], main a[href^="/jails/new"]',
    )
    .evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
        .map((one) => ({
          name: (one.getAttribute('aria-label') ?? one.textContent).trim(),
          usable: one.getAttribute('aria-disabled') !== 'true',
          reason: one.getAttribute('aria-description') ?? '',
        })),
    )

for (const role of ['viewer', 'operator'] as const)
  test(`every page as ${role}`, async ({ page, panel, signIn }) => {
    fill(panel)
    await signIn(role)
    let seen = 0
    for (const path of pages) {
      await page.goto(path)
      await expect(page.locator('main h1, main h2, main [aria-label^="Console of"]').first(), path).toBeVisible()
      await expect(page.getByText('This page failed')).toHaveCount(0)
      // What the page still reads is there.
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
      const forbidden = (await controls(page)).filter(({ name }) => refused[role].test(name))
      expect(
        forbidden.filter(({ usable }) => usable),
        path,
      ).toEqual([])
      for (const { name, reason } of forbidden) expect(reason, `${path}: ${name}`).not.toBe('')
      seen += forbidden.length
    }
    expect(seen).toBeGreaterThan(10)
  })

test('audit, consoles and new jails say whom they are for', async ({ page, panel, signIn }) => {
  fill(panel)
  await signIn('viewer')
  await page.goto('/audit')
  await expect(page.getByText('Your role, viewer, cannot read the audit log.')).toBeVisible()
  await page.goto('/jails/iocage%3Awww?tab=console')
  await expect(page.getByText('Your role, viewer, cannot open consoles.')).toBeVisible()
  await page.goto('/jails/new')
  await expect(page.getByText('Your role, viewer, cannot create jails.')).toBeVisible()
})

test('an operator’s click, sent again by a viewer, is refused', async ({ page, panel, signIn, browser }) => {
  fill(panel)
  const context = await browser.newContext({ baseURL: panel.origin })
  const theirs = await context.newPage()
  await logIn(theirs, panel, 'operator')
  await theirs.goto('/jails')
  const [click] = await Promise.all([
    theirs.waitForRequest((request) => request.method() === 'POST' && request.headers()['next-action'] !== undefined),
    theirs.getByRole('button', { name: 'Start db', exact: true }).click(),
  ])
  await expect(theirs.getByRole('button', { name: 'Stop db', exact: true })).toBeVisible({ timeout: 60_000 })
  panel.host('iocage', 'stop', 'db')

  await signIn('viewer')
  await page.goto('/jails')
  const answer = await page.evaluate(
    async ({ action, body }) => {
      const response = await fetch('/jails', {
        method: 'POST',
        headers: { 'next-action': action, 'content-type': 'text/plain;charset=UTF-8', accept: 'text/x-component' },
        body: body.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, crypto.randomUUID()),
      })
      return response.text()
    },
    { action: click.headers()['next-action'] ?? '', body: click.postData() ?? '' },
  )
  expect(answer).toContain('"code":"forbidden"')
  expect(panel.host('jls', 'name')).not.toContain('ioc-db')
  await context.close()
})

test('reads and consoles that a viewer may not have are refused at the door', async ({ page, panel, signIn }) => {
  fill(panel)
  await signIn('viewer')
  await page.goto('/jails')
  const status = (verb: string, input: unknown) =>
    page.evaluate(
      async ([verb, input]) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(`/api/call/${verb}`, { method: 'POST', headers, body: JSON.stringify({ input }) })).status
      },
      [verb, input] as const,
    )
  expect(await status('host.snapshot', {})).toBe(200)
  expect(await status('audit.list', {})).toBe(403)
  expect(await status('user.list', {})).toBe(403)
  expect(await status('console.list', {})).toBe(403)
  // A change is no read, whoever asks.
  expect(await status('jail.start', { id: 'iocage:db' })).toBe(404)
  const cookie = await panel.login('viewer')
  const ticket = await panel.call('console.ticket', { id: 'iocage:www', fresh: true }, cookie)
  expect(ticket.status).toBe(403)
  const socket = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/console`)
        const said: string[] = []
        const hello = { type: 'hello', ticket: 'made-up', viewer: crypto.randomUUID(), cols: 80, rows: 24 }
        socket.addEventListener('open', () => socket.send(JSON.stringify(hello)))
        socket.addEventListener('message', ({ data }) => said.push(typeof data === 'string' ? data : 'bytes'))
        socket.addEventListener('close', () => resolve(said))
      }),
  )
  expect(socket).toEqual([expect.stringContaining('"forbidden"')])
})
