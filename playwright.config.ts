import { defineConfig, devices } from '@playwright/test'

const asRoot = process.getuid?.() === 0

/** Three workers: each file has a whole host of its own, and with two a fifth of two cores waits. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.e2e.ts',
  workers: 3,
  // A machine that others use too may stall for seconds; what passes at the second try is told as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1360, height: 820 },
    // A trace costs every test a third of its time: it is made when a test is tried again.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        // Chromium's own sandbox does not start as root.
        ...(asRoot ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  outputDir: 'dist/test-results',
})
