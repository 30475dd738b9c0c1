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

/** A Chromium on this machine: the one named, Playwright's own, or the system's. */
const onThisMachine = async () =>
  process.env.CHROMIUM_PATH ??
  (await playwrightChromium()) ??
  ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .map(which)
    .find((file) => file !== undefined)

/**
 * Finds a Chromium for the browser tests and gets one where there is none: Debian's package where we may install it,
 * else Playwright's download.
 * @returns {Promise<string | undefined>} the program's path
 */
export async function findChromium() {
  const found = await onThisMachine()
  if (found !== undefined) return found
  if (canApt()) {
    step('Installing chromium for the browser tests')
    await aptInstall(['chromium', 'fonts-liberation'])
  } else {
    step("Downloading Playwright's Chromium for the browser tests")
    await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])
  }
  return onThisMachine()
}
