import { chromium, type Page } from '@playwright/test'
import { startPanel, TEST_PASSWORD } from '@/e2e/start-panel.ts'
import { findChromium } from '@/server/launch/chromium.mjs'

/**
 * What a browser with an empty cache loads for the first page: `npm run bench:page`. Bytes as they come over the wire
 * (compressed) and unpacked, by kind; a second page afterwards shows what the first one left to load.
 */
const say = (...cells: (string | number)[]): void =>
  void process.stdout.write(
    `${cells.map((cell, n) => (n === 0 ? String(cell).padEnd(28) : String(cell).padStart(14))).join('')}\n`,
  )
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`

interface Loaded {
  wire: number
  unpacked: number
  files: number
}

/** Loads what `go` asks for and adds up the answers of one kind. */
async function loadedBy(page: Page, go: () => Promise<unknown>): Promise<Map<string, Loaded>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const kindOf = new Map<string, string>()
  const sums = new Map<string, Loaded>()
  const sumOf = (id: string): Loaded => {
    const kind = kindOf.get(id) ?? 'Other'
    const sum = sums.get(kind) ?? { wire: 0, unpacked: 0, files: 0 }
    sums.set(kind, sum)
    return sum
  }
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    kindOf.set(requestId, type)
    if (!response.fromDiskCache) sumOf(requestId).files += 1
  })
  session.on('Network.dataReceived', ({ requestId, dataLength }) => void (sumOf(requestId).unpacked += dataLength))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sumOf(requestId).wire += encodedDataLength
  })
  await go()
  await page.waitForLoadState('load')
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await session.detach()
  return sums
}

const panel = await startPanel()
const browser = await chromium.launch({
  executablePath: (await findChromium({ whole: true })) ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [],
})
try {
  panel.host('iocage', 'activate', 'tank')
  panel.host('iocage', 'fetch', '-r', '11.0-RELEASE')
  panel.host('iocage', 'create', '-r', '11.0-RELEASE', 'tag=www')
  const show = (name: string, sums: Map<string, Loaded>) => {
    for (const kind of ['Script', 'Stylesheet', 'Font', 'Document']) {
      const { wire, unpacked, files } = sums.get(kind) ?? { wire: 0, unpacked: 0, files: 0 }
      say(`${name}, ${kind.toLowerCase()}`, files, kib(wire), kib(unpacked))
    }
  }
  say('', 'files', 'on the wire', 'unpacked')
  const signedIn = await browser.newContext({ baseURL: panel.origin })
  const door = await signedIn.newPage()
  show('login, cold', await loadedBy(door, () => door.goto('/login')))
  await door.getByLabel('User name').fill('admin')
  await door.getByLabel('Password').fill(TEST_PASSWORD)
  await door.getByRole('button', { name: 'Log in', exact: true }).click()
  await door.getByRole('navigation', { name: 'Places' }).waitFor()
  const state = await signedIn.storageState()
  for (const path of ['/jails', '/jails/new', '/audit']) {
    const context = await browser.newContext({ baseURL: panel.origin, storageState: state })
    const page = await context.newPage()
    show(`${path}, cold`, await loadedBy(page, () => page.goto(path)))
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    )
    say(`${path}, first paint`, '', `${paint.toFixed(0)} ms`)
    await context.close()
  }
} finally {
  await browser.close()
  await panel.stop()
}
