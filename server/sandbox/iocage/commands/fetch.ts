import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { exitCodeAfter, Interrupted } from '../interrupt.ts'
import { hostRelease } from '../model/host-identity.ts'
import { fetchRelease } from '../releases/fetch-release.ts'
import { askForRelease, latestRelease } from '../releases/offered-releases.ts'
import { refuseNewerRelease } from '../releases/refuse-newer-release.ts'

/** Fetches a release from the sandbox's mirror, or from a local folder (`-f -d FOLDER`). */
export const run: CommandRun = async (iocage, parsed) => {
  if (parsed.on('plugins') || parsed.on('plugin_file') || parsed.values['plugin_name'] !== undefined)
    throw new IocageError('A Cellblock sandbox has no plugins: they are packages of FreeBSD.')
  const local = parsed.on('file') ? { folder: parsed.values['root_dir'] } : undefined
  let release = parsed.values['release']
  if (release?.toLowerCase() === 'latest') release = latestRelease()
  if (release !== undefined && iocage.dialect === '1.13') {
    if (!/^\s*\d+(\.\d+)?$/.test(release.split('-')[0] ?? '')) throw new IocageError('Please supply a valid entry.')
    if (local === undefined) refuseNewerRelease(release, hostRelease())
  }
  if (local !== undefined && local.folder === undefined) throw new IocageError('Please supply --root-dir or -d.')
  try {
    release ??= await askForRelease(iocage)
    if (release === undefined) return 0
    await fetchRelease(iocage, release.toUpperCase(), {
      files: parsed.lists['files'],
      local: local?.folder,
      update: (parsed.values['update'] ?? 'true') !== '',
      endOfLifeCheck: (parsed.values['eol'] ?? 'true') !== '',
    })
  } catch (error) {
    if (error instanceof Interrupted) return exitCodeAfter(error)
    throw error
  }
  return 0
}
