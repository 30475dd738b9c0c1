import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyFile } from './key-file.ts'

let folder: string
const file = () => path.join(folder, 'key')
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('is made once, for its owner alone', () => {
  const made = openKeyFile(file())
  expect([made.isNew, statSync(file()).mode & 0o777]).toEqual([true, 0o600])
  const again = openKeyFile(file())
  expect([again.isNew, again.read()]).toEqual([false, made.read()])
  expect(made.read()).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
})

test('a new key comes before the others until they end, for whoever has the file open', () => {
  const [one, two] = [openKeyFile(file()), openKeyFile(file())]
  const [former] = one.read()
  one.add()
  expect(two.read()).toEqual([expect.not.stringMatching(former), former])
  const [present] = two.read()
  one.endFormer()
  expect(two.read()).toEqual([present])
  expect(readFileSync(file(), 'utf8')).toBe(present)
})

test.each(['', '\n', 'short', `${'a'.repeat(43)}\n`.repeat(2) + 'cut', `${'a'.repeat(43)}\n\n${'b'.repeat(43)}`])(
  '%j holds no keys',
  (text) => {
    writeFileSync(file(), text)
    expect(() => openKeyFile(file())).toThrow(/holds no secret: it was emptied or cut off/)
  },
)
