import type { Page } from '@playwright/test'
import type { TestProvider } from '../server/jail-service/accounts/test-oidc-provider.ts'
import { startTestProvider } from '../server/jail-service/accounts/test-oidc-provider.ts'
import { codeOf } from '../server/jail-service/accounts/test-totp.ts'
import { expect, expectAccessible, forgetSession, test, useHost, useTheme } from './fixtures.ts'
import { TEST_PASSWORD } from './start-panel.ts'

/** With the real provider of npm's oidc-provider, on another site than the panel: 127.0.0.1, and not localhost. */
let provider: TestProvider
useHost({
  iocage: '1.13',
  oidc: async (origin) => {
    provider = await startTestProvider({ origin, settings: { roles: { 'jail-ops': 'operator' } } })
    provider.accounts.ada = { subject: 's-ada', preferred_username: 'ada', groups: ['jail-ops'] }
    provider.accounts.mallory = { subject: 's-mallory', preferred_username: 'mallory', groups: [] }
    return provider
  },
})

/** Logs in on the provider's own page. */
async function logInThere(page: Page, account: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Test provider' })).toBeVisible()
  expect(new URL(page.url()).hostname).toBe('127.0.0.1')
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Log in' }).click()
}

test('who logs in at the provider is an operator here, and starts a jail', async ({ page, panel }) => {
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
  panel.host('iocage', 'create', '-n', 'www', '-r', '11.0-RELEASE')

  // A page that asks for a login is come back to.
  await page.goto('/jails?sort=tag')
  await expect(page).toHaveURL(/\/login\?next=/)
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  await page.getByRole('button', { name: 'Continue with Example' }).click()
  await logInThere(page, 'ada')
  await expect(page).toHaveURL(`${panel.origin}/jails?sort=tag`)

  const row = page
    .getByRole('grid', { name: 'Jails' })
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: 'www', exact: true }) })
  await row.getByRole('button', { name: 'Start www' }).click()
  await expect(row.getByText('up', { exact: true })).toBeVisible()

  await page.goto('/account')
  await expect(page.getByRole('heading', { name: 'ada' })).toBeVisible()
  await expect(page.getByText('Your role comes from a group there.')).toBeVisible()
  await expectAccessible(page)

  // What changes how one logs in asks the provider once more, in a window beside this page, and goes on by itself.
  panel.ageProofs(301)
  await page.getByRole('button', { name: 'Set up' }).click()
  const question = page.getByRole('dialog', { name: 'Is it still you?' })
  await expect(question).toBeVisible()
  await expectAccessible(page)
  const [beside] = await Promise.all([
    page.waitForEvent('popup'),
    question.getByRole('button', { name: 'Confirm at Example' }).click(),
  ])
  await logInThere(beside, 'ada')
  await expect(question).toBeHidden()
  await expect(page.getByRole('dialog', { name: 'Set up an authenticator app' })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: /^ad.*operator/ }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible()
  await page.goto('/jails')
  await expect(page).toHaveURL(/\/login/)
})

test('an account at the provider that is not let in is told so', async ({ page }) => {
  await page.goto('/login')
  await page.getByRole('button', { name: 'Continue with Example' }).click()
  await logInThere(page, 'mallory')
  await expect(page.getByText('Example knows you as mallory, who is not let in here.')).toBeVisible()
  await expect(page).toHaveURL(/\/login\/return$/)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'To the login' }).click()
  await expect(page.getByLabel('User name')).toBeVisible()
  await page.goto('/jails')
  await expect(page).toHaveURL(/\/login/)
})

test('an answer that was begun in another browser logs nobody in', async ({ page, panel, browser }) => {
  const context = await browser.newContext({ baseURL: panel.origin })
  const attacker = await context.newPage()
  const sentBack = attacker.waitForResponse(
    (response) => response.headers().location?.includes('/login/return') === true,
  )
  await attacker.route(/\/login\/return/, (route) => route.abort())
  await attacker.goto('/login')
  await attacker.getByRole('button', { name: 'Continue with Example' }).click()
  await logInThere(attacker, 'ada')
  // The link with which it would have the other one work under its name.
  await page.goto((await sentBack).headers().location ?? '')
  await expect(page.getByText('This login was begun in another browser.')).toBeVisible()
  await page.goto('/jails')
  await expect(page).toHaveURL(/\/login/)
  await context.close()
})

test('an invited user comes in by the provider, links and unlinks; the list of users shows it', async ({
  page,
  panel,
  signIn,
  browser,
}) => {
  await signIn('admin')
  await page.goto('/account')
  // Read by the page itself: from here on a click is heard.
  await expect(page.getByRole('button', { name: 'Reset viewer' })).toBeVisible()
  await page.getByRole('button', { name: 'Invite user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('User name').fill('grace')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = await dialog.getByLabel('Link', { exact: true }).innerText()
  await dialog.getByRole('button', { name: 'Done' }).click()

  const context = await browser.newContext({ baseURL: panel.origin })
  const visitor = await context.newPage()
  await visitor.goto(link)
  await expectAccessible(visitor)
  await visitor.getByRole('button', { name: 'Continue with Example' }).click()
  await logInThere(visitor, 'mallory')
  await expect(visitor.getByRole('navigation', { name: 'Places' })).toBeVisible()

  await page.reload()
  const row = page.getByRole('listitem').filter({ hasText: 'grace' })
  await expect(row.getByText('OpenID', { exact: true })).toBeVisible()

  // The only way in stays.
  await visitor.goto('/account')
  await visitor.getByRole('button', { name: 'Unlink' }).click()
  await visitor.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
  await expect(visitor.getByRole('dialog').getByText('This account is your only way in.')).toBeVisible()
  await visitor.keyboard.press('Escape')
  await visitor.getByLabel('New password', { exact: true }).fill('a password of my own')
  await visitor.getByLabel('New password again').fill('a password of my own')
  await visitor.getByRole('button', { name: 'Set a password' }).click()
  await expect(visitor.getByText('Your password is changed.')).toBeVisible()
  await visitor.getByRole('button', { name: 'Unlink' }).click()
  await visitor.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
  await expect(visitor.getByText('No account is linked.')).toBeVisible()
  await visitor.getByRole('button', { name: 'Link an account' }).click()
  // The provider knows this browser and asks nobody.
  await expect(visitor.getByText('mallory', { exact: true })).toBeVisible()
  await expect(visitor).toHaveURL(/\/account$/)
  await context.close()
})

test('a second factor that a role must have is set up at the door, and nothing else is to be had till then', async ({
  page,
  panel,
  signIn,
}) => {
  await signIn('admin')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Second factor…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Who must have a second factor' })
  await dialog.getByRole('checkbox', { name: 'admins' }).click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('You did not show a second factor in this session.')).toBeVisible()
  await dialog.getByRole('checkbox', { name: 'admins' }).click()
  await dialog.getByRole('checkbox', { name: 'viewers' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Must have a second factor: viewers.')).toBeVisible()

  await forgetSession(page)
  await page.goto('/login?next=%2Fjails')
  await page.getByLabel('User name').fill('viewer')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible()
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  for (const place of ['/', '/jails', '/account', '/host']) {
    await page.goto(place)
    await expect(page).toHaveURL(/\/login\/second-step/)
  }
  const answer = await page.request.post('/api/call/host.snapshot', {
    data: { input: {} },
    headers: { origin: panel.origin },
  })
  expect(answer.status()).toBe(403)
  expect((await page.request.get('/api/events')).status()).toBe(401)

  await page.goto('/login/second-step?next=%2Fjails')
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const secret = (await page.getByTestId('totp-secret').innerText()).replaceAll(/\s/g, '')
  await page.getByLabel('Code that the app shows').fill(await codeOf(secret, -1))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page).toHaveURL(/\/jails$/)
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
})
