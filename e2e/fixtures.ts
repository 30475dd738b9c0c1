import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test as base } from '@playwright/test'
import type { PanelOptions, RunningPanel, TestRole } from './start-panel.ts'
import { startPanel, TEST_PASSWORD } from './start-panel.ts'

let running: RunningPanel | undefined
/** Building included, in milliseconds. */
const START_MS = 240_000

interface Fixtures {
  hostOptions: PanelOptions
  /** The running whole of this file. */
  panel: RunningPanel
  /** Makes the page's browser a logged-in one. */
  signIn: (role: TestRole) => Promise<void>
  /** What the pages' policy refused so far; looked at after each test by itself. */
  violations: string[]
}

/** `test` of all journeys: addresses are the panel's own, and a refused script or style fails the test. */
export const test = base.extend<Fixtures>({
  hostOptions: [{}, { option: true }],
  panel: [
    async ({ hostOptions }, use) => {
      // Started by the first test that needs it, ended by useHost after the last one of the file.
      running ??= await startPanel(hostOptions)
      await use(running)
    },
    { timeout: START_MS },
  ],
  baseURL: async ({ panel }, use) => use(panel.origin),
  violations: [
    async ({ context }, use) => {
      const found: string[] = []
      await context.exposeBinding('cellblockViolation', (_source, text: string) => void found.push(text))
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          const { cellblockViolation } = window as unknown as { cellblockViolation: (text: string) => void }
          cellblockViolation(
            `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
          )
        })
      })
      await use(found)
      expect(found, 'refused by the content security policy').toEqual([])
    },
    { auto: true },
  ],
  signIn: async ({ page, panel }, use) => {
    await use((role) => logIn(page, panel, role))
  },
})

export { expect }

/**
 * Logs a page's browser in without the form, which has journeys of its own. A browser takes a `__Host-` cookie from an
 * answer only, so an address gives one that the panel does not have.
 */
export async function logIn(page: Page, panel: RunningPanel, userName: string): Promise<void> {
  const { setCookie } = await panel.call('session.login', { userName, password: TEST_PASSWORD })
  const address = `${panel.origin}/cookie-of-a-test`
  const headers = { 'set-cookie': setCookie }
  await page.route(address, (route) => route.fulfill({ headers, contentType: 'text/plain', body: userName }), {
    times: 1,
  })
  await page.goto(address)
}

/** Gives all tests of a file one host, service and panel of their own. No hook after the last test besides: it would start another. */
export function useHost(options: PanelOptions = {}): void {
  test.use({ hostOptions: options })
  test.afterAll(async () => {
    test.setTimeout(60_000)
    await running?.stop()
    running = undefined
  })
}

/** Takes the session away. The page is left first: an open one goes to the login by itself, into the next step's way. */
export async function forgetSession(page: Page): Promise<void> {
  await page.goto('about:blank')
  await page.context().clearCookies()
}

/** Fails when what is shown now is not accessible (WCAG 2.2 AA as far as axe sees it). */
export async function expectAccessible(page: Page): Promise<void> {
  const told = async () => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
    )
  }
  // Controls get their names from labels when the page's script comes to them.
  await expect.poll(told, { timeout: 15_000 }).toEqual([])
}

/** Shows the page in a theme, as its switch does. */
export async function useTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
}
