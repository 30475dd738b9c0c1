import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createOidcFetch, ProviderUnreachable } from './oidc-fetch.ts'

let origin: string
let answer: http.RequestListener
const asked: string[] = []
const server = http.createServer((request, response) => {
  asked.push(request.url ?? '')
  answer(request, response)
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  asked.length = 0
  answer = (_, response) => response.end('hello')
})
const get = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const

test('asks where it may and nowhere else', async () => {
  const ask = createOidcFetch((address) => address === `${origin}/token`)
  expect(await (await ask(`${origin}/token`, get)).text()).toBe('hello')
  for (const address of [`${origin}/other`, `${origin}/token/`, `${origin}/token?a=b`, 'https://evil.example/token'])
    await expect(ask(address, get)).rejects.toThrow(ProviderUnreachable)
  expect(asked).toEqual(['/token'])
})

test('asks nobody without TLS but this machine', async () => {
  const ask = createOidcFetch(() => true)
  for (const address of ['http://id.example.org/token', 'http://0.0.0.0/token', 'ftp://id.example.org/token'])
    await expect(ask(address, get)).rejects.toThrow('no address of the provider')
})

test('waits no longer than it must: for an answer, and for its end', async () => {
  const ask = createOidcFetch(() => true, 50)
  answer = () => undefined
  await expect(ask(`${origin}/token`, get)).rejects.toThrow('does not answer')
  answer = (_, response) => void response.writeHead(200).write('he')
  await expect(ask(`${origin}/token`, get)).rejects.toThrow('does not answer')
  expect(asked).toHaveLength(2)
})

test('takes no more than 256 KiB', async () => {
  const ask = createOidcFetch(() => true)
  answer = (_, response) => response.end('x'.repeat(256 * 1024))
  expect(await (await ask(`${origin}/token`, get)).text()).toHaveLength(256 * 1024)
  answer = (_, response) => response.end('x'.repeat(256 * 1024 + 1))
  await expect(ask(`${origin}/token`, get)).rejects.toThrow('too large')
})

test('follows nobody', async () => {
  const ask = createOidcFetch(() => true)
  answer = (_, response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end()
  await expect(ask(`${origin}/token`, get)).rejects.toThrow(ProviderUnreachable)
  expect(asked).toEqual(['/token'])
})
