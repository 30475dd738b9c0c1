import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { expect, expectAccessible, forgetSession, test, useHost, useTheme } from './fixtures.ts'
import { TEST_PASSWORD } from './start-panel.ts'

test.describe('set-up and login', () => {
  // Each test goes on where the one before ended: first the set-up, then its admin.
  test.describe.configure({ mode: 'serial' })
  useHost({ fresh: true })

  test('without an account every page leads to the set-up, which wants the token', async ({ page }) => {
    // Read as it is sent: Chromium with its scripts turned off by a test shows no noscript.
    for (const place of ['/setup', '/invite'])
      expect(await (await page.request.get(place)).text()).toMatch(/<noscript>.*This page needs JavaScript\./)
    await page.goto('/jails')
    await expect(page).toHaveURL(/\/setup$/)
    await page.getByLabel('Set-up token').fill('wrong')
    await page.getByLabel('User name').fill('mk')
    await page.getByLabel('Password', { exact: true }).fill(TEST_PASSWORD)
    await page.getByLabel('Password again').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'Create the admin' }).click()
    await expect(page.getByRole('alert').filter({ hasText: /token|link/ })).toBeVisible()
  })

  test('the link makes the first admin, once', async ({ page, panel, context }) => {
    const sent: string[] = []
    page.on('request', (request) => {
      // The request itself: Playwright's own url() has what stands behind the # of a document's address.
      sent.push(request.url().split('#')[0] ?? '', ...Object.values(request.headers()), request.postData() ?? '')
    })
    await page.goto(`/setup#${panel.setupToken}`)
    await expect(page).toHaveURL(/\/setup$/)
    await page.getByLabel('User name').fill('Root User')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Create the admin' }).click()
    await expect(page.getByText('A user name starts with a lower-case letter')).toBeVisible()
    await expect(page.getByText('A password has at least 12 characters.')).toBeVisible()
    await expect(page.getByText('The two passwords differ.')).toBeVisible()
    await expect(page.getByLabel('Set-up token')).toBeHidden()
    await page.getByLabel('User name').fill('mk')
    await page.getByLabel('Password', { exact: true }).fill(TEST_PASSWORD)
    await page.getByLabel('Password again').fill(TEST_PASSWORD)
    expect(sent.join(' ')).not.toContain(panel.setupToken)
    await page.getByRole('button', { name: 'Create the admin' }).click()
    await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
    // Once, in the body of the request that it is for, and in no address.
    expect(sent.filter((text) => text.includes(panel.setupToken))).toEqual([expect.stringMatching(/^\[\{/)])
    await page.goBack()
    await expect(page).not.toHaveURL(/#/)

    const cookie = (await context.cookies()).find(({ name }) => name === SESSION_COOKIE)
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict', path: '/' })

    await page.goto('/setup')
    await expect(page).not.toHaveURL(/setup/)
    const again = await panel.call('setup.complete', {
      token: panel.setupToken,
      userName: 'eve',
      password: TEST_PASSWORD,
    })
    expect(again.status).not.toBe(200)
  })

  test('a wrong password says so; the right one leads to the page that was asked for', async ({ page }) => {
    await page.goto('/account')
    await expect(page).toHaveURL(/\/login\?next=/)
    await page.getByLabel('User name').fill('mk')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
    const loads: string[] = []
    page.on('request', (request) => {
      const isPrefetch = 'next-router-prefetch' in request.headers()
      if (new URL(request.url()).pathname === '/account' && !isPrefetch) loads.push(request.resourceType())
    })
    await page.getByLabel('Password').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page).toHaveURL(/\/account$/)
    await page.waitForLoadState('load')
    await expect(page.getByRole('heading', { name: 'mk' })).toBeVisible()
    expect(loads).toEqual(['document'])
  })

  test('a login never leads to another site', async ({ page }) => {
    for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example']) {
      await forgetSession(page)
      await page.goto(`/login?next=${encodeURIComponent(next)}`)
      await page.getByLabel('User name').fill('mk')
      await page.getByLabel('Password').fill(TEST_PASSWORD)
      await page.getByRole('button', { name: 'Log in' }).click()
      await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
    }
  })

  test('logging out ends the session everywhere that it is used', async ({ page, context }) => {
    await page.goto('/login')
    await page.getByLabel('User name').fill('mk')
    await page.getByLabel('Password').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
    const other = await context.newPage()
    await other.goto('/account')
    await page.getByRole('button', { name: /^mk/i }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await expect(page).toHaveURL(/\/login/)
    await expect(other).toHaveURL(/\/login/)
  })

  for (const theme of ['light', 'dark'] as const)
    test(`the login is accessible, ${theme}`, async ({ page }) => {
      await useTheme(page, theme)
      await page.goto('/login')
      await expect(page.getByText('Plain http, for this machine only.')).toBeVisible()
      await expectAccessible(page)
    })
})
