import type { Locator, Page } from '@playwright/test'
import { callPath } from '../lib/contract/wire.ts'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** The table of jails and the page of one, on a host with each of iocage's dialects. */

const RELEASE = '11.0-RELEASE'

/** A row of the table by the jail's tag. */
const row = (page: Page, tag: string): Locator =>
  page
    .getByRole('grid', { name: 'Jails' })
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: tag, exact: true }) })

const side = (page: Page, tag: string): Locator => page.getByRole('complementary', { name: `Jail ${tag}` })
const jailUrl = (tag: string, query = '') => `/jails/${encodeURIComponent(`iocage:${tag}`)}${query}`

/** The tags in the order in which the table shows them; the other links of a row have an icon and no text. */
const tags = (page: Page): Promise<string[]> =>
  page.getByRole('grid', { name: 'Jails' }).getByRole('link').filter({ hasText: /./ }).allInnerTexts()

test.describe('today’s iocage', () => {
  useHost({ iocage: '1.13' })
  test.describe.configure({ timeout: 180_000 })

  function create(panel: RunningPanel, tag: string, ...properties: string[]): void {
    panel.host('iocage', 'create', '-n', tag, '-r', RELEASE, ...properties)
  }

  let filled = false
  /** www is up, the others are down; twelve is there to be counted after two. */
  function fill(panel: RunningPanel): void {
    if (filled) return
    filled = true
    // A test that runs alone, or first after one that failed, has a host of its own.
    if (panel.tryHost('ls', `/tank/iocage/releases/${RELEASE}`).status !== 0) {
      panel.host('iocage', 'activate', 'tank')
      panel.host('iocage', 'fetch', '-r', RELEASE)
    }
    create(panel, 'www', 'ip4_addr=igb0|10.0.1.2/24', 'notes=shop of ada')
    create(panel, 'db', 'ip4_addr=igb0|10.0.1.33/24')
    create(panel, 'web12', 'ip4_addr=igb0|10.0.1.12/24')
    create(panel, 'web2', 'ip4_addr=igb0|10.0.1.4/24')
    panel.host('iocage', 'start', 'www')
  }

  test('a host without jails says what comes first', async ({ page, panel, signIn }) => {
    await signIn('admin')
    await page.goto('/jails')
    await expect(page.getByRole('heading', { name: 'No jails yet' })).toBeVisible()
    await expect(page.getByText('iocage has no pool to keep jails in.')).toBeVisible()
    panel.host('iocage', 'activate', 'tank')
    await expect(page.getByText('none is fetched yet')).toBeVisible()
    panel.host('iocage', 'fetch', '-r', RELEASE)
    await expect(page.getByRole('main').getByRole('link', { name: 'Create the first jail' })).toHaveAttribute(
      'href',
      '/jails/new',
    )
    await expectAccessible(page)
  })

  test('what is done in a terminal shows in an open page by itself', async ({ page, panel, signIn }) => {
    await signIn('admin')
    await page.goto('/jails')
    await expect(page.getByRole('heading', { name: 'Jails', exact: true })).toBeVisible()
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    fill(panel)
    await expect(row(page, 'www')).toContainText('up')
    await expect(row(page, 'www')).toContainText('10.0.1.2')
    await expect(row(page, 'www')).toContainText(RELEASE)
    await expect(row(page, 'www').getByText('end of life')).toBeVisible()
    await expect(row(page, 'db')).toContainText('down')

    /** Does something in a terminal; notes how long after its end the page shows it, in milliseconds. */
    const timed = async (what: string, seen: () => Promise<void>, ...argv: string[]) => {
      panel.host(...argv)
      const ended = Date.now()
      await seen()
      test.info().annotations.push({ type: 'shown after', description: `${what}: ${Date.now() - ended} ms` })
    }
    await timed('start', () => expect(row(page, 'db')).toContainText(/\d+up/), 'iocage', 'start', 'db')
    await timed('stop', () => expect(row(page, 'db')).toContainText('down'), 'iocage', 'stop', 'db')
    await timed(
      'set',
      () => expect(row(page, 'db')).toContainText('10.0.1.34'),
      'iocage',
      'set',
      'ip4_addr=igb0|10.0.1.34/24',
      'db',
    )
    await timed(
      'create',
      () => expect(row(page, 'short')).toContainText('down'),
      'iocage',
      'create',
      '-n',
      'short',
      '-r',
      RELEASE,
    )
    await timed('destroy', () => expect(row(page, 'short')).toHaveCount(0), 'iocage', 'destroy', '-f', 'short')
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
  })

  test('start and stop by a click: starting while the job says so, then up with its JID', async ({
    page,
    panel,
    signIn,
  }) => {
    await signIn('operator')
    fill(panel)
    // It is starting until somebody writes to the pipe.
    panel.host('mkfifo', '/tmp/go')
    panel.host('iocage', 'set', 'exec_prestart=/bin/cat /tmp/go', 'db')
    await page.goto('/jails')
    await row(page, 'db').getByRole('button', { name: 'Start db' }).click()
    await expect(row(page, 'db').getByText('starting', { exact: true })).toBeVisible()
    const start = row(page, 'db').getByRole('button', { name: 'Start db' })
    await expect(start).toHaveAccessibleDescription('db is starting. Wait until that is done.')
    panel.host('sh', '-c', 'echo > /tmp/go')
    await expect(row(page, 'db').getByText('up', { exact: true })).toBeVisible()
    await expect(row(page, 'db').getByRole('gridcell').nth(1)).toHaveText(/^\d+$/)
    expect(panel.host('jls', 'name')).toContain('ioc-db')
    await row(page, 'db').getByRole('button', { name: 'Stop db' }).click()
    await expect(row(page, 'db').getByText('down', { exact: true })).toBeVisible()
    await expect(row(page, 'db').getByRole('gridcell').nth(1)).toHaveText('-')
    expect(panel.host('jls', 'name')).not.toContain('ioc-db')
    panel.host('iocage', 'set', 'exec_prestart=/usr/bin/true', 'db')
  })

  test('a start that fails says why, in its row, its panel and on its page', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    create(panel, 'broken')
    panel.host('rm', '/tank/iocage/jails/broken/root/bin/sh')
    await page.goto('/jails?jail=iocage:broken')
    await side(page, 'broken').getByRole('button', { name: 'Start', exact: true }).click()
    await expect(row(page, 'broken').getByText('start failed', { exact: true })).toBeVisible()
    await expect(side(page, 'broken').getByRole('alert')).toContainText(
      'Its exec_start failed, so iocage did not leave it running.',
    )
    await expect(row(page, 'broken').getByText('down', { exact: true })).toBeVisible()
    await page.goto(jailUrl('broken'))
    await expect(page.getByRole('main').getByRole('alert')).toContainText('Its exec_start failed')
    panel.host('iocage', 'destroy', '-f', 'broken')
    await expect(page.getByRole('heading', { name: 'broken is gone' })).toBeVisible()
  })

  test('a damaged configuration marks its row and harms no other', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    await page.goto('/jails')
    const file = '/tank/iocage/jails/web12/config.json'
    panel.host('cp', file, '/tmp/web12.json')
    panel.host('sh', '-c', `head -c 200 /tmp/web12.json > ${file}`)
    await expect(row(page, 'web12').getByText('unreadable', { exact: true })).toBeVisible()
    await expect(row(page, 'web12').getByText(/config\.json, line \d+/)).toBeVisible()
    await expect(row(page, 'web12').getByRole('button', { name: 'Start web12' })).toHaveAccessibleDescription(
      /web12 cannot be used as it is: config\.json is not valid JSON/,
    )
    await expect(row(page, 'www').getByText('up', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Filter by state', exact: true }).click()
    await page.getByRole('menuitemradio', { name: 'Needs attention' }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => tags(page)).toEqual(['web12'])
    panel.host('cp', '/tmp/web12.json', file)
    await expect(page.getByText('No jail is in need of attention.')).toBeVisible()
    await page.getByRole('button', { name: 'Show all jails' }).click()
    await expect(row(page, 'web12').getByText('down', { exact: true })).toBeVisible()
  })

  test('a jail that iocage did not make can be read, and says why it is left alone', async ({
    page,
    panel,
    signIn,
  }) => {
    await signIn('admin')
    fill(panel)
    await page.goto('/jails')
    panel.host(
      'jail',
      '-c',
      'name=plain',
      `path=/tank/iocage/releases/${RELEASE}/root`,
      'host.hostname=plain',
      'persist',
    )
    await expect(row(page, 'plain').getByText('not by iocage')).toBeVisible()
    await expect(row(page, 'plain').getByText('up', { exact: true })).toBeVisible()
    await expect(row(page, 'plain').getByRole('button', { name: 'Stop plain' })).toHaveAccessibleDescription(
      /plain was not made by iocage.*Change it with what started it/,
    )
    await expect(row(page, 'plain').getByRole('link', { name: 'Console of plain' })).toBeVisible()
    await row(page, 'plain').getByRole('link', { name: 'plain', exact: true }).click()
    await expect(side(page, 'plain').getByText('was not made by iocage')).toBeVisible()
    panel.host('jail', '-r', 'plain')
    await expect(page.getByRole('heading', { name: 'This jail is gone' })).toBeVisible()
  })

  test('a viewer can change nothing, by click or by call', async ({ page, panel, signIn }) => {
    await signIn('viewer')
    fill(panel)
    await page.goto('/jails?jail=iocage:www')
    const refused = 'Your role, viewer, cannot'
    const start = row(page, 'db').getByRole('button', { name: 'Start db' })
    await expect(start).toHaveAccessibleDescription(new RegExp(`${refused} start jails`))
    // A refused button can be pressed, to say why; it only does nothing else.
    await start.click({ force: true })
    await expect(
      page
        .getByRole('tooltip')
        .or(page.getByText(`${refused} start jails`))
        .first(),
    ).toBeVisible()
    await expect(side(page, 'www').getByRole('button', { name: 'Stop', exact: true })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
    await expect(side(page, 'www').getByRole('button', { name: 'Console', exact: true })).toHaveAccessibleDescription(
      new RegExp(`${refused} open consoles`),
    )
    await expect(page.getByRole('button', { name: 'Create jail' })).toHaveAttribute('aria-disabled', 'true')
    await page.goto(jailUrl('db', '?tab=properties'))
    await expect(page.getByRole('button', { name: 'Change notes' })).toHaveAttribute('aria-disabled', 'true')
    await page.getByRole('button', { name: 'More for db' }).click()
    await expect(page.getByRole('menuitem', { name: 'Destroy' })).toHaveAttribute('aria-disabled', 'true')

    const cookie = await panel.login('viewer')
    const id = 'iocage:db'
    for (const [verb, input] of [
      ['jail.start', { id }],
      ['jail.stop', { id: 'iocage:www' }],
      ['jail.bulk', { jails: [{ id }], action: 'start' }],
      ['jail.set', { id, property: 'notes', value: 'mine' }],
      ['jail.convertToTemplate', { id }],
      ['jail.destroy', { id, confirm: 'db' }],
    ] as const)
      expect(await panel.call(verb, input, cookie), verb).toMatchObject({ status: 403 })
    expect(panel.host('jls', 'name').trim().split('\n')).toEqual(['ioc-www'])
  })

  test('several at once: those in the wrong state are named before', async ({ page, panel, signIn }) => {
    await signIn('operator')
    fill(panel)
    await page.goto('/jails')
    await row(page, 'db').getByRole('checkbox').click()
    await row(page, 'www')
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] })
    await expect(page.getByText('4 jails selected')).toBeVisible()
    await page
      .getByRole('region', { name: 'Selected jails' })
      .getByRole('button', { name: 'Start …', exact: true })
      .click()
    const dialog = page.getByRole('dialog', { name: 'Start 3 jails' })
    await expect(dialog.getByRole('region', { name: 'Left out' })).toContainText('www is already up.')
    await expect(dialog.getByRole('region', { name: 'What runs' })).toContainText('iocage start -- db')
    await dialog.getByRole('button', { name: 'Start 3 jails' }).click()
    await expect(dialog).toBeHidden()
    for (const tag of ['db', 'web2', 'web12'])
      await expect(row(page, tag).getByText('up', { exact: true })).toBeVisible({ timeout: 60_000 })
    await row(page, 'www').getByRole('checkbox').click()
    await page.getByRole('region', { name: 'Selected jails' }).getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('dialog', { name: 'Stop 3 jails' }).getByRole('button', { name: 'Stop 3 jails' }).click()
    for (const tag of ['db', 'web2', 'web12'])
      await expect(row(page, tag).getByText('down', { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(row(page, 'www').getByText('up', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Clear the selection' }).click()
    await page.getByRole('checkbox', { name: 'Select all jails that are shown' }).click()
    await expect(page.getByText('4 jails selected')).toBeVisible()
  })

  test('filter, order, columns, chosen jail and selection are in the address', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    await page.goto('/jails')
    await expect.poll(() => tags(page)).toEqual(['db', 'web2', 'web12', 'www'])
    await page.getByRole('columnheader', { name: 'IP4' }).getByRole('button').click()
    await expect.poll(() => tags(page)).toEqual(['www', 'web2', 'web12', 'db'])
    await page.getByRole('columnheader', { name: 'IP4' }).getByRole('button').click()
    await expect.poll(() => tags(page)).toEqual(['db', 'web12', 'web2', 'www'])
    await page.keyboard.press('/')
    await page.keyboard.type('10.0.1 web')
    await expect.poll(() => tags(page)).toEqual(['web12', 'web2'])
    await row(page, 'web2').getByRole('checkbox').click()
    await row(page, 'web12').getByRole('link', { name: 'web12', exact: true }).click()
    await expect(side(page, 'web12')).toBeVisible()
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Release' }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('columnheader', { name: 'Release' })).toHaveCount(0)
    await expect(page).toHaveURL(/search=.*web/)
    await expect(page).toHaveURL(/columns=/)
    await page.reload()
    await expect.poll(() => tags(page)).toEqual(['web12', 'web2'])
    await expect(side(page, 'web12')).toBeVisible()
    await expect(row(page, 'web2').getByRole('checkbox')).toBeChecked()
    await expect(page.getByRole('columnheader', { name: 'Release' })).toHaveCount(0)
    await expect(page.getByRole('columnheader', { name: 'IP4' })).toHaveAttribute('aria-sort', 'descending')
    // Notes are looked into as well, and nothing found says so.
    await page.getByRole('searchbox', { name: 'Filter jails' }).fill('ada')
    await expect.poll(() => tags(page)).toEqual(['www'])
    await page.getByRole('searchbox', { name: 'Filter jails' }).fill('nothing like it')
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
  })

  test('the keyboard alone: arrows, Space, Enter, Esc', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    await page.goto('/jails')
    await row(page, 'db').focus()
    await page.keyboard.press('ArrowDown')
    await expect(row(page, 'web2')).toBeFocused()
    await page.keyboard.press('Space')
    await expect(row(page, 'web2')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(page.getByText('2 jails selected')).toBeVisible()
    await page.keyboard.press('End')
    await expect(row(page, 'www')).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(side(page, 'www')).toBeVisible()
    // The panel follows the row, and Tab goes on into the row's controls.
    await page.keyboard.press('ArrowUp')
    await expect(side(page, 'web12')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('complementary', { name: /^Jail/ })).toHaveCount(0)
    await expect(page.getByText('2 jails selected')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByText('2 jails selected')).toHaveCount(0)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await expect(row(page, 'web12').getByRole('button', { name: 'Start web12' })).toBeFocused()
  })

  test('an address gets the host’s interface, also where that is not known at once', async ({
    page,
    panel,
    signIn,
  }) => {
    await signIn('admin')
    fill(panel)
    create(panel, 'bare')
    let answer = () => {}
    const asked = new Promise<void>((resolve) => (answer = resolve))
    await page.route(`**/api${callPath('host.network')}`, async (route) => {
      await asked
      await route.continue()
    })
    await page.goto(jailUrl('bare'))
    await page.getByRole('link', { name: 'Change ip4_addr' }).click()
    const form = page.getByRole('form', { name: 'Change ip4_addr' })
    const add = form.getByRole('button', { name: 'Add an address' })
    await expect(add).toHaveAttribute('aria-disabled', 'true')
    answer()
    await add.click()
    await expect(form.getByLabel('Interface')).toHaveValue('igb0')
    panel.host('iocage', 'destroy', '-f', 'bare')
  })

  test('a property is checked, shown as a command, and set', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    await page.goto(jailUrl('db'))
    await page.getByRole('link', { name: 'Change ip4_addr' }).click()
    const form = page.getByRole('form', { name: 'Change ip4_addr' })
    const address = form.getByRole('textbox', { name: 'Address' })
    await address.fill('10.0.1.300')
    await expect(form.getByText('“10.0.1.300” is not an IPv4 address.')).toBeVisible()
    await address.fill('10.0.1.2')
    await expect(form.getByText('10.0.1.2 is in use by www.').first()).toBeVisible()
    await expect(form.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true')
    await form.getByRole('button', { name: 'Use it' }).click()
    const proposed = await address.inputValue()
    await expect(form.getByRole('region', { name: 'What runs' })).toContainText(
      `iocage set -- 'ip4_addr=igb0|${proposed}/24' db`,
    )
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form).toBeHidden()
    await expect(page.getByText(`igb0|${proposed}/24`, { exact: true })).toBeVisible()
    expect(panel.host('iocage', 'get', 'ip4_addr', 'db').trim()).toBe(`igb0|${proposed}/24`)

    await page.getByRole('button', { name: 'Change host_hostname' }).click()
    const hostname = page.getByRole('form', { name: 'Change host_hostname' })
    await hostname.getByRole('textbox').fill('-bad-')
    await expect(hostname.getByText('A host name has letters, digits and dashes')).toBeVisible()
    await hostname.getByRole('textbox').fill('db.example.org')
    await hostname.getByRole('button', { name: 'Save' }).click()
    await expect(hostname).toBeHidden()

    await page.getByRole('button', { name: 'Change boot' }).click()
    const boot = page.getByRole('form', { name: 'Change boot' })
    await boot.getByText('Start with the host').click()
    await boot.getByRole('button', { name: 'Save' }).click()
    await expect(boot).toBeHidden()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(page.getByText('starts with the host')).toBeVisible()
    await expect(page.getByText('db.example.org', { exact: true })).toBeVisible()
    expect(panel.host('iocage', 'get', 'host_hostname', 'db').trim()).toBe('db.example.org')
    await page.goto(jailUrl('db', '?tab=storage'))
    await expect(page.getByText('tank/iocage/jails/db/root', { exact: true })).toBeVisible()
    await page.goto(jailUrl('db', '?tab=jobs'))
    await expect(page.getByText('Set boot=on on db')).toBeVisible()
  })

  test('to a template and back, with its command', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    create(panel, 'base')
    await page.goto(jailUrl('base'))
    await page.getByRole('button', { name: 'More for base' }).click()
    await page.getByRole('menuitem', { name: 'Convert to template' }).click()
    const dialog = page.getByRole('dialog', { name: 'Convert base to a template' })
    await expect(dialog.getByText('template=yes')).toBeVisible()
    await dialog.getByRole('button', { name: 'Convert base' }).click()
    await expect(page.getByRole('button', { name: 'Create jail from it' })).toBeVisible()
    await expect(page.getByText('Jails made from it (0)')).toBeVisible()
    expect(panel.host('iocage', 'list', '-t', '-h')).toContain('base')
    panel.host('iocage', 'create', '-n', 'child', '-t', 'base')
    await expect(page.getByText('Jails made from it (1)')).toBeVisible()
    await expect(page.getByRole('link', { name: 'child' })).toBeVisible()
    await page.getByRole('button', { name: 'More for base' }).click()
    await page.getByRole('menuitem', { name: 'Destroy' }).click()
    await expect(page.getByText('base is the source of child')).toBeVisible()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    panel.host('iocage', 'destroy', '-f', 'child')
    await page.getByRole('button', { name: 'More for base' }).click()
    await page.getByRole('menuitem', { name: 'Convert to a jail' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Convert base' }).click()
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible()
    expect(panel.host('iocage', 'list', '-h')).toContain('base')
  })

  test('to destroy lists what goes and wants the name typed', async ({ page, panel, signIn }) => {
    await signIn('admin')
    fill(panel)
    create(panel, 'old')
    await page.goto('/jails')
    await row(page, 'www').getByRole('button', { name: 'More for www' }).click()
    await expect(page.getByRole('menuitem', { name: 'Destroy' })).toHaveAccessibleDescription(
      'www is up. Stop it first.',
    )
    await page.keyboard.press('Escape')
    await page.goto(jailUrl('old'))
    await page.getByRole('button', { name: 'More for old' }).click()
    await page.getByRole('menuitem', { name: 'Destroy' }).click()
    const dialog = page.getByRole('dialog', { name: 'Destroy old' })
    await expect(dialog.getByText('Goes for good: tank/iocage/jails/old/root')).toBeVisible()
    await expect(dialog.getByRole('region', { name: 'What runs' })).toContainText('iocage destroy')
    const destroy = dialog.getByRole('button', { name: 'Destroy old' })
    await expect(destroy).toHaveAttribute('aria-disabled', 'true')
    await dialog.getByRole('textbox').fill('ol')
    await expect(destroy).toHaveAccessibleDescription('Type old to confirm.')
    await expectAccessible(page)
    await dialog.getByRole('textbox').fill('old')
    await destroy.click()
    await expect(page.getByRole('heading', { name: 'old is gone' })).toBeVisible()
    await expect(page.getByText('admin destroyed it')).toBeVisible()
    expect(panel.host('iocage', 'list', '-h')).not.toContain('old')
    await page.getByRole('main').getByRole('link', { name: 'To the jails' }).click()
    await expect(row(page, 'www')).toBeVisible()
    await expect(row(page, 'old')).toHaveCount(0)
  })

  for (const theme of ['light', 'dark'] as const)
    test(`table and page are accessible, ${theme}`, async ({ page, panel, signIn }) => {
      await signIn('admin')
      fill(panel)
      await useTheme(page, theme)
      await page.goto('/jails?jail=iocage:www&selected=iocage:db')
      await expect(side(page, 'www').getByText('iocage stop -- www')).toBeVisible()
      await expectAccessible(page)
      for (const [tab, text] of [
        ['overview', 'Facts'],
        ['properties', 'host_hostname'],
        ['storage', 'tank/iocage/jails/www/root'],
      ] as const) {
        await page.goto(jailUrl('www', `?tab=${tab}`))
        await expect(page.getByText(text, { exact: true }).first()).toBeVisible()
        await expectAccessible(page)
      }
    })

  test('on a phone: cards with large controls', async ({ page, panel, signIn }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await signIn('admin')
    fill(panel)
    await page.goto('/jails')
    await expect(page.getByRole('grid')).toHaveCount(0)
    const card = page.getByRole('list', { name: 'Jails' }).getByRole('listitem').filter({ hasText: 'web2' })
    await expect(card).toContainText('down')
    await card.getByRole('button', { name: 'Start web2' }).click()
    await expect(card).toContainText('up')
    await expect(card.getByRole('link', { name: 'Console of web2' })).toBeVisible()
    await expectAccessible(page)
    // Nothing is wider than the screen.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await card.getByRole('link', { name: 'web2', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'web2' })).toBeVisible()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})

test.describe('the primer’s iocage', () => {
  useHost({ iocage: '0.9.7' })
  test.describe.configure({ timeout: 180_000 })

  test('UUID and tag: started, changed, converted and destroyed by clicks', async ({ page, panel, signIn }) => {
    await signIn('admin')
    panel.host('iocage', 'activate', 'tank')
    panel.host('iocage', 'fetch', '-r', RELEASE)
    panel.host('iocage', 'create', '-r', RELEASE, 'tag=www', 'ip4_addr=igb0|10.0.1.2/24')
    const uuid = panel.host('iocage', 'get', 'host_hostuuid', 'www').trim()
    await page.goto('/jails')
    await expect(row(page, 'www')).toContainText(uuid.slice(0, 8))
    await row(page, 'www').getByRole('button', { name: 'Start www' }).click()
    await expect(row(page, 'www').getByText('up', { exact: true })).toBeVisible()
    await row(page, 'www').getByRole('button', { name: 'Stop www' }).click()
    await expect(row(page, 'www').getByText('down', { exact: true })).toBeVisible()

    await page.goto(jailUrl(uuid, '?tab=properties&edit=notes'))
    const notes = page.getByRole('form', { name: 'Change notes' })
    await notes.getByRole('textbox').fill('the shop')
    await expect(notes.getByRole('region', { name: 'What runs' })).toContainText(uuid)
    await notes.getByRole('button', { name: 'Save' }).click()
    await expect(notes).toBeHidden()
    await expect(page.getByText('the shop', { exact: true })).toBeVisible()
    expect(panel.host('iocage', 'get', 'notes', 'www').trim()).toBe('the shop')

    await page.getByRole('button', { name: 'More for www' }).click()
    await page.getByRole('menuitem', { name: 'Convert to template' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Convert www' }).click()
    await expect(page.getByRole('button', { name: 'Create jail from it' })).toBeVisible()
    await page.getByRole('button', { name: 'More for www' }).click()
    await page.getByRole('menuitem', { name: 'Destroy' }).click()
    const dialog = page.getByRole('dialog', { name: 'Destroy www' })
    await expect(dialog.getByText(/Goes for good: tank\/iocage\/templates\/www/).first()).toBeVisible()
    await dialog.getByRole('textbox').fill('www')
    await dialog.getByRole('button', { name: 'Destroy www' }).click()
    await expect(page.getByRole('heading', { name: 'www is gone' })).toBeVisible()
  })
})
