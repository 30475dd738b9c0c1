// @ts-check
import { existsSync } from 'node:fs'
import { aptInstall, canApt, run, which } from './run.mjs'
import { step } from './say.mjs'

/** @returns {Promise<string | undefined>} Playwright's own Chromium when it was downloaded */
async function playwrightChromium() {
  const { chromium } = await import('@playwright/test')
  const file = chromium.executablePath()
  return existsSync(file) ? file : undefined
}

/** Chromium without the parts that draw a window: the same engine for two thirds of the work. */
const HEADLESS_SHELL = 'chromium-headless-shell'
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const firstOf = (/** @type {readonly string[]} */ names) => names.map(which).find((file) => file !== undefined)

/**
 * Finds a Chromium for the browser tests: the one named, Playwright's own, or the system's. Gets one where there is
 * none: Debian's package where we may install it, else Playwright's download.
 * @param {{ whole?: boolean }} [options] `whole`: the browser that people have, for measurements of painting
 * @returns {Promise<string | undefined>} the program's path
 */
export async function findChromium({ whole = false } = {}) {
  const named = process.env.CHROMIUM_PATH ?? (await playwrightChromium())
  if (named !== undefined) return named
  const wanted = whole ? BROWSERS : [HEADLESS_SHELL]
  if (firstOf(wanted) === undefined && canApt()) {
    step('Installing Chromium for the browser tests')
    await aptInstall([whole ? 'chromium' : HEADLESS_SHELL, 'fonts-liberation'])
  }
  const found = firstOf([...wanted, ...BROWSERS])
  if (found !== undefined) return found
  step("Downloading Playwright's Chromium for the browser tests")
  await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])
  return playwrightChromium()
}
