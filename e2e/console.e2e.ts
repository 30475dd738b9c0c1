import { readFileSync } from 'node:fs'
import type { Browser, Page } from '@playwright/test'
import { endShell, expectPhase, openConsole, readScreens, screen } from './console-page.ts'
import { codeOf } from '../server/jail-service/accounts/test-totp.ts'
import { expect, expectAccessible, logIn, test, useHost, useTheme } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'
import { TEST_PASSWORD } from './start-panel.ts'

/** The console in Chromium: through panel and service into a jail of the sandbox host. */
useHost()

let address = ''
let uuid = ''

/** A jail www that is up; made by the first test. */
function jailUp(panel: RunningPanel): void {
  if (address === '') {
    panel.host('iocage', 'activate', 'tank')
    panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
    panel.host('iocage', 'create', '-r', '11.0-RELEASE', 'tag=www', 'host_hostname=www', 'ip4_addr=igb0|10.0.1.2/24')
    uuid = panel.host('iocage', 'get', 'host_hostuuid', 'www').trim()
    address = `/jails/${encodeURIComponent(`iocage:${uuid}`)}/console`
  }
  if (panel.tryHost('jls', '-j', `ioc-${uuid}`).status !== 0) panel.host('iocage', 'start', 'www')
}

test.beforeEach(async ({ context, panel, signIn }) => {
  test.setTimeout(180_000)
  jailUp(panel)
  await signIn('admin')
  await readScreens(context)
})

test('a login shell in the jail, with its true command', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('hostname\n')
  await expect(screen(page)).toContainText(/hostname\s*www\s*root@www/)
  await expect(page.getByText(`jexec ioc-${uuid} login -f root`)).toBeVisible()
  await endShell(page)
})

test('a reload keeps shell and screen; a second page joins', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('kept=yes; clear; echo be""fore\n')
  await expect(screen(page)).toContainText('before')
  await page.reload()
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText('before')
  await page.keyboard.type('echo $kept-still\n')
  await expect(screen(page)).toContainText('yes-still')
  const second = await openConsole(context, address)
  await expect(screen(second)).toContainText('yes-still')
  await expect(page.getByText('admin (2) here')).toBeVisible()
  await second.keyboard.type('echo from-the-sec""ond\n')
  await expect(screen(page)).toContainText('from-the-second')
  await second.close()
  await endShell(page)
})

test('10 MB of output, then Ctrl-C under a flood of two-byte lines', async ({ context }) => {
  test.setTimeout(300_000) // screen reader mode looks at each of the 100,000 lines
  const page = await openConsole(context, address)
  await page.keyboard.type(`yes ${'x'.repeat(99)} | head -c 10000000; echo do""ne\n`)
  await expect(screen(page)).toContainText('done', { timeout: 150_000 })
  await page.keyboard.type('yes\n')
  await expect(screen(page)).not.toContainText('done')
  const at = Date.now()
  await page.keyboard.press('Control+c')
  await page.keyboard.type('echo st""opped\n')
  await expect(screen(page)).toContainText('stopped')
  expect(Date.now() - at).toBeLessThan(5_000)
  await endShell(page)
})

test('a lost network: what is typed meanwhile arrives once, no output is missing', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('clear; for n in 1 2 3 4 5 6; do echo tick-$n; sleep 0.5; done\n')
  await expect(screen(page)).toContainText('tick-2')
  await context.setOffline(true)
  await expectPhase(page, 'lost')
  await page.keyboard.type('echo typed-a""way\n')
  await context.setOffline(false)
  await expectPhase(page, 'open')
  // The terminal echoes what was typed between the ticks, when it came; the shell runs it after them.
  await expect(screen(page)).toContainText(/tick-6[^]*typed-away[^]*#\s*$/)
  const shown = await screen(page).innerText()
  expect(shown.match(/tick-\d|typed-away/g)).toEqual([...[1, 2, 3, 4, 5, 6].map((n) => `tick-${n}`), 'typed-away'])
  await endShell(page)
})

test('several lines are asked about before they are pasted', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'echo on""e\necho tw""o\u001B[201~\n')
    const target = document.querySelector('.xterm-helper-textarea')
    target?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  const question = page.getByRole('alertdialog', { name: 'Paste several lines' })
  await expect(question).toContainText('This paste has 2 lines')
  await expect(question).toContainText('Control characters were taken out of it: 1.')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(question).toBeHidden()
  await page.keyboard.type('echo nothing-was-past""ed\n')
  await expect(screen(page)).toContainText(/# echo nothing/)
  await endShell(page)
})

test('exit code, opening again, and a jail that is stopped meanwhile', async ({ context, panel }) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('exit 7\n')
  await expectPhase(page, 'exited')
  await expect(page.getByText('The shell ended. Exit code 7.')).toBeVisible()
  await expect(screen(page)).toContainText('logout')
  await page.getByRole('button', { name: 'Open again' }).click()
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText('root@www:~ #')
  panel.host('iocage', 'stop', 'www')
  await expectPhase(page, 'exited')
  await expect(page.getByText('www was stopped.')).toBeVisible()
  // What was shown last can still be read after a reload.
  await page.reload()
  await expectPhase(page, 'exited')
  await expect(screen(page)).toContainText('root@www:~ #')
  // A start that fails says why here, and can be tried again.
  panel.host('iocage', 'set', 'exec_prestart=/usr/bin/false', 'www')
  await page.getByRole('button', { name: 'Start www and open again' }).click()
  await expect(page.getByText(/^www did not start\. ./)).toBeVisible()
  panel.host('iocage', 'set', 'exec_prestart=/usr/bin/true', 'www')
  await page.getByRole('button', { name: 'Start www and open again' }).click()
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText('root@www:~ #')
  await endShell(page)
})

/** A page of another admin, in a browser of their own. */
async function otherAdmin(browser: Browser, panel: RunningPanel): Promise<Page> {
  const cookie = await panel.login('admin')
  await panel.call('user.create', { userName: 'jo', password: TEST_PASSWORD, role: 'admin' }, cookie)
  const context = await browser.newContext({ baseURL: panel.origin })
  await context.addInitScript(() => localStorage.setItem('cellblock.console', '{"screenReader":true}'))
  const page = await context.newPage()
  await page.goto('/login?next=%2Faccount')
  await page.getByLabel('User name').fill('jo')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'jo' })).toBeVisible()
  return page
}

test('another admin watches, then types; both see who is there; one gives the size', async ({
  context,
  browser,
  panel,
}) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('clear; echo sh""own\n')
  await expect(screen(page)).toContainText('shown')
  const other = await otherAdmin(browser, panel)
  await other.setViewportSize({ width: 900, height: 600 })
  await other.goto(address)
  await expectPhase(other, 'open')
  await other.getByRole('button', { name: 'Join admin' }).click()
  await other.getByRole('menuitem', { name: 'Watch admin’s root' }).click()
  await expect(screen(other)).toContainText('shown')
  await expect(other.getByText('watching admin')).toBeVisible()
  await expect(page.getByText('admin, jo watches here')).toBeVisible()
  await other.locator('.xterm-helper-textarea').focus()
  await other.keyboard.type('echo nev""er\n')
  await page.keyboard.type('echo st""ill\n')
  await expect(screen(other)).toContainText('still')
  await expect(screen(page)).not.toContainText('never')

  const size = page.getByLabel(/^\d+ columns, \d+ rows$/)
  const small = await size.innerText()
  await page.getByRole('button', { name: 'More for this console' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Size of this window for all' }).click()
  await page.keyboard.press('Escape')
  await expect(size).not.toHaveText(small)
  await expect(other.getByLabel(/^\d+ columns, \d+ rows$/)).toHaveText(await size.innerText())

  await other.getByRole('button', { name: 'root', exact: true }).first().click()
  await other.getByRole('button', { name: 'Join admin' }).click()
  await other.getByRole('menuitem', { name: 'Join admin’s root with input' }).click()
  await expect(other.getByText('watching admin')).toBeHidden()
  await expectPhase(other, 'open')
  await expect(screen(other)).toContainText('still')
  await other.keyboard.type('echo by-j""o\n')
  await expect(screen(page)).toContainText('by-jo')
  await other.context().close()
  await expect(page.getByText(/ here$/)).toBeHidden()
  await endShell(page)
})

test('a command or another user, from the menu and from the address', async ({ context, panel }) => {
  panel.host(
    'jexec',
    `ioc-${uuid}`,
    '/bin/sh',
    '-c',
    "grep -q ^mia /etc/passwd || echo 'mia:*:1001:1001:Mia:/tmp:/bin/sh' >> /etc/passwd",
  )
  const page = await openConsole(context, address)
  await page.getByRole('button', { name: 'New console' }).click()
  await page.getByRole('menuitem', { name: 'As another user, or a command…' }).click()
  await page.getByLabel('User').selectOption('mia')
  await page.getByRole('button', { name: 'Open console' }).click()
  await expect(page.getByRole('button', { name: 'mia', exact: true })).toHaveAttribute('aria-current', 'true')
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('id -un; echo $((40+2))\n')
  await expect(screen(page)).toContainText(/mia\s*42/)
  await endShell(page)

  const other = await context.newPage()
  await other.goto(`${address}?user=mia&command=${encodeURIComponent('echo as $(id -un); sleep 100')}`)
  await expect(screen(other)).toContainText('as mia')
  await expect(other.getByText(/sh -c 'echo as \$\(id -un\); sleep 100'/)).toBeVisible()
  await other.reload()
  await expect(screen(other)).toContainText('as mia')
  await other.locator('.xterm-helper-textarea').focus()
  await other.keyboard.press('Control+c')
  await expectPhase(other, 'exited')
  await other.close()

  const wrong = await context.newPage()
  await wrong.goto(`${address}?user=nobody-here`)
  await expect(wrong.getByText('www has no user nobody-here.')).toBeVisible()
  await wrong.close()
  await endShell(await openConsole(context, address))
})

test('a file is dragged in and fetched again; what is there is not replaced unasked', async ({ context }) => {
  const page = await openConsole(context, address)
  const content = 'line of a file\n'.repeat(200_000)
  const dropIt = () =>
    page.evaluate((text) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], 'my notes.txt'))
      const target = document.querySelector('section[aria-label="Console of www"]')
      for (const type of ['dragover', 'drop'])
        target?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }, content)
  await dropIt()
  await page.getByRole('dialog', { name: 'Upload into www' }).getByRole('button', { name: 'Upload' }).click()
  await expect(page.getByRole('list', { name: 'Uploads' })).toContainText('uploaded, 2.86M')
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.type("clear; wc -c '/root/my notes.txt'\n")
  await expect(screen(page)).toContainText('3000000')

  await dropIt()
  await page.getByRole('dialog', { name: 'Upload into www' }).getByRole('button', { name: 'Upload' }).click()
  await expect(page.getByRole('list', { name: 'Uploads' })).toContainText('A file of this name is there already.')

  await page.getByRole('button', { name: 'More for this console' }).click()
  await page.getByRole('menuitem', { name: 'Download a file…' }).click()
  await page.getByLabel('File in the jail').fill('/root/no such file')
  await page.getByRole('button', { name: 'Download', exact: true }).click()
  await expect(page.getByText('There is no such file in the jail.')).toBeVisible()
  await page.getByLabel('File in the jail').fill('/root/my notes.txt')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('my notes.txt')
  expect(readFileSync(await download.path(), 'utf8')).toBe(content)
  await endShell(page)
})

test('two consoles beside each other, and typing into both as a mode that shows', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.getByRole('button', { name: 'Another console beside' }).click()
  await page.getByRole('menuitem', { name: 'www, another console' }).click()
  const consoles = page.getByRole('region', { name: 'Console of www' })
  await expect(consoles).toHaveCount(2)
  await expect(consoles.nth(1).locator('[data-console-state=open]')).toBeAttached()
  await consoles.nth(1).locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('echo on""ly-here\n')
  await expect(screen(page).nth(1)).toContainText('only-here')
  await expect(screen(page).nth(0)).not.toContainText('only-here')
  await page.getByRole('button', { name: 'Type into all consoles of this page' }).click()
  await expect(page.getByText('typing into all')).toHaveCount(2)
  await consoles.nth(0).locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('echo ever""ywhere\n')
  await expect(screen(page).nth(0)).toContainText('everywhere')
  await expect(screen(page).nth(1)).toContainText('everywhere')
  await page.getByRole('button', { name: 'Stop typing into all' }).click()
  await expect(page.getByText('typing into all')).toHaveCount(0)
  await page.reload()
  await expect(consoles).toHaveCount(2)
  await page.getByRole('button', { name: 'Close this pane; the console goes on' }).click()
  await expect(consoles).toHaveCount(1)
  await page.close()
  for (let left = 2; left > 0; left -= 1) await endShell(await openConsole(context, address))
})

test('a console below the table of jails stays with the table', async ({ context }) => {
  const page = await context.newPage()
  await page.goto('/jails?search=ww')
  await page.getByRole('button', { name: 'More for www' }).first().click()
  await page.getByRole('menuitem', { name: 'Console below the table' }).click()
  await expectPhase(page, 'open')
  await expect(page).toHaveURL(/\/jails\?.*dock=/)
  await expect(page.getByLabel('Filter jails')).toHaveValue('ww')
  await page.keyboard.type('echo be""low\n')
  await expect(screen(page)).toContainText('below')
  const edge = page.getByRole('separator', { name: 'Height of the console' })
  const before = Number(await edge.getAttribute('aria-valuenow'))
  await edge.press('ArrowUp')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 5))
  await expect(screen(page)).toContainText('below')
  await page.getByRole('button', { name: 'Close; the console goes on' }).click()
  await expect(page.locator('.xterm')).toHaveCount(0)
  await page.close()
  await endShell(await openConsole(context, address))
})

test('is accessible in both themes, and on a phone has the keys that its keyboard lacks', async ({ context }) => {
  const page = await openConsole(context, address)
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  await endShell(page)
})

test('a viewer is told why there is no console', async ({ context, page, signIn }) => {
  await context.clearCookies()
  await signIn('viewer')
  await page.goto(address)
  await expect(page.getByText('Your role, viewer, cannot open consoles.')).toBeVisible()
  await expect(page.locator('.xterm')).toHaveCount(0)
})

// The last one: whoever logs in as admin has to show a code from here on.
test('a rule that asks admins for a second factor ends the views of who has none; their shells wait', async ({
  panel,
  browser,
}) => {
  const admin = await panel.login('admin')
  const asAdmin = async (verb: string, input: unknown, cookie = admin) => {
    const { status, body, setCookie } = await panel.call(verb, input, cookie)
    expect(status, `${verb}: ${JSON.stringify(body)}`).toBe(200)
    return { value: (body as { value: unknown }).value, cookie: /^[^=]+=([^;]*)/.exec(setCookie)?.[1] ?? '' }
  }
  const userName = 'ada'
  await asAdmin('user.create', { userName, password: TEST_PASSWORD, role: 'admin' })
  const context = await browser.newContext({ baseURL: panel.origin })
  await readScreens(context)
  await logIn(await context.newPage(), panel, userName)
  const page = await openConsole(context, address)
  await page.keyboard.type('echo still-""here\n')
  await expect(screen(page)).toContainText('still-here')

  const { secret } = (await asAdmin('totp.begin', {})).value as { secret: string }
  const strong = decodeURIComponent((await asAdmin('totp.enable', { code: await codeOf(secret, -1) })).cookie)
  await asAdmin('user.setPolicy', { roles: ['admin'] }, strong)
  await expect(page).toHaveURL(/\/login\/second-step\?/)

  await asAdmin('user.setPolicy', { roles: [] }, strong)
  await logIn(page, panel, userName)
  await page.goto(address)
  await expect(screen(page)).toContainText('still-here')
  await context.close()
})
