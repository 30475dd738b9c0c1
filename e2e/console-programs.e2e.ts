import type { Page } from '@playwright/test'
import { endShell, expectPhase, openConsole, readScreens, screen } from './console-page.ts'
import { expect, test, useHost } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** Programs that use the whole terminal, seen in Chromium through panel, service and jail. */
useHost()

let address = ''
let uuid = ''

function jailUp(panel: RunningPanel): void {
  if (address !== '') return
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
  panel.host('iocage', 'create', '-r', '11.0-RELEASE', 'tag=www', 'host_hostname=www')
  panel.host('iocage', 'start', 'www')
  uuid = panel.host('iocage', 'get', 'host_hostuuid', 'www').trim()
  address = `/jails/${encodeURIComponent(`iocage:${uuid}`)}/console`
}

test.beforeEach(async ({ context, panel, signIn }) => {
  test.setTimeout(180_000)
  jailUp(panel)
  await signIn('admin')
  await readScreens(context)
})

const inJail = (panel: RunningPanel, ...argv: string[]) => panel.tryHost('jexec', `ioc-${uuid}`, ...argv)
/** The lines that are seen, without the blanks at their ends. */
const lines = (page: Page) =>
  screen(page).evaluate((tree) =>
    [...tree.children].map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd()),
  )

/** The same screen after a reload, line by line. */
async function expectSameAfterReload(page: Page): Promise<void> {
  const before = await lines(page)
  await page.reload()
  await expectPhase(page, 'open')
  await expect.poll(() => lines(page)).toEqual(before)
}

/** Pixels of a screenshot that have exactly this colour. */
async function pixelsOf(page: Page, red: number, green: number, blue: number): Promise<number> {
  const picture = (await page.locator('[data-terminal]').screenshot()).toString('base64')
  return page.evaluate(
    async ([data, ...colour]) => {
      const image = new Image()
      image.src = `data:image/png;base64,${data}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0)
      const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? []
      let count = 0
      for (let at = 0; at < pixels.length; at += 4)
        if (pixels[at] === colour[0] && pixels[at + 1] === colour[1] && pixels[at + 2] === colour[2]) count += 1
      return count
    },
    [picture, red, green, blue] as const,
  )
}

test('an editor takes the whole screen, survives a reload, and gives the shell’s screen back', async ({
  context,
  panel,
}) => {
  const page = await openConsole(context, address)
  inJail(panel, 'sh', '-c', "printf 'one 日本語\\ntwo – ünïçode\\n' >/tmp/story")
  await page.keyboard.type('clear; echo before-the-edi""tor; vi /tmp/story\n')
  await expect.poll(async () => (await lines(page)).filter((line) => line === '~').length).toBeGreaterThan(5)
  await page.keyboard.type('Gothree')
  await page.keyboard.press('Escape')
  await page.keyboard.type('k0')
  await expect.poll(async () => (await lines(page)).slice(0, 3)).toEqual(['one 日本語', 'two – ünïçode', 'three'])
  await expectSameAfterReload(page)
  await page.keyboard.type('x:wq\n')
  await expect(screen(page)).toContainText('before-the-editor')
  await expect(screen(page)).toContainText('root@www:~ #')
  expect(await lines(page)).not.toContain('~')
  expect(inJail(panel, 'cat', '/tmp/story').stdout).toBe('one 日本語\nwo – ünïçode\nthree\n')
  await endShell(page)
})

test('top draws itself again and again, and a turned phone is a new size for it', async ({ context }) => {
  const page = await openConsole(context, address)
  await page.keyboard.type('top\n')
  await expect(screen(page)).toContainText(/PID/)
  await expect(screen(page)).toContainText(/top/)
  await page.setViewportSize({ width: 844, height: 390 })
  await expect.poll(async () => (await lines(page)).length).toBeLessThan(24)
  await expect(screen(page)).toContainText(/PID/)
  await page.keyboard.type('q')
  await expect(screen(page)).toContainText(/root@www:~ #\s*$/)
  await endShell(page)
})

test('tmux, where it is installed, splits the screen and comes back after a reload', async ({ context, panel }) => {
  test.skip(inJail(panel, 'sh', '-c', 'command -v tmux').status !== 0, 'this machine has no tmux to put into a jail')
  const page = await openConsole(context, address)
  await page.keyboard.type('tmux new-session -s t\n')
  await expect.poll(async () => (await lines(page)).at(-1)).toMatch(/^\[t\]/)
  await page.keyboard.press('Control+b')
  await page.keyboard.type('%')
  await expect.poll(async () => (await lines(page)).filter((line) => line.includes('│')).length).toBeGreaterThan(10)
  await page.keyboard.type('echo right-pa""ne\n')
  await expect(screen(page)).toContainText('right-pane')
  await expectSameAfterReload(page)
  await page.keyboard.type('tmux kill-session -t t\n')
  await expect(screen(page)).toContainText('[exited]')
  await endShell(page)
})

test('256 colours and 24-bit colours are painted as they were asked for, wide characters in two cells', async ({
  context,
}) => {
  const page = await openConsole(context, address)
  const row = (parameters: string) => `printf '\\033[${parameters}m%40s\\033[m\\n' ''; `
  await page.keyboard.type(`clear; ${row('48;5;196')}${row('48;5;21')}${row('48;2;1;130;77')}echo pain""ted\n`)
  await expect(screen(page)).toContainText('painted')
  // Forty cells of some 8 × 17 pixels each.
  for (const [red, green, blue] of [
    [255, 0, 0],
    [0, 0, 255],
    [1, 130, 77],
  ] as const)
    // prettier-ignore
    await expect.poll(() => pixelsOf(page, red, green, blue)).toBeGreaterThan(3_000)
  await page.keyboard.type(
    "clear; printf '\\346\\227\\245\\346\\234\\254\\350\\252\\236|\\nabcdef|\\n\\033[1;7H<\\033[2;7H<\\n'\n",
  )
  await expect.poll(async () => (await lines(page)).slice(0, 2)).toEqual(['日本語<', 'abcdef<'])
  await endShell(page)
})

test('a paste of 5,000 lines arrives as 5,000 lines, in a shell and in an editor', async ({ context, panel }) => {
  const page = await openConsole(context, address)
  const text = Array.from({ length: 5_000 }, (_, n) => `line ${n} of a paste\n`).join('')
  expect(text.length).toBeGreaterThan(100_000)
  const paste = async () => {
    await page.evaluate((all) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', all)
      const target = document.querySelector('.xterm-helper-textarea')
      target?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, text)
    const question = page.getByRole('alertdialog', { name: 'Paste several lines' })
    await expect(question).toContainText('This paste has 5000 lines')
    await question.getByRole('button', { name: 'Paste 5000 lines' }).click()
  }
  await page.keyboard.type('cat >/tmp/pasted\n')
  await paste()
  await expect(screen(page)).toContainText('line 4999 of a paste', { timeout: 60_000 })
  await page.keyboard.press('Control+d')
  await expect(screen(page)).toContainText(/root@www:~ #\s*$/)
  expect(inJail(panel, 'cat', '/tmp/pasted').stdout).toBe(text)
  await page.keyboard.type('clear; vi /tmp/pasted-too\n')
  await expect.poll(async () => (await lines(page)).filter((line) => line === '~').length).toBeGreaterThan(5)
  await page.keyboard.type('i')
  await paste()
  await expect(screen(page)).toContainText('line 4999 of a paste', { timeout: 90_000 })
  await page.keyboard.press('Escape')
  await page.keyboard.type(':wq\n')
  await expect(screen(page)).toContainText('root@www:~ #')
  expect(inJail(panel, 'cat', '/tmp/pasted-too').stdout.trimEnd()).toBe(text.trimEnd())
  await endShell(page)
})

test('what an input method composes is typed once, when it is decided', async ({ context }) => {
  const page = await openConsole(context, address)
  // What is typed before the shell gives the terminal away would be cleared with the rest.
  await page.keyboard.type('clear; echo ready; cat\n')
  await expect.poll(async () => (await lines(page)).includes('ready')).toBe(true)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 })
  await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
  await devtools.send('Input.insertText', { text: '日本' })
  await page.keyboard.press('Enter')
  // The terminal's echo and what cat answers.
  await expect.poll(async () => (await lines(page)).filter((line) => line === '日本').length).toBe(2)
  expect((await lines(page)).join('')).not.toContain('に')
  await page.keyboard.press('Control+d')
  await endShell(page)
})
