import { expect, test } from 'vitest'
import { OwnPath } from './own-path.ts'

test.each(['/', '/account', '/jails?sort=tag#x', '/jails/iocage:www/console'])('%s is ours', (text) => {
  expect(OwnPath.safeParse(text).success).toBe(true)
})

test.each([
  ...['', 'account', 'https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example'],
  ...['/\t/evil.example', '/\n/evil.example', 'javascript:alert(1)', ' //evil.example', '///evil.example'],
])('%j leads elsewhere', (text) => {
  expect(OwnPath.safeParse(text).success).toBe(false)
})
