import { readFileSync } from 'node:fs'
import http from 'node:http'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'
import { TEST_PASSWORD } from './start-panel.ts'

useHost()

/** Any request to the panel, as a program makes it. */
function ask(
  origin: string,
  path: string,
  headers: Record<string, string>,
  input: unknown = {},
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ input })
    const request = http.request(
      new URL(path, origin),
      { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

test('a program calls the panel with a token, reads and changes by its right, and no page can do so', async ({
  page,
  panel,
  signIn,
}) => {
  await signIn('admin')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Add token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(dialog.getByText('Give the token a name.')).toBeVisible()
  await dialog.getByLabel('Name').fill('deploy')
  await dialog.getByLabel('Role').selectOption('operator')
  await dialog.getByLabel('Jails').fill('web*, ../etc')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(dialog.getByText('A pattern has letters')).toBeVisible()
  await dialog.getByLabel('Jails').fill('web*')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Create token' }).click()
  const token = await dialog.getByLabel('Token', { exact: true }).innerText()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('never used')).toBeVisible()

  const authorization = `Bearer ${token}`
  const read = await ask(panel.origin, '/api/call/account.me', { authorization })
  expect(read).toMatchObject({ status: 200, body: { value: { actor: { role: 'operator', token: 'deploy' } } } })
  // A change verb goes through for a program, as far as its right does.
  expect((await ask(panel.origin, '/api/call/jail.start', { authorization }, { id: 'iocage:db' })).status).toBe(403)
  expect((await ask(panel.origin, '/api/call/user.list', { authorization })).status).toBe(403)
  expect((await ask(panel.origin, '/api/call/made.up', { authorization })).status).toBe(404)
  // A page of another site cannot be the program, with or without a cookie beside it.
  const cookie = `${SESSION_COOKIE}=${await panel.login('admin')}`
  const evil = { origin: 'http://evil.example' }
  expect((await ask(panel.origin, '/api/call/account.me', { authorization, ...evil })).status).toBe(403)
  expect((await ask(panel.origin, '/api/call/account.me', { cookie, authorization: 'Bearer x' })).status).toBe(401)
  expect((await ask(panel.origin, '/api/call/account.me', { cookie })).status).toBe(403)
  expect((await ask(panel.origin, '/login', { cookie, authorization })).status).toBe(403)

  await page.reload()
  await expect(page.getByText(/used .* from/)).toBeVisible()
  await page.getByRole('button', { name: 'Remove the token deploy' }).click()
  await expect(page.getByText('deploy')).toBeHidden()
  expect((await ask(panel.origin, '/api/call/account.me', { authorization })).status).toBe(401)
})

test('an admin limits a user to some jails; the pages say why the rest cannot be done', async ({
  page,
  panel,
  signIn,
  browser,
}) => {
  await signIn('admin')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Limits of operator' }).click()
  const dialog = page.getByRole('dialog')
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  await dialog.getByLabel('Jails').fill('web*')
  await dialog.getByLabel('Consoles').selectOption('yes: root inside these jails')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('web*', { exact: true })).toBeVisible()
  await expect(page.getByText('consoles', { exact: true })).toBeVisible()

  const context = await browser.newContext({ baseURL: panel.origin })
  const visitor = await context.newPage()
  await visitor.goto('/login?next=%2Faudit')
  await visitor.getByLabel('User name').fill('operator')
  await visitor.getByLabel('Password').fill(TEST_PASSWORD)
  await visitor.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(visitor.getByText('You are limited to some jails, so you cannot read the audit log.')).toBeVisible()
  await context.close()

  await page.getByRole('button', { name: 'Limits of operator' }).click()
  await dialog.getByLabel('Jails').fill('')
  await dialog.getByLabel('Consoles').selectOption('as the role says')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('web*', { exact: true })).toBeHidden()
})

test('the audit is searched by who, what and day, saved as a file, and verified', async ({ page, panel, signIn }) => {
  const admin = await panel.login('admin')
  const { body } = await panel.call('user.list', {}, admin)
  const { users } = (body as { value: { users: { id: string; userName: string }[] } }).value
  const id = users.find(({ userName }) => userName === 'viewer')?.id
  for (const jails of [['web*'], null])
    expect((await panel.call('user.setLimits', { id, jails, consoles: null }, admin)).status).toBe(200)
  await signIn('admin')
  await page.goto('/audit')
  await page.getByLabel('Search the audit log').fill('who:admin verb:user.setLimits')
  await expect(page.getByText(/limit user .* to web/).first()).toBeVisible()
  await expect(page.getByText('log in', { exact: true })).toHaveCount(0)
  await page.getByLabel('From this day').fill('2001-01-01')
  await page.getByLabel('To this day').fill('2001-01-02')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByLabel('To this day').fill('')
  await expect(page.getByText(/limit user .* to web/).first()).toBeVisible()
  await expectAccessible(page)

  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  const file = await (await saved).path()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^seq,at,actor/)
  expect(lines.length).toBeGreaterThan(2)
  expect(lines.slice(1).every((line) => line.includes('user.setLimits'))).toBe(true)
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText(/\d+ rows, unbroken/)).toBeVisible()
})
