import { expect, test } from 'vitest'
import { addressesIn } from './web-links.ts'

test.each([
  ['see https://example.org/a?b=c#d for more', ['https://example.org/a?b=c#d']],
  ['(http://10.0.0.2:8080/).', ['http://10.0.0.2:8080/']],
  ['<https://a.example>, "https://b.example"', ['https://a.example', 'https://b.example']],
  ['javascript:alert(1) file:///etc/passwd ftp://x', []],
  ['https://', []],
])('%s', (text, addresses) => {
  expect(addressesIn(text).map(({ address }) => address)).toEqual(addresses)
})
