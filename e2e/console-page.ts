import type { BrowserContext, Page } from '@playwright/test'
import { expect } from './fixtures.ts'

/** Text of a WebGL terminal is pixels; screen reader mode is the product's own way to read it. */
export const readScreens = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => localStorage.setItem('cellblock.console', '{"screenReader":true}'))

/** Waits until a console is in this phase: open, lost, exited … */
export const expectPhase = (page: Page, phase: string): Promise<void> =>
  expect(page.locator(`[data-console-state=${phase}]`)).toBeAttached()

export const screen = (page: Page) => page.locator('.xterm-accessibility-tree')

/** The console at an address of the panel, with a root shell at its prompt. */
export async function openConsole(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(address)
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText('root@www:~ #')
  return page
}

/** Ends the shell, so that the next test begins with a new one. */
export async function endShell(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for this console' }).click()
  await page.getByRole('menuitem', { name: 'End this console' }).click()
  await expectPhase(page, 'exited')
  await page.close()
}
