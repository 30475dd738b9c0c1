import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'

/** Recording by policy, the list, the player. */
useHost({ iocage: '1.13' })

const screen = (page: Page) => page.locator('.xterm-accessibility-tree')
const consoleAddress = `/jails/${encodeURIComponent('iocage:www')}/console`

test.beforeEach(async ({ context, panel, signIn }) => {
  test.setTimeout(180_000)
  if (panel.tryHost('iocage', 'get', 'boot', 'www').status !== 0) {
    panel.host('iocage', 'activate', 'tank')
    panel.host('iocage', 'fetch', '-r', '14.3-RELEASE')
    panel.host('iocage', 'create', '-n', 'www', '-r', '14.3-RELEASE', 'ip4_addr=igb0|10.0.1.2/24')
    panel.host('iocage', 'start', 'www')
  }
  await signIn('admin')
  await context.addInitScript(() => localStorage.setItem('cellblock.console', '{"screenReader":true}'))
})

test('the policy asks for a reason, the console says that it is recorded, the recording is found and played', async ({
  page,
}) => {
  await page.goto('/recordings')
  await page.getByRole('button', { name: 'Decide what is recorded' }).click()
  await page.getByLabel('Consoles', { exact: true }).selectOption('Recorded, with a reason')
  await page.getByLabel('Keep for, in days').fill('0')
  await page.getByRole('button', { name: 'Save the policy' }).click()
  await expect(page.getByText('At least one day.')).toBeVisible()
  await page.getByLabel('Keep for, in days').fill('30')
  await page.getByRole('button', { name: 'Save the policy' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.goto(consoleAddress)
  await page.getByLabel('Reason').fill('x')
  await page.getByRole('button', { name: 'Open console' }).click()
  await expect(page.getByText('Say why in a few words.')).toBeVisible()
  await page.getByLabel('Reason').fill('disk alarm of last night')
  await page.getByRole('button', { name: 'Open console' }).click()
  await expect(page.getByText('recording', { exact: true })).toBeVisible()
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('clear; echo the nee""dle; sleep 1; echo the end; exit\n')
  await expect(page.locator('[data-console-state=exited]')).toBeAttached()

  await page.goto('/recordings')
  const row = page.getByRole('row').filter({ hasText: 'disk alarm of last night' })
  await expect(row).toContainText('complete')
  await page.getByLabel('Search recordings').fill('no such thing')
  await expect(page.getByText('No recording has what you look for.')).toBeVisible()
  await page.getByLabel('Search recordings').fill('alarm')
  await page.getByLabel('Jail', { exact: true }).selectOption('www')
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('button', { name: 'Download the recording of www' }).click(),
  ])
  const file = readFileSync(await download.path())
  expect(download.suggestedFilename()).toMatch(/^www-admin-.*\.cast$/)
  const sha256 = createHash('sha256').update(file).digest('hex')
  await expect(row).toContainText(sha256.slice(0, 12))

  await row.getByRole('link', { name: 'www' }).click()
  await expect(page.getByRole('heading', { name: 'www: admin' })).toBeVisible()
  await expect(screen(page)).toContainText('the end', { timeout: 30_000 })
  await page.getByLabel('Search what was shown').fill('NEEDLE')
  const found = page.getByRole('list', { name: 'Found' })
  await found.getByRole('button').filter({ hasText: 'the needle' }).last().click()
  await expect(screen(page)).toContainText('the needle')
  await expect(screen(page)).not.toContainText('the end')
  await page.getByLabel('Speed').selectOption('10×')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(screen(page)).toContainText('the end')
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }

  await page.goto(`/audit?search=${sha256}`)
  await expect(page.getByText(`SHA-256 ${sha256}`)).toBeVisible()
})

test('others have no recordings to see', async ({ context, page, signIn }) => {
  await context.clearCookies()
  await signIn('operator')
  await page.goto('/recordings')
  await expect(page.getByText('Your role, operator, cannot see recordings.')).toBeVisible()
})
