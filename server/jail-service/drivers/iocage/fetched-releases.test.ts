import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReleaseFolders } from './fetched-releases.ts'

let root = ''
let clock = 0
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cb-releases-'))
  clock = 0
})
afterEach(() => rmSync(root, { recursive: true }))

const files = () => path.join(root, 'releases/14.3-RELEASE/root')
function fetched() {
  mkdirSync(path.join(files(), 'bin'), { recursive: true })
  writeFileSync(path.join(files(), 'bin/freebsd-version'), 'USERLAND_VERSION="14.3-RELEASE-p5"\n')
}
const open = () => {
  const releases = createReleaseFolders(root, () => clock)
  return () => releases.scan().map(({ patch }) => patch)
}

test('a release whose files are being mounted again still counts, one that stays empty does not', () => {
  const scan = open()
  fetched()
  expect(scan()).toEqual(['14.3-RELEASE-p5'])
  rmSync(path.join(files(), 'bin'), { recursive: true })
  clock = 9_000
  expect(scan()).toEqual(['14.3-RELEASE-p5'])
  fetched()
  expect(scan()).toEqual(['14.3-RELEASE-p5'])
  rmSync(path.join(files(), 'bin'), { recursive: true })
  clock = 20_000
  expect(scan()).toEqual([])
})
test('a release that was destroyed is gone after a second', () => {
  const scan = open()
  fetched()
  scan()
  rmSync(path.join(root, 'releases/14.3-RELEASE'), { recursive: true })
  clock = 1_100
  expect(scan()).toEqual([])
})
