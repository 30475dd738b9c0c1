import { copyFileSync, chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { type CopiedPrograms, copyPrograms } from './copy-programs.ts'
import { ETC, FOLDERS } from './etc.ts'
import type { OfferedRelease } from './releases.ts'
import { STAND_INS } from './stand-ins.ts'
import { file, makeFolders, script, type TreeFile, writeTree } from './tree-file.ts'

/**
 * Makes in the empty folder `root` what all releases have alike: the machine's programs, FreeBSD's `/etc`,
 * stand-ins. `network` is the native helper, which is `ifconfig` inside jails too.
 */
export async function makeBase(root: string, network: string): Promise<CopiedPrograms> {
  mkdirSync(root, { recursive: true })
  const copied = await copyPrograms(root)
  makeFolders(root, FOLDERS)
  writeTree(root, { ...ETC, ...STAND_INS })
  const has = (name: string) => existsSync(path.join(root, 'usr/bin', name))
  const shells: Record<string, TreeFile> = {}
  // FreeBSD's sh and csh are there by these names always; bash with csh's prompt stands in for csh.
  if (has('tcsh')) shells['usr/bin/csh'] = { link: 'tcsh' }
  else for (const name of ['csh', 'tcsh']) shells[`usr/bin/${name}`] = { link: has('bash') ? 'bash' : 'sh' }
  writeTree(root, shells)
  if (existsSync(network)) {
    copyFileSync(network, path.join(root, 'usr/sbin/ifconfig'))
    chmodSync(path.join(root, 'usr/sbin/ifconfig'), 0o755)
    // By that name the helper takes FreeBSD's words; a machine's own takes others.
    rmSync(path.join(root, 'usr/sbin/route'), { force: true })
    symlinkSync('ifconfig', path.join(root, 'usr/sbin/route'))
  }
  return copied
}

const motd = (version: string) => `FreeBSD ${version} (sandbox)

Welcome to FreeBSD's look and feel: this jail lives in Cellblock's sandbox on Linux.
Its files, processes, host name and address are its own. The kernel and most programs
are the machine's, there are no packages, and nothing here says how FreeBSD performs.

Introduction to manual pages, for real ones:  https://man.freebsd.org/
Edit /etc/motd to change this login announcement.
`

const FREEBSD_VERSION = (version: string) => `#!/bin/sh
# freebsd-version(1) of a sandbox's release.
USERLAND_VERSION="${version}"
case $1 in
''|-u|-k|-r) echo "$USERLAND_VERSION" ;;
-*) echo "usage: freebsd-version [-kru] [-j jail]" >&2; exit 1 ;;
esac
`

/** What sets one release apart from another. */
export const releaseFiles = ({ version }: OfferedRelease): Record<string, TreeFile> => ({
  'usr/bin/freebsd-version': script(FREEBSD_VERSION(version)),
  'etc/motd': file(motd(version)),
  'var/db/release': file(`${version}\n`),
})
