import type { Page } from '@playwright/test'
import { expect, test, useHost } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** FreeBSD Iocage Primer, clicked: every step of the text in the pages, each compared with what the host says. */

const jails = (page: Page) => page.getByRole('grid', { name: 'Jails' })
const jailRow = (page: Page, tag: string) => jails(page).getByRole('row').filter({ hasText: tag })
const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text })
/** The state in the head of a jail's page, and the words of it. */
const head = (page: Page, word: string) => page.getByRole('main').locator('header').getByText(word, { exact: true })

/** One value of a jail, by iocage. */
const get = (panel: RunningPanel, property: string, tag: string) => panel.host('iocage', 'get', property, tag).trim()
/** The line of a jail in `iocage list`; the dialects order its columns differently. */
const listed = (panel: RunningPanel, tag: string) =>
  panel
    .host('iocage', 'list')
    .split('\n')
    .find((line) => line.includes(` ${tag} `)) ?? ''
const idOf = (panel: RunningPanel, tag: string, today: boolean) =>
  `iocage:${today ? tag : get(panel, 'host_hostuuid', tag)}`

async function openJail(page: Page, panel: RunningPanel, tag: string, today = false): Promise<void> {
  await page.goto(`/jails/${encodeURIComponent(idOf(panel, tag, today))}`)
  await expect(page.getByRole('heading', { level: 1, name: tag })).toBeVisible()
}

/** Changes a property on the page of a jail, and waits until the host has it. */
async function setProperty(page: Page, property: string, fill: () => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: `Change ${property}` }).click()
  const form = page.getByRole('form', { name: `Change ${property}` })
  await expect(form).toBeVisible()
  await fill()
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form).toBeHidden()
}

/** Clicks through the wizard from where it begins: the jail gets no address yet, and stays down, as in the text. */
async function createJail(page: Page, tag: string, source: RegExp): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(tag)
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByRole('radio', { name: source })).toBeChecked()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: /No address/ }).click()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('checkbox', { name: /right after creating/ }).click()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: `Create ${tag}` }).click()
  await expect(page).toHaveURL(/\/jails\/iocage%3A/, { timeout: 60_000 })
  await expect(page.getByRole('heading', { level: 1, name: tag })).toBeVisible()
}

for (const iocage of ['0.9.7', '1.13'] as const)
  test.describe(`the primer, clicked, on iocage ${iocage}`, () => {
    const today = iocage === '1.13'
    // Each step goes on where the one before ended.
    test.describe.configure({ mode: 'serial' })
    useHost({ iocage })
    test.beforeEach(async ({ signIn, context }) => {
      test.setTimeout(180_000)
      await context.addInitScript(() => localStorage.setItem('cellblock.console', '{"screenReader":true}'))
      await signIn('admin')
    })

    test('iocage activate tank', async ({ page, panel }) => {
      await page.goto('/')
      await expect(page).toHaveURL(/\/guide$/)
      await page.goto('/host')
      await page.getByRole('button', { name: 'Activate tank' }).click()
      await expect(page.getByRole('listitem', { name: 'Pool tank' }).getByText('active')).toBeVisible()
      expect(panel.host('iocage', 'get', '-p')).toContain('tank')
    })

    test('iocage fetch -r 11.0-RELEASE', async ({ page, panel }) => {
      await page.goto('/releases')
      await page.getByRole('button', { name: 'Fetch 11.0-RELEASE' }).click()
      // It is past its end of life: that is asked about once.
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Fetch/ })
        .click()
      const progress = row(page, '11.0-RELEASE').getByRole('progressbar')
      await expect(progress).toBeVisible()
      await expect
        .poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 60_000 })
        .toBeGreaterThan(5)
      await expect(page.getByRole('link', { name: 'Create a jail from 11.0-RELEASE' })).toBeVisible({ timeout: 90_000 })
      expect(panel.host('iocage', 'list', '-r', '-h')).toContain('11.0-RELEASE')
    })

    test('iocage create tag=template -r 11.0-RELEASE', async ({ page, panel }) => {
      await page.goto('/releases')
      await page.getByRole('link', { name: 'Create a jail from 11.0-RELEASE' }).click()
      await createJail(page, 'template', /11\.0-RELEASE/)
      await expect(head(page, 'down')).toBeVisible()
      expect(panel.host('iocage', 'list', '-h')).toContain('template')
    })

    test('iocage set ip4_addr, host_hostname; iocage start', async ({ page, panel }) => {
      await openJail(page, panel, 'template', today)
      await setProperty(page, 'ip4_addr', async () => {
        const form = page.getByRole('form', { name: 'Change ip4_addr' })
        if ((await form.getByLabel('Address', { exact: true }).count()) === 0)
          await form.getByRole('button', { name: 'Add an address' }).click()
        await form.getByLabel('Address', { exact: true }).fill('10.0.1.100')
        await form.getByLabel('Mask', { exact: true }).fill('24')
      })
      await expect.poll(() => get(panel, 'ip4_addr', 'template')).toBe('igb0|10.0.1.100/24')
      if (get(panel, 'host_hostname', 'template') !== 'template') {
        await openJail(page, panel, 'template', today)
        await setProperty(page, 'host_hostname', () =>
          page.getByRole('form', { name: 'Change host_hostname' }).getByRole('textbox').fill('template'),
        )
        await expect.poll(() => get(panel, 'host_hostname', 'template')).toBe('template')
      }
      await page.goto('/jails')
      await jailRow(page, 'template').getByRole('button', { name: 'Start template' }).click()
      // JID, STATE, TAG, RELEASE, IP4, as the document's own listing.
      for (const text of ['1', 'up', 'template', '11.0-RELEASE', '10.0.1.100'])
        await expect(jailRow(page, 'template').getByRole('gridcell').filter({ hasText: text }).first()).toBeVisible()
      for (const text of ['| 1 ', ' up ', ' 11.0-RELEASE ', ' 10.0.1.100 '])
        expect(listed(panel, 'template')).toContain(text)
    })

    test('iocage console template: hostname', async ({ page, panel }) => {
      await page.goto('/jails')
      await jailRow(page, 'template').getByRole('link', { name: 'Console of template' }).click()
      const screen = page.locator('.xterm-accessibility-tree')
      await expect(screen).toContainText('root@template:~ #')
      await page.keyboard.type('hostname\n')
      await expect(screen).toContainText(/hostname\s*template\s*root@template/)
      // What is set up here is in every jail made from the template.
      await page.keyboard.type('echo ours > /root/mark\n')
      await expect.poll(() => panel.tryHost('iocage', 'exec', 'template', 'cat', '/root/mark').stdout).toContain('ours')
    })

    test('iocage stop template; iocage set template=yes template', async ({ page, panel }) => {
      await page.goto('/jails')
      await jailRow(page, 'template').getByRole('button', { name: 'Stop template' }).click()
      await expect(jailRow(page, 'template').getByText('down', { exact: true })).toBeVisible({ timeout: 60_000 })
      await jailRow(page, 'template').getByRole('button', { name: 'More for template' }).click()
      await page.getByRole('menuitem', { name: 'Convert to template' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Convert template' }).click()
      await expect(page.getByRole('heading', { name: 'No jails yet' })).toBeVisible()
      await page.goto('/templates')
      await expect(row(page, 'template').filter({ hasText: '11.0-RELEASE' })).toBeVisible()
      expect(panel.host('iocage', 'list', '-h')).not.toContain('template')
      expect(panel.host('iocage', 'list', '-t', '-h')).toContain('template')
    })

    test('iocage create tag=www -t template; iocage set ip4_addr', async ({ page, panel }) => {
      await page.goto('/templates')
      await page.getByRole('link', { name: 'Create a jail from template' }).click()
      await createJail(page, 'www', /^template/)
      await page.goto('/jails')
      // Before its first start it has no JID.
      await expect(jailRow(page, 'www').getByText('down', { exact: true })).toBeVisible()
      await expect(jailRow(page, 'www').getByRole('gridcell').filter({ hasText: /^-$/ }).first()).toBeVisible()
      await openJail(page, panel, 'www', today)
      await setProperty(page, 'ip4_addr', async () => {
        const form = page.getByRole('form', { name: 'Change ip4_addr' })
        if ((await form.getByLabel('Address', { exact: true }).count()) === 0)
          await form.getByRole('button', { name: 'Add an address' }).click()
        await form.getByLabel('Address', { exact: true }).fill('10.0.1.2')
        await form.getByLabel('Mask', { exact: true }).fill('24')
      })
      await page.goto('/jails')
      await expect(jailRow(page, 'www').getByText('10.0.1.2')).toBeVisible()
      for (const text of [today ? '| None ' : '| - ', ' down ', ' 11.0-RELEASE ', ' 10.0.1.2 '])
        expect(listed(panel, 'www')).toContain(text)
    })

    test('zfs list', async ({ page, panel }) => {
      const name = `jails/${today ? 'www' : get(panel, 'host_hostuuid', 'www')}`
      await page.goto('/storage?view=name')
      await page.getByRole('searchbox', { name: 'Filter datasets' }).fill('www')
      for (const dataset of [`tank/iocage/${name}`, `tank/iocage/${name}/root`]) {
        const found = page.getByRole('row').filter({ has: page.getByText(dataset, { exact: true }) })
        await expect(found).toContainText(/\d[KMG]/)
        await expect(found).toContainText(panel.host('zfs', 'list', '-H', '-o', 'mountpoint', dataset).trim())
      }
      await openJail(page, panel, 'www', today)
      await page.getByRole('tab', { name: 'Storage' }).click()
      await expect(page.getByText(`tank/iocage/${name}/root`).first()).toBeVisible()
    })

    test('iocage start www; ifconfig igb0', async ({ page, panel }) => {
      await page.goto('/network')
      await expect(row(page, '10.0.1.2/24')).toHaveCount(0)
      await page.goto('/jails')
      await jailRow(page, 'www').getByRole('button', { name: 'Start www' }).click()
      await expect(jailRow(page, 'www').getByText('up', { exact: true })).toBeVisible({ timeout: 60_000 })
      await expect(jailRow(page, 'www').getByRole('gridcell').filter({ hasText: /^2$/ })).toBeVisible()
      expect(panel.host('iocage', 'exec', 'www', 'cat', '/root/mark')).toContain('ours')
      await page.goto('/network')
      const igb0 = page.getByRole('region', { name: 'Interface igb0' })
      await expect(
        igb0.getByRole('row').filter({ hasText: '10.0.1.2/24' }).getByRole('link', { name: 'www' }),
      ).toBeVisible()
      await expect(igb0.getByText('10.0.0.11/8')).toBeVisible()
      expect(panel.host('ifconfig', 'igb0')).toContain('inet 10.0.1.2 netmask 0xffffff00 broadcast 10.0.1.255')
      // The guide has seen it all, though nothing was done in it.
      await page.goto('/guide')
      await expect(page.getByRole('heading', { name: 'www is up at 10.0.1.2. What next?' })).toBeVisible()
    })
  })
