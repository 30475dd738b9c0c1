import type { Dialect } from '../../state.ts'
import type { Parsed } from '../cli/option.ts'
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
      encrypted: isEncrypted(iocage.dialect, parsed),
      update: (parsed.values['update'] ?? 'true') !== '',
      endOfLifeCheck: (parsed.values['eol'] ?? 'true') !== '',
    })
  } catch (error) {
    if (error instanceof Interrupted) return exitCodeAfter(error)
    throw error
  }
  return 0
}

/**
 * Whether nobody on the way can answer in the server's place. 1.13 asks by plain http unless the server is given with its
 * https or a login is; 0.9.7 by FTP, unless -h is given: then the default server by https.
 */
function isEncrypted(dialect: Dialect, parsed: Parsed): boolean {
  const server = parsed.values['server']
  const byHttps =
    server?.includes('https') === true ||
    (dialect === '1.13' ? parsed.values['auth'] !== undefined : parsed.on('http') && server === undefined)
  return byHttps && (parsed.values['verify'] ?? 'true') !== ''
}
