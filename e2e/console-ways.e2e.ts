import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { dist } from '../server/launch/build.mjs'
import { expectPhase, readScreens, screen } from './console-page.ts'
import { expect, test, useHost } from './fixtures.ts'
import type { RunningPanel } from './start-panel.ts'

/** Other ways to the same console: through a proxy without WebSockets, and from a terminal. */
useHost({ iocage: '1.13' })

const address = `/jails/${encodeURIComponent('iocage:www')}/console`

test.beforeEach(async ({ context, panel, signIn }) => {
  test.setTimeout(180_000)
  if (panel.tryHost('iocage', 'get', 'boot', 'www').status !== 0) {
    panel.host('iocage', 'activate', 'tank')
    panel.host('iocage', 'fetch', '-r', '14.3-RELEASE')
    panel.host('iocage', 'create', '-n', 'www', '-r', '14.3-RELEASE', 'ip4_addr=igb0|10.0.1.2/24')
    panel.host('iocage', 'start', 'www')
  }
  await signIn('admin')
  await readScreens(context)
})

/** A reverse proxy as people set them up without a thought of WebSockets: upgrades are dropped. */
async function proxyWithoutUpgrades(panel: RunningPanel): Promise<{ origin: string; stop: () => Promise<void> }> {
  const target = new URL(panel.origin)
  const server = http.createServer((request, response) => {
    const headers = { ...request.headers, host: target.host }
    if (headers.origin !== undefined) headers.origin = panel.origin
    const onward = http.request({
      ...{ host: target.hostname, port: target.port, method: request.method, path: request.url, headers },
    })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const bound = server.address()
  return {
    origin: `http://localhost:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('where no WebSocket gets through, the console goes by plain requests and says why', async ({ context, panel }) => {
  const proxy = await proxyWithoutUpgrades(panel)
  const page = await context.newPage()
  await page.goto(`${proxy.origin}${address}`)
  await expect(page.getByText(/No WebSocket gets through.*must pass Upgrade for \/ws\/console/)).toBeVisible()
  await expectPhase(page, 'open')
  await expect(page.getByText('slow way')).toBeVisible()
  await expect(screen(page)).toContainText(':~ #')
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.type('echo $((6*7)); seq 1 20000; echo do""ne\n')
  await expect(screen(page)).toContainText('done')
  await page.keyboard.type('yes\n')
  await expect(screen(page)).not.toContainText('done')
  await page.keyboard.press('Control+c')
  await page.keyboard.type('clear; echo st""opped\n')
  await expect(screen(page)).toContainText('stopped')
  await page.reload()
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText('stopped')
  await page.keyboard.type('exit 3\n')
  await expect(page.getByText('The shell ended. Exit code 3.')).toBeVisible()
  await page.close()
  await proxy.stop()
})

test('a terminal joins the console that a page shows, and leaves it running', async ({ context, panel }) => {
  const page = await context.newPage()
  await page.goto(address)
  await expectPhase(page, 'open')
  await expect(screen(page)).toContainText(':~ #')
  await page.keyboard.type('clear; shared=between-us\n')

  const folder = mkdtempSync(path.join(tmpdir(), 'cb-console-'))
  const session = path.join(folder, 'session')
  writeFileSync(session, `${SESSION_COOKIE}=${await panel.login('admin')}\n`, { mode: 0o600 })
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [
      ...[path.join(dist, 'console.mjs'), '--socket', panel.socket, '--session', session, ...args],
    ])
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    return {
      child,
      ended,
      shows: (text: string | RegExp) => expect.poll(() => output, { timeout: 15_000 }).toMatch(text),
    }
  }
  const twin = start('www')
  twin.child.stdin.write('echo $shared-too\n')
  await twin.shows('between-us-too')
  await expect(screen(page)).toContainText('between-us-too')
  await expect(page.getByText('admin (2) here')).toBeVisible()
  await page.keyboard.type('echo from-the-pa""ge\n')
  await twin.shows('from-the-page')
  twin.child.stdin.end()
  expect(await twin.ended).toBe(0)
  await twin.shows('the console in www goes on')
  await expect(page.getByText('admin (2) here')).toBeHidden()

  const command = start('--new', '--run', 'echo short; exit 5', 'www')
  expect(await command.ended).toBe(5)
  await command.shows('short')
  const listed = start('--list')
  expect(await listed.ended).toBe(0)
  await listed.shows(/\twww\tadmin\troot's shell\t/)
  const nowhere = start('nowhere')
  expect(await nowhere.ended).toBe(1)
  await nowhere.shows('there is no jail nowhere. There are: www')
  rmSync(folder, { recursive: true })
  await page.keyboard.type('exit\n')
  await expectPhase(page, 'exited')
})
