import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dialect } from '../../state.ts'
import { ended, printed, testSandbox, type TestSandbox } from '../../test-sandbox.ts'

/** Slow enough to be met in the middle: a base of some 40 MB takes a minute. */
const SLOW = { CELLBLOCK_MIRROR_RATE: '700000' }

describe.each<Dialect>(['0.9.7', '1.13'])('iocage fetch of %s', (dialect) => {
  let sandbox: TestSandbox
  const releases = async () => (await sandbox.must('iocage', 'list', '-r', '-H')).split('\n').filter(Boolean)
  /** Whatever lies in the pool of a release, finished or not. */
  const traces = async (release: string) => {
    const datasets = (await sandbox.must('zfs', 'list', '-H', '-o', 'name', '-t', 'all')).split('\n')
    const root = path.join(sandbox.paths.host, dialect === '1.13' ? 'tank/iocage' : 'iocage')
    const folders = ['download', 'releases'].flatMap((name) => readdirSync(path.join(root, name)))
    return [...datasets, ...folders].filter((name) => name.includes(release))
  }
  const fetching = (release: string) => sandbox.start(['iocage', 'fetch', '-r', release], SLOW)
  /** The first redraw after the start: it is in the middle of its largest file. */
  const midway = /base\.txz.*[1-9]\d?%/

  beforeAll(async () => {
    sandbox = await testSandbox(dialect)
    await sandbox.must('iocage', 'activate', 'tank')
    await sandbox.must('iocage', 'list')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
  })

  test('offers several releases and marks those past their end of life', async () => {
    const { status, stdout } = await sandbox.run(['iocage', 'fetch'], { input: 'EXIT\n' })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\[0\] 11\.0-RELEASE \(EOL\)\n/)
    expect(stdout).toMatch(/^\[\d\] 15\.1-RELEASE( \(EOL\))?$/m)
    expect(stdout).toMatch(/Type EXIT to quit: $/)
    expect(await sandbox.run(['iocage', 'fetch'])).toMatchObject({ status: 1, stderr: 'Aborted!\n' })
    expect(await releases()).toEqual([])
  })

  test('finds no server, no such release, no space: nothing half-made is left', async () => {
    await sandbox.fault('mirror-away', 'on')
    const away = await sandbox.run(['iocage', 'fetch', '-r', '11.0-RELEASE'])
    await sandbox.fault('mirror-away', 'off')
    expect(away).toMatchObject({ status: 1, stderr: expect.stringMatching(/gaierror|ConnectionError/) })

    const unknown = await sandbox.run(['iocage', 'fetch', '-r', '10.9-RELEASE'])
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('10.9-RELEASE was not found!') })

    await sandbox.fault('disk-full', 'on')
    const full = await sandbox.run(['iocage', 'fetch', '-r', '11.0-RELEASE'])
    await sandbox.fault('disk-full', 'off')
    expect(full).toMatchObject({ status: 1, stderr: expect.stringContaining('out of space') })
    expect(await traces('RELEASE')).toEqual([])
  })

  test('gives up after four downloads that are not what the manifest says', async () => {
    await sandbox.fault('checksum-wrong', 'on')
    const { status, stdout, stderr } = await sandbox.run(['iocage', 'fetch', '-r', '11.0-RELEASE'])
    await sandbox.fault('checksum-wrong', 'off')
    expect(status).toBe(1)
    expect((stdout + stderr).match(/base\.txz failed verification, will redownload!/g)).toHaveLength(4)
    expect(stderr).toContain('Max retries exceeded, one or more files (base.txz) failed checksum verification!')
    expect(await traces('RELEASE')).toEqual([])
  })

  test.each([
    { signal: 'SIGINT', status: 1 },
    { signal: 'SIGTERM', status: 143 },
  ] as const)('$signal in the middle of a download leaves nothing', async ({ signal, status }) => {
    const fetch = fetching('11.0-RELEASE')
    const result = ended(fetch)
    await printed(fetch, midway)
    fetch.kill(signal)
    expect(await result).toMatchObject({ status, stderr: expect.stringContaining('Aborted!') })
    expect(await traces('RELEASE')).toEqual([])
  })

  test('a mirror that goes away and a disk that fills up in the middle are told', async () => {
    for (const [fault, words] of [
      ['mirror-away', /gaierror|ConnectionError/],
      ['disk-full', /No space left on device/],
    ] as const) {
      const fetch = fetching('11.0-RELEASE')
      const result = ended(fetch)
      await printed(fetch, midway)
      await sandbox.fault(fault, 'on')
      const { status, stderr } = await result
      await sandbox.fault(fault, 'off')
      expect([fault, status, words.test(stderr)]).toEqual([fault, 1, true])
      expect(await traces('RELEASE')).toEqual([])
    }
  })

  test('a kill -9 leaves no release, and the next fetch clears up', async () => {
    const fetch = fetching('11.0-RELEASE')
    const result = ended(fetch)
    await printed(fetch, midway)
    fetch.kill('SIGKILL')
    await result
    expect(await releases()).toEqual([])
    const { status, stdout, stderr } = await sandbox.run(['iocage', 'fetch', '-r', '11.0-RELEASE'])
    expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
    expect(stdout).toContain('Fetching: 11.0-RELEASE\n')
    expect(await releases()).toEqual(['11.0-RELEASE'])
    expect((await traces('11.0-RELEASE')).filter((name) => /(^|\/)\./.test(name))).toEqual([])
  })

  test('shows its progress from nothing to all of it, and leaves a release that runs', async () => {
    const { status, stdout, stderr } = await sandbox.run(['iocage', 'fetch', '-r', '14.3-RELEASE'])
    expect(status).toBe(0)
    const shown = dialect === '1.13' ? stdout : stderr
    const percents = [...shown.matchAll(/base\.txz.*?(\d+)%/g)].map(([, percent]) => Number(percent))
    expect(percents.length).toBeGreaterThan(10)
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    expect(percents.at(-1)).toBe(100)
    if (dialect === '1.13') {
      const redraw = /\[2K \rDownloading: base\.txz \[####----------------\] 2\d%  [\d.]+MB\/s\r/
      expect(stdout).toMatch(redraw)
      expect(stdout).toMatch(/\[2K \rDownloading: base\.txz \[#{20}\] 100% \r\n [\d.]+MB\/s\r\n/)
    }
    expect(stdout).toMatch(/^Fetching: 14\.3-RELEASE\n\n/)
    expect(stdout).toContain('Extracting: base.txz... \n')
    expect(stdout).toContain('\n\n* Updating 14.3-RELEASE to the latest patch level... \n')
    expect(await releases()).toEqual(['11.0-RELEASE', '14.3-RELEASE'])
    const root = path.join(sandbox.paths.host, dialect === '1.13' ? 'tank' : '', 'iocage/releases/14.3-RELEASE/root')
    expect(existsSync(path.join(root, 'bin/freebsd-version'))).toBe(true)
  })

  test('what is there already is not downloaded again', async () => {
    const { status, stdout, stderr } = await sandbox.run(['iocage', 'fetch', '-r', '14.3-RELEASE'])
    expect(status).toBe(0)
    expect(stdout + stderr).not.toContain('Downloading')
    expect(stdout).toContain('Extracting: base.txz... \n')
  })
})
