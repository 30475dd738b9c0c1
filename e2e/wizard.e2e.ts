import type { Page } from '@playwright/test'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** A host with a release, a template and a jail `db`; made once. */
function prepare(panel: RunningPanel): void {
  if (panel.tryHost('iocage', 'get', 'tag', 'db').status === 0) return
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
  panel.host('iocage', 'create', 'tag=base', '-r', '11.0-RELEASE')
  panel.host('iocage', 'set', 'template=yes', 'base')
  panel.host('iocage', 'create', 'tag=db', '-r', '11.0-RELEASE')
  panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.50/24', 'db')
}

const title = (page: Page, text: string | RegExp) => page.getByRole('heading', { level: 2, name: text })
const next = (page: Page) => page.getByRole('button', { name: 'Next' })
/** Fails when the page can be scrolled sideways. */
const expectNoSideways = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)

test.describe('creating jails', () => {
  useHost()
  test.beforeEach(({ panel }) => prepare(panel))

  test('a name that cannot be used is refused while one types, with the reason', async ({ page, signIn }) => {
    await signIn('operator')
    await page.goto('/jails/new')
    const name = page.getByLabel('Name', { exact: true })
    for (const [text, reason] of [
      ['-rf', /cannot start with a dash/],
      ['a b', /no blanks/],
      ['a.b', /A name has no dot/],
      ['x'.repeat(200), /at most 63 characters/],
      ['ALL', /reserved word/],
      ['default', /reserved word/],
      ['SMALL', /cannot contain ALL in capitals/],
      ['db', /There is a jail or template named db already/],
      ['d', /“d” and db begin alike/],
      ['base2', /“base2” and base begin alike/],
      ['web[9-1]', /is no range/],
    ] as const) {
      await name.fill(text)
      await expect(page.getByText(reason)).toBeVisible()
      await page.keyboard.press('Enter')
      await expect(title(page, 'Name the new jail')).toBeVisible()
    }
    // The primer's own jail is called so.
    await name.fill('template')
    await page.keyboard.press('Enter')
    await expect(title(page, /files come from/)).toBeVisible()
  })

  test('an address that cannot be used is refused while one types, with the reason', async ({ page, signIn }) => {
    await signIn('operator')
    await page.goto('/jails/new?names=www&step=network')
    const address = page.getByRole('textbox', { name: 'Address' })
    await expect(address).toHaveValue('10.0.1.51')
    for (const [text, reason] of [
      ['10.0.1', /“10\.0\.1” is not an IPv4 address/],
      ['10.0.1.999', /is not an IPv4 address/],
      ['10.0.1.50', /10\.0\.1\.50 is in use by db/],
      ['10.0.0.11', /is in use by the host/],
      ['192.168.1.2', /outside the network of igb0, 10\.0\.0\.11\/8/],
      ['10.0.1.255', /broadcast address/],
      ['', /Give it an address/],
    ] as const) {
      await address.fill(text)
      await expect(page.getByText(reason)).toBeVisible()
      await next(page).click()
      await expect(title(page, /reached/)).toBeVisible()
    }
    await page.getByLabel('Mask').fill('33')
    await expect(page.getByText('The mask is a number from 1 to 32, not “33”.')).toBeVisible()
    await page.getByLabel('Mask').fill('24')
    // This host's kernel is older than VIMAGE, or it is not: either way the choice is there.
    await expect(page.getByRole('radio', { name: /vnet/ })).toBeVisible()
    await page.getByRole('radio', { name: /No address/ }).click()
    await next(page).click()
    await expect(title(page, 'What else matters')).toBeVisible()
  })

  test('one jail, by the keyboard alone, then its page', async ({ page, signIn, panel }) => {
    await signIn('operator')
    await page.goto('/jails/new')
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
    await page.keyboard.type('www')
    await page.keyboard.press('Enter')
    await expect(title(page, /files come from/)).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Address' })).toHaveValue('10.0.1.51')
    await expect(page).toHaveURL(/step=network/)
    await page.keyboard.press('Enter')
    await expect(title(page, 'What else matters')).toBeVisible()
    // The address follows a moment later; steps within that moment are one in the history.
    await expect(page).toHaveURL(/step=options/)
    await page.getByLabel('Notes').fill('the web')
    await expect(page).toHaveURL(/notes=the\+web/)
    // Back and forward are the browser's, and lose nothing.
    await page.goBack()
    await expect(page).toHaveURL(/step=network/)
    await page.goForward()
    await expect(page.getByLabel('Notes')).toHaveValue('the web')
    await page.keyboard.press('Enter')
    await expect(title(page, 'www from 11.0-RELEASE')).toBeVisible()
    await expect(page.getByText('name and address are free')).toBeVisible()
    const commands = page.getByRole('region', { name: 'Commands' })
    await expect(commands).toContainText('iocage create tag=www -r 11.0-RELEASE')
    await expect(commands).toContainText("iocage set 'ip4_addr=igb0|10.0.1.51/24' www")
    await expect(commands).toContainText('iocage start www')
    await expect(page.getByText('11.0-RELEASE is past its end of life')).toBeVisible()

    await page.reload()
    await expect(page.getByText('name and address are free')).toBeVisible()
    await expect(commands).toContainText("iocage set 'notes=the web' www")
    await page.getByRole('button', { name: 'Create www' }).click()
    await expect(page).toHaveURL(/\/jails\/iocage%3A/, { timeout: 60_000 })
    expect(panel.host('iocage', 'list')).toMatch(/\| up +\| www +\| 11\.0-RELEASE \| 10\.0\.1\.51 +\|/)
    expect(panel.host('iocage', 'get', 'notes', 'www').trim()).toBe('the web')
    expect(panel.host('iocage', 'exec', 'www', 'hostname').trim()).toContain('www')
  })

  test('several at once from a template, with their addresses in a row', async ({ page, signIn, panel }) => {
    await signIn('operator')
    await page.goto('/jails/new?template=base')
    await page.getByLabel('Name', { exact: true }).fill('app01 … app03')
    await expect(page.getByRole('list', { name: 'Names' }).getByRole('listitem')).toHaveText([
      'app01',
      'app02',
      'app03',
    ])
    await next(page).click()
    await expect(page.getByRole('radio', { name: /base/ })).toBeChecked()
    await next(page).click()
    await expect(page.getByLabel('Address of app01')).toHaveValue(/^10\.0\.1\.5\d$/)
    await page.getByLabel('Address of app01').fill('10.0.2.1')
    await expect(page.getByLabel('Address of app03')).toHaveValue('10.0.2.3')
    await next(page).click()
    await page.getByLabel('Domain').fill('example.org')
    await next(page).click()
    await expect(title(page, 'Three jails from base')).toBeVisible()
    await expect(page.getByText('name and address are free')).toHaveCount(3)
    await page.getByRole('button', { name: 'Show all 12 commands' }).click()
    await expect(page.getByRole('region', { name: 'Commands' })).toContainText(
      'iocage set host_hostname=app03.example.org app03',
    )
    await page.getByRole('button', { name: 'Create 3 jails' }).click()
    await expect(page.getByRole('list', { name: 'New jails' }).getByRole('listitem')).toHaveCount(3)
    await expect(page).toHaveURL(/\/jails$/, { timeout: 90_000 })
    const list = panel.host('iocage', 'list')
    for (const n of [1, 2, 3])
      expect(list).toMatch(new RegExp(`\\| up +\\| app0${n} +\\| 11.0-RELEASE \\| 10.0.2.${n} `))
  })

  test('one with a network stack of its own, which has its address inside', async ({ page, signIn, panel }) => {
    await signIn('operator')
    await page.goto('/jails/new?names=router&source=release:11.0-RELEASE&step=network')
    await page.getByRole('radio', { name: /Own network stack/ }).check()
    await page.getByRole('textbox', { name: 'Address' }).fill('10.0.1.77')
    await next(page).click()
    await next(page).click()
    await expect(title(page, /^router from/)).toBeVisible()
    await expect(page.getByText("iocage set 'ip4_addr=vnet0|10.0.1.77/24' router")).toBeVisible()
    await page.getByRole('button', { name: 'Create router' }).click()
    await expect(page).toHaveURL(/\/jails\/[^/]+$/)
    await expect(page.getByText('own stack (vnet)')).toBeVisible()
    await expect(page.getByRole('main')).toContainText('up')
    const inside = panel.host('iocage', 'exec', 'router', 'ifconfig')
    expect(inside).toMatch(/10\.0\.1\.77/)
    expect(panel.host('ifconfig')).not.toMatch(/10\.0\.1\.77/)
  })

  test('a full disk leaves nothing half-made; the same goes through when there is room', async ({
    page,
    signIn,
    panel,
  }) => {
    await signIn('operator')
    await page.goto('/jails/new?names=full01,full02&network=none&start=false&step=review')
    await expect(page.getByText('name is free')).toHaveCount(2)
    const before = panel.host('zfs', 'list', '-H', '-o', 'name')
    panel.host('fault', 'disk-full', 'on')
    try {
      await page.getByRole('button', { name: 'Create 2 jails' }).click()
      await expect(title(page, '2 of 2 did not come about')).toBeVisible({ timeout: 60_000 })
      await expect(page.getByRole('alert').filter({ hasText: 'The pool is full' }).first()).toContainText(
        'Destroy jails, releases or snapshots that are not needed',
      )
    } finally {
      panel.host('fault', 'disk-full', 'off')
    }
    expect(panel.host('zfs', 'list', '-H', '-o', 'name')).toBe(before)
    expect(panel.host('iocage', 'list', '-h')).not.toContain('full0')

    await page.getByRole('button', { name: 'Change and try again' }).click()
    await expect(title(page, /^Two jails from/)).toBeVisible()
    await page.goBack()
    await page.getByRole('button', { name: 'Try again', exact: true }).click()
    await expect(page).toHaveURL(/\/jails$/, { timeout: 60_000 })
    expect(panel.host('iocage', 'list', '-h')).toMatch(/full01[^]*full02|full02[^]*full01/)
  })

  test('a name that is taken meanwhile in a terminal is said at once', async ({ page, signIn, panel }) => {
    await signIn('operator')
    await page.goto('/jails/new?names=late&network=none&step=review')
    await expect(page.getByText('name is free')).toBeVisible()
    panel.host('iocage', 'create', 'tag=late', '-r', '11.0-RELEASE')
    await expect(page.getByText('There is a jail or template named late already.')).toBeVisible()
  })

  test('a viewer is told why not, and an operator cannot be talked into more', async ({ page, signIn, panel }) => {
    await signIn('viewer')
    await page.goto('/jails/new')
    await expect(page.getByText('Your role, viewer, cannot create jails.')).toBeVisible()
    await expect(page.getByLabel('Name', { exact: true })).toHaveCount(0)
    const jail = { tag: 'sneaky', source: { kind: 'empty', name: '' }, ip4: [], boot: false, vnet: false }
    const answer = await panel.call('jail.create', { jails: [jail], start: false }, await panel.login('viewer'))
    expect(answer.status).toBe(403)
  })

  const views = [
    ['/jails/new', 'Name the new jail'],
    ['/jails/new?names=x1,-x', 'Name the new jail'],
    ['/jails/new?names=x1&step=source', /files come from/],
    ['/jails/new?names=y1,y2&step=network', /reached/],
    ['/jails/new?names=x1&step=options', 'What else matters'],
    ['/jails/new?names=y1,y2,y3&step=review', /^Three jails/],
  ] as const
  for (const theme of ['light', 'dark'] as const)
    test(`every step is accessible and fits a phone, ${theme}`, async ({ page, signIn }) => {
      await signIn('operator')
      await useTheme(page, theme)
      for (const [address, head] of views) {
        await page.goto(address)
        await expect(title(page, head)).toBeVisible()
        if (address.includes('review')) await expect(page.getByText('name and address are free')).toHaveCount(3)
        if (address.includes('network')) await expect(page.getByLabel('Address of y2')).not.toHaveValue('')
        await expectAccessible(page)
        await page.setViewportSize({ width: 390, height: 844 })
        await expectNoSideways(page)
        await expectAccessible(page)
        await page.setViewportSize({ width: 1360, height: 820 })
      }
    })
})
