import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { CommandRun } from '../cli/run-command.ts'
import type { Parsed } from '../cli/option.ts'
import { exitWith, IocageError, traceback } from '../errors.ts'
import { exitCodeAfter, Interrupted } from '../interrupt.ts'
import { createByName } from '../jails/create-by-name.ts'
import { createByUuid } from '../jails/create-by-uuid.ts'
import type { Source } from '../jails/new-jail.ts'
import { hostRelease } from '../model/host-identity.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { readJails } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { repr } from '../python.ts'
import { userlandVersion } from '../releases/fetched-releases.ts'
import { refuseNewerRelease } from '../releases/refuse-newer-release.ts'

/** Creates one or several jails from a release, a template, or empty. */
export const run: CommandRun = async (iocage, parsed) => {
  const count = countOf(iocage, parsed.values['count'] ?? '1')
  refuseName(iocage, parsed.values['name'])
  const release = await releaseName(iocage, parsed)
  const packages = packageList(parsed.values['pkglist'])
  if (release === undefined && parsed.values['template'] === undefined && !parsed.on('empty'))
    throw new IocageError('Must supply either --template (-t) or --release (-r)!')
  if (iocage.dialect === '1.13') refuseUuid(parsed.values['uuid'], count)

  try {
    const source = await sourceOf(iocage, parsed, release)
    const create = iocage.dialect === '0.9.7' ? createByUuid : createByName
    for (let number = 1; number <= count; number++)
      await create(iocage, parsed, source, count === 1 ? undefined : number, packages)
  } catch (error) {
    if (error instanceof Interrupted) return exitCodeAfter(error)
    // 0.9.7 prints why a single create failed and ends well.
    if (iocage.dialect !== '0.9.7' || !(error instanceof IocageError) || error.message === '') throw error
    if (/^Traceback|was not found!$/.test(error.message)) throw error
    iocage.out.error(error.message)
    if (parsed.values['template'] !== undefined) listTemplates(iocage, (line) => iocage.out.info(line))
    if (count > 1) throw exitWith(1)
  }
  return 0
}

function countOf(iocage: Iocage, text: string): number {
  const digits = text.replaceAll(',', '')
  if (/^\s*[+-]?\d+\s*$/.test(digits)) return Number(digits)
  if (iocage.dialect === '1.13') throw new IocageError(`${digits} is not a valid integer.`)
  throw traceback('ValueError', `invalid literal for int() with base 10: ${repr(digits)}`)
}

/** The rule that 1.13 has for names; a final line break passes it. Reserved words are refused later. */
function refuseName(iocage: Iocage, name: string | undefined): void {
  if (iocage.dialect === '1.13' && name !== undefined && name !== '' && !/^[a-zA-Z0-9._-]+\n?$/.test(name))
    throw new IocageError(`Invalid character in ${name}, please remove it.`)
}

function refuseUuid(uuid: string | undefined, count: number): void {
  if (uuid === undefined) return
  if (count > 1) throw new IocageError('Flag --count cannot be used with --uuid')
  if (!/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(uuid))
    throw new IocageError('Please provide a valid UUID')
}

async function releaseName(iocage: Iocage, parsed: Parsed): Promise<string | undefined> {
  const release = parsed.values['release']
  if (release === undefined) return undefined
  if (release.includes('=')) throw new IocageError('Please supply a valid RELEASE!')
  if (iocage.dialect === '0.9.7') return release
  const named =
    release.toLowerCase() === 'latest' ? (await import('../releases/offered-releases.ts')).latestRelease() : release
  if (!/^\d/.test(named))
    throw traceback(
      'FileNotFoundError',
      `[Errno 2] No such file or directory: '${iocage.root}/releases/${named}/root/bin/freebsd-version'`,
    )
  refuseNewerRelease(named, hostRelease())
  return named.toUpperCase()
}

function packageList(file: string | undefined): string[] | undefined {
  if (file === undefined) return undefined
  const format = '\n{\n    "pkgs": [\n    "foo",\n    "bar"\n    ]\n}'
  if (!existsSync(file))
    throw new IocageError(`${file} does not exist!\nPlease supply a JSON file with the format: ${format}`)
  try {
    const { pkgs } = JSON.parse(readFileSync(file, 'utf8')) as { pkgs?: unknown }
    if (Array.isArray(pkgs)) return pkgs.map(String)
  } catch {
    // Says the same as a file without the list.
  }
  throw new IocageError(`Please supply a valid JSON file with the format:${format}`)
}

async function sourceOf(iocage: Iocage, parsed: Parsed, release: string | undefined): Promise<Source> {
  const word = parsed.values['template']
  if (word !== undefined) {
    const template = readJails(iocage, ['templates']).find((each) => each.folder === word)
    if (template !== undefined && template.corrupt === undefined) return { kind: 'template', name: word, template }
    if (iocage.dialect === '0.9.7') throw new IocageError(`Template: ${word} not found!`)
    iocage.out.error(`Template: ${word} not found!`)
    listTemplates(iocage, iocage.out.error)
    throw exitWith(1)
  }
  if (parsed.on('empty') || release === undefined) return { kind: 'empty' }
  const folder = path.join(iocage.root, 'releases', release)
  if (!existsSync(folder)) {
    const { fetchRelease } = await import('../releases/fetch-release.ts')
    await fetchRelease(iocage, release, { encrypted: false, update: true })
  }
  const version = userlandVersion(path.join(folder, 'root'))
  if (version === undefined) throw new IocageError(`RELEASE: ${release} not found!`)
  return { kind: 'release', name: release, version }
}

function listTemplates(iocage: Iocage, print: (line: string) => void): void {
  print('Created Templates:')
  for (const { folder } of readJails(iocage, ['templates']).toSorted((a, b) => compareNames(a.folder, b.folder)))
    print(`  ${folder}`)
}
