import { renameSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { formatBytes } from '../lib/sizes.ts'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'
import { type RunningPanel, TEST_PASSWORD } from './start-panel.ts'

/** How long a job, or a look at pools and versions, may take on a busy machine. */
const JOB = { timeout: 60_000 }

const PLACES = ['/templates', '/releases', '/storage', '/network', '/jobs', '/host'] as const

/** Lines of `zfs list -H -p`, cell by cell. */
const datasetsOf = (panel: RunningPanel) =>
  panel
    .host('zfs', 'list', '-H', '-p', '-o', 'name,used,refer,mountpoint')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))

const drawer = (page: Page) => page.getByRole('region', { name: 'Job drawer' })
const strip = (page: Page) => page.getByRole('region', { name: 'Job strip' })
const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text })

/** Elements that stand out of the page to the right, other than inside something that scrolls by itself. */
const overflowing = (page: Page) =>
  page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) &&
      element.getBoundingClientRect().right <= innerWidth &&
      !element.matches('main, main > div')
        ? true
        : scrolls(element.parentElement))
    return [...document.querySelectorAll('main *, section[aria-label="Job strip"] *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element.parentElement))
      .map((element) => element.outerHTML.slice(0, 160))
  })

test.describe('places', () => {
  // Each test goes on where the one before ended: a new host that gets a pool, releases, a template, jails.
  test.describe.configure({ mode: 'serial', timeout: 240_000 })
  useHost()

  test('a viewer sees what could be done, and why not by them', async ({ page, signIn }) => {
    await signIn('viewer')
    await page.goto('/host')
    await expect(page.getByRole('heading', { name: 'No pool is active yet' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'This is a sandbox' })).toBeVisible()
    const activate = page.getByRole('button', { name: 'Activate tank' })
    await expect(activate).toHaveAttribute('aria-disabled', 'true')
    await activate.focus()
    await expect(page.getByText('Your role, viewer, cannot configure the host.').first()).toBeVisible()
    await page.goto('/releases')
    await expect(page.getByRole('button', { name: 'Fetch by name' })).toHaveAttribute('aria-disabled', 'true')
  })

  test('a host without anything says what to do on each page', async ({ page, signIn }) => {
    await signIn('admin')
    await page.goto('/releases')
    await expect(page.getByText('No pool is active yet, so there is no place for a release.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Fetch by name' })).toHaveAttribute('aria-disabled', 'true')
    await page.goto('/templates')
    await expect(page.getByRole('heading', { name: 'No templates yet' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Fetch a release first' })).toBeVisible()
    await page.goto('/jobs')
    await expect(page.getByRole('heading', { name: 'No jobs yet' })).toBeVisible()
  })

  test('a pool is activated by one click', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/host')
    await expect(page.getByText('iocage activate tank')).toBeVisible()
    await page.getByRole('button', { name: 'Activate tank' }).click()
    const pool = page.getByRole('listitem', { name: 'Pool tank' })
    await expect(pool.getByText('active')).toBeVisible(JOB)
    await expect(pool.getByText('ONLINE')).toBeVisible()
    expect(panel.host('iocage', 'get', '-p')).toContain('tank')
    await expect(page.getByText(/iocage 0\.9\.7/).first()).toBeVisible()
  })

  test('a fetch that is cancelled leaves no half release', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/releases')
    await page.getByRole('button', { name: 'Fetch by name' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Release' }).fill('../etc')
    await dialog.getByRole('button', { name: 'Fetch', exact: true }).click()
    await expect(dialog.getByText('A release looks like 14.3-RELEASE.')).toBeVisible()
    await dialog.getByRole('combobox', { name: 'Release' }).fill('11.0-RELEASE')
    await expect(dialog.getByText('11.0-RELEASE is past its end of life, since 30 Nov 2017.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Fetch it anyway' }).click()
    await expect(dialog).toBeHidden()

    const progress = page.getByRole('main').getByRole('progressbar', { name: 'Fetch 11.0-RELEASE' })
    await expect(progress).toHaveAttribute('aria-valuenow', /^[1-9]/, JOB)
    await expect(strip(page).getByText('1 running, 0 waiting')).toBeVisible()
    await row(page, '11.0-RELEASE').getByRole('button', { name: 'Cancel' }).click()
    await expect(strip(page).getByText('cancelled', { exact: true })).toBeVisible(JOB)
    await expect(page.getByRole('heading', { name: 'None yet' })).toBeVisible()
    expect(panel.host('iocage', 'list', '-r')).not.toContain('11.0-RELEASE')
    expect(panel.host('zfs', 'list', '-H', '-o', 'name')).not.toContain('releases/11.0-RELEASE')
  })

  test('a mirror that is away says so in the row, and the next try fetches', async ({ page, signIn, panel }) => {
    await signIn('admin')
    panel.host('fault', 'mirror-away', 'on')
    await page.goto('/releases?fetch=11.0-RELEASE')
    await page.getByRole('dialog').getByRole('button', { name: 'Fetch it anyway' }).click()
    await expect(page.getByRole('alert').getByText('The mirror cannot be reached from this host.')).toBeVisible(JOB)
    panel.host('fault', 'mirror-away', 'off')
    await page.getByRole('link', { name: 'Output' }).click()
    await expect(page).toHaveURL(/\/jobs\?job=/)
    const job = page.getByRole('complementary', { name: 'Job' })
    await expect(job.getByText('iocage fetch -r 11.0-RELEASE').first()).toBeVisible()
    await expect(job.getByRole('log').locator('[data-stream=command]')).toHaveText(['$ iocage fetch -r 11.0-RELEASE'])

    // Whoever is elsewhere at its end is told.
    await job.getByRole('button', { name: 'Do it again' }).click()
    await expect(job.getByText('running')).toBeVisible()
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Network' }).click()
    await expect(page.getByText('Fetch 11.0-RELEASE: done')).toBeVisible(JOB)

    await page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('link', { name: /^Releases/ })
      .click()
    const fetched = row(page, '11.0-RELEASE-p')
    await expect(fetched.getByText('end of life')).toBeVisible()
    const used = datasetsOf(panel).find(([name]) => name === 'tank/iocage/releases/11.0-RELEASE')?.[1]
    await expect(fetched.getByText(formatBytes(Number(used)), { exact: true })).toBeVisible()
    await expect(fetched.getByRole('link', { name: 'Create a jail from 11.0-RELEASE' })).toHaveAttribute(
      'href',
      '/jails/new?release=11.0-RELEASE',
    )
  })

  test('templates made in a terminal appear, with what was made from them', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/templates')
    await expect(page.getByRole('heading', { name: 'No templates yet' })).toBeVisible()
    panel.host('iocage', 'create', '-r', '11.0-RELEASE', 'tag=template')
    panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.100/24', 'template')
    panel.host('iocage', 'set', 'template=yes', 'template')
    const template = row(page, '10.0.1.100')
    await expect(template.getByRole('link', { name: 'template', exact: true })).toBeVisible()
    await expect(template.getByText('none yet')).toBeVisible()
    panel.host('iocage', 'create', '-t', 'template', 'tag=www')
    panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.2/24', 'www')
    await expect(template.getByRole('link', { name: 'www' })).toBeVisible()
    await page.goto('/releases')
    await expect(row(page, '11.0-RELEASE-p').getByRole('link', { name: 'template', exact: true })).toBeVisible()
  })

  test('storage is what zfs list prints', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/storage?view=name')
    const rows = page.getByRole('table').locator('tbody tr')
    const datasets = datasetsOf(panel)
    await expect(rows).toHaveCount(datasets.length)
    for (const [n, [name = '', used, refer, mountpoint = '']] of datasets.entries()) {
      await expect(rows.nth(n)).toContainText(name)
      await expect(rows.nth(n)).toContainText(formatBytes(Number(used)))
      await expect(rows.nth(n)).toContainText(formatBytes(Number(refer)))
      await expect(rows.nth(n)).toContainText(mountpoint)
    }
    await page.getByRole('searchbox', { name: 'Filter datasets' }).fill('www')
    await expect(page).toHaveURL(/search=www/)
    await expect(rows).toHaveCount(2)
    await expect(rows.first().getByRole('link', { name: 'www' })).toBeVisible()
    await page.goto('/storage')
    await page.getByRole('button', { name: 'What lies below tank/iocage', exact: true }).click()
    await expect(rows).toHaveCount(2)
    panel.host('iocage', 'create', '-t', 'template', 'tag=db')
    await page.getByRole('searchbox', { name: 'Filter datasets' }).fill('db')
    await expect(page.getByRole('link', { name: 'db', exact: true }).first()).toBeVisible()
  })

  test('network is what ifconfig prints; an address comes and goes with its jail', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/network')
    const igb0 = page.getByRole('region', { name: 'Interface igb0' })
    await expect(igb0.getByText('10.0.0.11/8')).toBeVisible()
    await expect(row(page, '10.0.1.2/24')).toHaveCount(0)
    panel.host('iocage', 'start', 'www')
    await expect(row(page, '10.0.1.2/24').getByRole('link', { name: 'www' })).toBeVisible()
    await igb0.getByRole('button', { name: 'ifconfig', exact: true }).click()
    await expect(page).toHaveURL(/raw=igb0/)
    const said = await igb0.getByLabel('What ifconfig prints about igb0').textContent()
    expect(said?.trim()).toBe(panel.host('ifconfig', 'igb0').trim())
    await page.getByRole('searchbox', { name: 'Filter addresses' }).fill('127.')
    await expect(page.getByRole('region', { name: 'Interface lo0' })).toBeVisible()
    await expect(igb0).toBeHidden()
    await page.getByRole('searchbox', { name: 'Filter addresses' }).fill('nothing like it')
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
    await page.getByRole('button', { name: 'Show all addresses' }).click()
    panel.host('iocage', 'stop', 'www')
    await expect(row(page, '10.0.1.2/24')).toHaveCount(0)
  })

  test('jobs: a bulk action with its parts, filters in the address, a failure that stays until seen', async ({
    page,
    signIn,
    panel,
  }) => {
    const cookie = await panel.login('admin')
    await signIn('admin')
    await page.goto('/jobs')
    // A browser that never showed the failed fetch still wants it seen.
    await expect(strip(page).getByText('failed', { exact: true })).toBeVisible()
    await strip(page).getByRole('button', { name: 'Dismiss' }).click()
    await expect(strip(page).getByText('done', { exact: true })).toBeVisible()
    const { body } = (await panel.call('host.snapshot', {}, cookie)) as {
      body: { value: { jails: { id: string; tag: string; kind: string }[] } }
    }
    const jails = body.value.jails.filter(({ kind }) => kind === 'jail')
    expect(jails.map(({ tag }) => tag).toSorted()).toEqual(['db', 'www'])
    await panel.call('jail.bulk', { jails: jails.map(({ id }) => ({ id })), action: 'start' }, cookie)
    const bulk = page.getByRole('link', { name: 'Start 2 jails' })
    await expect(row(page, 'Start 2 jails').getByText('done', { exact: true })).toBeVisible(JOB)
    await bulk.focus()
    await page.keyboard.press('ArrowDown')
    await expect(bulk).not.toBeFocused()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    const job = page.getByRole('complementary', { name: 'Job' })
    await expect(job.getByText('2 parts')).toBeVisible()
    await job.getByRole('link', { name: 'Start www' }).click()
    await expect(job.getByRole('log')).toContainText('Started OK')
    await expect(job.getByText(/^iocage start /).first()).toBeVisible()
    await page.reload()
    await expect(job.getByRole('log')).toContainText('Started OK')
    await page.keyboard.press('Escape')
    await expect(job).toBeHidden()
    await page.goto('/jobs?state=failed')
    await expect(page.getByRole('link', { name: 'Fetch 11.0-RELEASE' })).toHaveCount(1)
    await page.getByRole('combobox', { name: 'State' }).selectOption('cancelled')
    await expect(page).toHaveURL(/state=cancelled/)
    await expect(page.getByRole('link', { name: 'Fetch 11.0-RELEASE' })).toHaveCount(1)
    await page.goto(`/jobs?jail=${encodeURIComponent(jails.find(({ tag }) => tag === 'db')?.id ?? '')}`)
    await expect(page.getByRole('link', { name: 'Start db' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Start www' })).toHaveCount(0)

    // An address that another jail has: the strip keeps the failure until someone looked.
    panel.host('iocage', 'stop', 'db')
    panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.2/24', 'db')
    await page.goto('/host')
    await panel.call('jail.start', { id: jails.find(({ tag }) => tag === 'db')?.id }, cookie)
    await expect(strip(page).getByText('failed', { exact: true })).toBeVisible(JOB)
    await page.reload()
    await expect(strip(page).getByText('failed', { exact: true })).toBeVisible(JOB)
    await page.getByRole('button', { name: 'Output of Start db' }).click()
    await expect(drawer(page).getByRole('alert')).toBeVisible()
    await expect(drawer(page).getByRole('log')).toContainText('iocage start')
    panel.host('iocage', 'set', 'ip4_addr=igb0|10.0.1.3/24', 'db')
    await drawer(page).getByRole('button', { name: 'Do it again' }).click()
    await expect(drawer(page).getByText('done', { exact: true })).toBeVisible(JOB)
    await page.keyboard.press('Escape')
    await expect(drawer(page)).toBeHidden()
    await expect(strip(page).getByText('done', { exact: true })).toBeVisible()
  })

  test('what does not match its checksums is said in its row', async ({ page, signIn, panel }) => {
    await signIn('admin')
    panel.host('fault', 'checksum-wrong', 'on')
    await page.goto('/releases')
    await page.getByRole('button', { name: 'Fetch 15.1-RELEASE', exact: true }).click()
    await expect(page.getByRole('alert').getByText(/does not match its checksums/)).toBeVisible(JOB)
    panel.host('fault', 'checksum-wrong', 'off')
    await expect(row(page, '15.1-RELEASE').getByRole('button', { name: 'Fetch 15.1-RELEASE', exact: true })).toHaveText(
      'Fetch again',
    )
  })

  test('a job is cancelled from the drawer', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/releases')
    await page.getByRole('button', { name: 'Fetch 15.1-RELEASE', exact: true }).click()
    await page.getByRole('button', { name: 'Output of Fetch 15.1-RELEASE' }).click()
    await expect(drawer(page).getByRole('log')).toContainText('Downloading')
    await drawer(page).getByRole('button', { name: 'Cancel' }).click()
    await expect(drawer(page).getByText('cancelled', { exact: true })).toBeVisible(JOB)
    expect(panel.host('iocage', 'list', '-r')).not.toContain('15.1-RELEASE')
    await drawer(page).getByRole('link', { name: 'Open page' }).click()
    await expect(page).toHaveURL(/\/jobs\?job=/)
    await expect(drawer(page)).toBeHidden()
  })

  for (const theme of ['light', 'dark'] as const)
    test(`every page is accessible, ${theme}`, async ({ page, signIn }) => {
      await useTheme(page, theme)
      await signIn('admin')
      for (const place of PLACES) {
        await page.goto(place)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
        await expectAccessible(page)
      }
      await page.goto('/jobs')
      await page.getByRole('link', { name: 'Fetch 11.0-RELEASE' }).last().click()
      await expect(page.getByRole('complementary', { name: 'Job' }).getByRole('log')).toContainText('iocage fetch')
      await page.getByRole('button', { name: /^Output of/ }).click()
      await expect(drawer(page).getByRole('log')).toContainText('iocage')
      await expectAccessible(page)
      await page.goto('/network?raw=igb0')
      await expect(page.getByLabel('What ifconfig prints about igb0')).toBeVisible()
      await expectAccessible(page)
      await page.goto('/releases?fetch=9.3-RELEASE')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
    })

  test('nothing stands out of a phone', async ({ page, signIn }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await signIn('admin')
    for (const place of PLACES) {
      await page.goto(place)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
      expect(await overflowing(page), place).toEqual([])
    }
    await page.goto('/jobs')
    await page.getByRole('link', { name: 'Fetch 11.0-RELEASE' }).first().click()
    await expect(page.getByRole('log')).toContainText('iocage fetch')
    expect(await overflowing(page)).toEqual([])
    await page.getByRole('button', { name: 'All jobs' }).click()
    await expect(page.getByRole('link', { name: 'Fetch 11.0-RELEASE' }).first()).toBeVisible()
  })

  test('a template becomes a jail again', async ({ page, signIn, panel }) => {
    await signIn('admin')
    await page.goto('/templates')
    await page.getByRole('button', { name: 'More for template' }).click()
    await page.getByRole('menuitem', { name: 'Convert to a jail …' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('The 2 jails made from it stay as they are.')).toBeVisible()
    await expect(dialog.getByText(/iocage set template=no /)).toBeVisible()
    await dialog.getByRole('button', { name: 'Convert template' }).click()
    await expect(page.getByRole('heading', { name: 'No templates yet' })).toBeVisible()
    expect(panel.host('iocage', 'list')).toContain('template')
  })

  test('a second pool shows what it means to work with it', async ({ page, signIn, panel }) => {
    panel.host('zpool', 'create', 'data', '/dev/ada1')
    await signIn('admin')
    await page.goto('/host')
    const pool = page.getByRole('listitem', { name: 'Pool data' })
    await expect(pool.getByRole('button', { name: 'Activate data' })).toHaveAttribute(
      'aria-description',
      /^tank is active\. With another one its jails would vanish/,
      JOB,
    )
    await expect(page.getByText('iocage deactivate tank', { exact: true })).toBeVisible()
    panel.host('iocage', 'deactivate', 'tank')
    await expect(page.getByRole('heading', { name: 'No pool is active yet' })).toBeVisible(JOB)
    await page.getByRole('radio', { name: /^tank/ }).click()
    // Five minutes after the login a change of the host asks who is there, and then goes on by itself.
    panel.ageProofs(301)
    await page.getByRole('button', { name: 'Activate tank' }).click()
    const question = page.getByRole('dialog', { name: 'Is it still you?' })
    await question.getByLabel('Your password').fill(TEST_PASSWORD)
    await question.getByRole('button', { name: 'Confirm' }).click()
    await expect(question).toBeHidden()
    await expect(page.getByRole('listitem', { name: 'Pool tank' }).getByText('active')).toBeVisible(JOB)
  })

  test('iocage gone: the host says so and how to mend it, and what needs it is refused with that reason', async ({
    page,
    signIn,
    panel,
  }) => {
    const program = path.join(panel.host('bin').trim(), 'iocage')
    await signIn('admin')
    await page.goto('/host')
    await expect(page.getByText(/^iocage 0\.9\.7/).first()).toBeVisible()
    renameSync(program, `${program}.away`)
    try {
      await expect(page.getByText(/^iocage is not installed/).first()).toBeVisible(JOB)
      await expect(page.getByText(/Install it \(pkg install/)).toBeVisible()
      await page.goto('/releases')
      await expect(page.getByRole('button', { name: 'Fetch by name' })).toHaveAttribute(
        'aria-description',
        /iocage is not installed/,
      )
    } finally {
      renameSync(`${program}.away`, program)
    }
    await expect(page.getByRole('button', { name: 'Fetch by name' })).not.toHaveAttribute('aria-disabled', JOB)
  })
})
