import type { Page } from '@playwright/test'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'

const step = (page: Page, n: number) =>
  page
    .getByRole('list', { name: 'Steps' })
    .getByRole('listitem')
    .nth(n - 1)
const doIt = (page: Page, n: number) => step(page, n).getByRole('button', { name: /^Do it/ })
const expectDone = (page: Page, n: number, ms = 60_000) =>
  expect(step(page, n)).toHaveAccessibleName(/, done$/, { timeout: ms })
const expectOpen = (page: Page, n: number) => expect(step(page, n)).not.toHaveAccessibleName(/, done$/)

test.describe('the guide, clicked', () => {
  // Each test goes on where the one before ended: from an empty host to a jail that runs.
  test.describe.configure({ mode: 'serial' })
  useHost()

  test('a viewer sees the steps, and why they are not theirs', async ({ page, signIn }) => {
    await signIn('viewer')
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1, name: /^Welcome to/ })).toBeVisible()
    await expect(page.getByRole('complementary', { name: 'This is a sandbox' })).toContainText('not FreeBSD')
    await expect(step(page, 1)).toContainText('iocage activate tank')
    await expect(doIt(page, 1)).toHaveAttribute('aria-disabled', 'true')
    // Until the page's script is there, nothing is told on focus.
    await expect(async () => {
      await doIt(page, 1).blur()
      await doIt(page, 1).focus()
      await expect(page.getByText('Your role, viewer, cannot configure the host.').first()).toBeVisible({
        timeout: 1_000,
      })
    }).toPass()
    // Pressed all the same it does nothing.
    await doIt(page, 1).click({ force: true })
    await expectOpen(page, 1)
  })

  for (const theme of ['light', 'dark'] as const)
    test(`it is accessible and fits a phone, ${theme}`, async ({ page, signIn }) => {
      await signIn('admin')
      await useTheme(page, theme)
      await page.goto('/guide')
      await expect(doIt(page, 1)).toBeVisible()
      await expectAccessible(page)
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      await expectAccessible(page)
    })

  test('a step that fails says why in its place, and can be tried again; a fetch can be cancelled', async ({
    page,
    signIn,
    panel,
  }) => {
    await signIn('admin')
    await page.goto('/guide')
    await expect(doIt(page, 2)).toHaveAttribute('aria-disabled', 'true')
    await doIt(page, 1).click()
    await expectDone(page, 1)
    await step(page, 2).getByLabel('Release to fetch').selectOption('11.0-RELEASE')
    await expect(step(page, 2)).toContainText('iocage fetch -r 11.0-RELEASE')

    panel.host('fault', 'mirror-away', 'on')
    await doIt(page, 2).click()
    await expect(step(page, 2).getByRole('alert')).toContainText('The mirror cannot be reached from this host.')
    await expectOpen(page, 2)
    panel.host('fault', 'mirror-away', 'off')

    await step(page, 2)
      .getByRole('button', { name: /^Try again/ })
      .click()
    await expect(step(page, 2).getByRole('progressbar')).toBeVisible()
    await step(page, 2).getByRole('button', { name: 'Cancel' }).click()
    await expect(step(page, 2).getByRole('progressbar')).toBeHidden()
    await expectOpen(page, 2)
    expect(panel.host('iocage', 'list', '-r', '-h')).not.toContain('11.0-RELEASE')
    await step(page, 2)
      .getByRole('button', { name: /^(Try again|Do it)/ })
      .click()
    await expectDone(page, 2, 90_000)
  })

  test('the rest, click by click', async ({ page, signIn, panel }) => {
    test.setTimeout(180_000)
    await signIn('admin')
    await page.goto('/guide')
    await doIt(page, 3).click()
    await expectDone(page, 3)
    // What the service will run names the jail as iocage takes it: by its whole UUID.
    await expect(step(page, 4)).toContainText(/iocage set 'ip4_addr=igb0\|10\.0\.1\.100\/24' [0-9a-f]{8}-/)
    await doIt(page, 4).click()
    await expectDone(page, 4)
    expect(panel.host('iocage', 'exec', 'template', 'hostname').trim()).toContain('template')

    await step(page, 5).getByRole('link', { name: 'Open console' }).click()
    await expect(page.locator('[data-console-state=open]')).toBeAttached()
    await page.goto('/guide')
    await expectDone(page, 5)

    await doIt(page, 6).click()
    await expectDone(page, 6)
    expect(panel.host('iocage', 'list', '-t', '-h')).toContain('template')
    await doIt(page, 7).click()
    await expectDone(page, 7)
    await expect(step(page, 7)).toContainText('jail www, down until it is started')
    await doIt(page, 8).click()
    await expect(page.getByRole('heading', { name: 'www is up at 10.0.1.2. What next?' })).toBeVisible({
      timeout: 60_000,
    })
    expect(panel.host('iocage', 'list')).toMatch(/\| up +\| www +\| 11\.0-RELEASE \| 10\.0\.1\.2 +\|/)
    await page.getByRole('link', { name: 'More from template' }).click()
    await expect(page).toHaveURL(/\/jails\/new\?template=template/)
  })
})

test.describe('the guide, in a terminal', () => {
  useHost({ iocage: '1.13' })

  test('each command on the host ticks its step in the open page', async ({ page, signIn, panel }) => {
    test.setTimeout(240_000)
    await signIn('admin')
    // A name that is like the guide's own makes it take another one.
    await page.goto('/guide')
    await expect(doIt(page, 1)).toBeVisible()
    panel.host('iocage', 'activate', 'tank')
    panel.host('iocage', 'list')
    await expectDone(page, 1)
    panel.host('iocage', 'fetch', '-r', '14.3-RELEASE')
    await expectDone(page, 2)
    panel.host('iocage', 'create', '-n', 'www-old', '-e')
    await expect(step(page, 7)).toContainText('Create web from the template')
    panel.host('iocage', 'create', '-n', 'template', '-r', '14.3-RELEASE')
    await expectDone(page, 3)
    panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.100/24', 'template')
    await expectOpen(page, 4)
    panel.host('iocage', 'start', 'template')
    await expectDone(page, 4)
    panel.host('iocage', 'stop', 'template')
    panel.host('iocage', 'set', 'template=yes', 'template')
    await expectDone(page, 6)
    await expectDone(page, 5)
    panel.host('iocage', 'create', '-n', 'mail', '-t', 'template', 'ip4_addr=igb0|10.0.1.9/24')
    await expectDone(page, 7)
    await expectOpen(page, 8)
    panel.host('iocage', 'start', 'mail')
    await expect(page.getByRole('heading', { name: 'mail is up at 10.0.1.9. What next?' })).toBeVisible()
  })
})
