import path from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { TEST_PASSWORD } from '../e2e/start-panel.ts'
import { findChromium } from '../server/launch/chromium.mjs'
import type { Bench } from './bench.ts'

/** As a file of its own: what tsx makes of a function does not run in a page. */
const PAINTING_SCRIPT = path.join(import.meta.dirname, 'watch-painting.js')

let running: Browser | undefined

/** Chromium, started once; ended by `closeChromium`. Throws when there is none. */
async function browser(): Promise<Browser> {
  if (running !== undefined) return running
  const executablePath = await findChromium({ whole: true })
  if (executablePath === undefined) throw new Error('there is no Chromium; set CHROMIUM_PATH')
  running = await chromium.launch({
    executablePath,
    // Ctrl-C is the benchmark's own business.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [],
  })
  return running
}

/** Ends Chromium, if it was started. */
export async function closeChromium(): Promise<void> {
  await running?.close()
  running = undefined
}

/** A page with our console in front of a new shell. */
export async function ownPage({
  own,
}: Bench): Promise<{ context: BrowserContext; page: Page; close: () => Promise<void> }> {
  const context = await (await browser()).newContext({ viewport: { width: 1360, height: 820 } })
  const { origin, jailId } = own.at
  const page = await context.newPage()
  await page.addInitScript({ path: PAINTING_SCRIPT })
  // By the form: a browser takes a `__Host-` cookie from an answer only.
  await page.goto(`${origin}/login?next=%2Faccount`)
  await page.getByLabel('User name').fill('admin')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('heading', { name: 'admin' }).waitFor()
  // The page opens the latest console of the jail: this one, which is closed with it.
  const terminal = await own.open()
  await page.goto(`${origin}/jails/${encodeURIComponent(jailId)}/console`)
  await page.locator('[data-console-state=open]').waitFor({ state: 'attached' })
  await page.locator('.xterm-helper-textarea').focus()
  await terminal.leave()
  return {
    context,
    page,
    async close() {
      await terminal.close()
      await context.close()
    },
  }
}

/** Any page, as it comes. */
export async function foreignPage(address: string): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await (await browser()).newContext({ viewport: { width: 1360, height: 820 } })
  const page = await context.newPage()
  await page.addInitScript({ path: PAINTING_SCRIPT })
  await page.goto(address)
  await page.locator('.xterm-helper-textarea').waitFor({ state: 'attached' })
  await page.locator('.xterm-helper-textarea').focus()
  return { page, close: () => context.close() }
}

/** What watch-painting.js leaves in the page. */
export interface Painting {
  /** Milliseconds from a key press to the frame with its glyph. */
  keys: number[]
  /** Longest time between two animation frames, and longest task of the main thread, since `restart`. */
  longestGapMs: number
  longestTaskMs: number
  frames: number
  restart: () => void
}
