import type { BrowserContext, Page } from '@playwright/test'
import { expect, expectAccessible, test, useHost, useTheme } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

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
  // Text of a WebGL terminal is pixels; screen reader mode is the product's own way to read it.
  await context.addInitScript(() => localStorage.setItem('cellblock.console', '{"screenReader":true}'))
})

const state = (page: Page, phase: string) => expect(page.locator(`[data-console-state=${phase}]`)).toBeAttached()
const screen = (page: Page) => page.locator('.xterm-accessibility-tree')

async function openConsole(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(address)
  await state(page, 'open')
  await expect(screen(page)).toContainText('root@www:~ #')
  return page
}

/** Ends all shells, so that the next test begins with a new one. */
async function endShell(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for this console' }).click()
  await page.getByRole('menuitem', { name: 'End this console' }).click()
  await state(page, 'exited')
  await page.close()
}

test('a login shell in the jail, with its true command', async ({ context }) => {
  const page = await openConsole(context)
  await page.keyboard.type('hostname\n')
  await expect(screen(page)).toContainText(/hostname\s*www\s*root@www/)
  await expect(page.getByText(`jexec ioc-${uuid} login -f root`)).toBeVisible()
  await endShell(page)
})

test('a reload keeps shell and screen; a second page joins', async ({ context }) => {
  const page = await openConsole(context)
  await page.keyboard.type('kept=yes; clear; echo be""fore\n')
  await expect(screen(page)).toContainText('before')
  await page.reload()
  await state(page, 'open')
  await expect(screen(page)).toContainText('before')
  await page.keyboard.type('echo $kept-still\n')
  await expect(screen(page)).toContainText('yes-still')
  const second = await openConsole(context)
  await expect(screen(second)).toContainText('yes-still')
  await expect(page.getByText('admin (2) here')).toBeVisible()
  await second.keyboard.type('echo from-the-sec""ond\n')
  await expect(screen(page)).toContainText('from-the-second')
  await second.close()
  await endShell(page)
})

test('10 MB of output, then Ctrl-C under a flood', async ({ context }) => {
  const page = await openConsole(context)
  await page.keyboard.type('yes | head -c 10000000; echo do""ne\n')
  await expect(screen(page)).toContainText('done', { timeout: 60_000 })
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
  const page = await openConsole(context)
  await page.keyboard.type('clear; for n in 1 2 3 4 5 6; do echo tick-$n; sleep 0.5; done\n')
  await expect(screen(page)).toContainText('tick-2')
  await context.setOffline(true)
  await state(page, 'lost')
  await page.keyboard.type('echo typed-a""way\n')
  await context.setOffline(false)
  await state(page, 'open')
  await expect(screen(page)).toContainText(/tick-1\s*tick-2\s*tick-3\s*tick-4\s*tick-5\s*tick-6/)
  await expect(screen(page)).toContainText('typed-away')
  expect((await screen(page).innerText()).match(/typed-away/g)).toHaveLength(1)
  await endShell(page)
})

test('several lines are asked about before they are pasted', async ({ context }) => {
  const page = await openConsole(context)
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
  const page = await openConsole(context)
  await page.keyboard.type('exit 7\n')
  await state(page, 'exited')
  await expect(page.getByText('The shell ended. Exit code 7.')).toBeVisible()
  await expect(screen(page)).toContainText('logout')
  await page.getByRole('button', { name: 'Open again' }).click()
  await state(page, 'open')
  await expect(screen(page)).toContainText('root@www:~ #')
  panel.host('iocage', 'stop', 'www')
  await state(page, 'exited')
  await expect(page.getByText('www was stopped.')).toBeVisible()
  const again = page.getByRole('button', { name: 'Open again' })
  await expect(again).toHaveAccessibleDescription('www is not running. Start it first.')
  panel.host('iocage', 'start', 'www')
  await expect(again).not.toHaveAttribute('aria-disabled', 'true')
  await again.click()
  await state(page, 'open')
  await endShell(page)
})

test('is accessible in both themes, and on a phone has the keys that its keyboard lacks', async ({ context }) => {
  const page = await openConsole(context)
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  await endShell(page)
})

test('a viewer is told why there is no console', async ({ page, signIn }) => {
  await signIn('viewer')
  await page.goto(address)
  await expect(page.getByText('Your role, viewer, cannot open consoles.')).toBeVisible()
  await expect(page.locator('.xterm')).toHaveCount(0)
})
