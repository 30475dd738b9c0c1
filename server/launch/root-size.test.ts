import { expect, test } from 'vitest'
import { rootSize, tableInDocs, tableOf } from './root-size.mjs'

/** Lines may grow a little before somebody writes the table anew: `npm run root-size -- --write`. */
const TOLERANCE = 0.15
const SMALL = 60

const read = (table: string) =>
  new Map(
    [...table.matchAll(/^\| (.+?) \| +([\d,]+) \| +([\d,]+) \| +([\d,]+) \|$/gm)].map(([, what = '', , lines = '']) => [
      what.replaceAll(/ \d[\w.-]*/g, ''), // without the version: it stands in package-lock.json
      Number(lines.replaceAll(',', '')),
    ]),
  )

test('docs/security.md says what runs as root', async () => {
  const rows = await rootSize()
  const now = read(tableOf(rows))
  const told = read(tableInDocs())
  expect(now.size).toBeGreaterThan(20)
  expect([...told.keys()].sort()).toEqual([...now.keys()].sort())
  for (const [what, lines] of now) {
    const difference = Math.abs(lines - (told.get(what) ?? 0))
    expect(difference, `${what}: ${lines} lines now`).toBeLessThanOrEqual(Math.max(SMALL, lines * TOLERANCE))
  }
  // Nothing of the pages is in it.
  expect([...now.keys()].filter((what) => /^(next|react|react-dom)\b/.test(what))).toEqual([])
}, 120_000)
