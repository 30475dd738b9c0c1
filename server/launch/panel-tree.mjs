// @ts-check
import { cpSync, existsSync, lstatSync, mkdtempSync, chmodSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dist } from './build.mjs'
import { PANEL_UID, separatePanelUser } from './options.mjs'

/** Whether someone who owns nothing here can reach and read a folder: every folder above it lets others through. @param {string} folder */
function readableByOthers(folder) {
  for (let at = path.join(folder, 'panel.mjs'); at !== path.dirname(at); at = path.dirname(at)) {
    const { mode } = statSync(at)
    if ((mode & (at.endsWith('.mjs') ? 0o004 : 0o001)) === 0) return false
  }
  return true
}

/**
 * Where the panel's tree can be run from by its own user: `dist/panel` itself, or a copy when the clone lies where
 * others cannot read (root's home). Returns the way to remove the copy, too.
 * @returns {{ folder: string, remove: () => void }}
 */
export function panelTree() {
  const built = path.join(dist, 'panel')
  if (!separatePanelUser() || readableByOthers(built)) return { folder: built, remove: () => {} }
  const copy = mkdtempSync(path.join(existsSync('/var/tmp') ? '/var/tmp' : os.tmpdir(), 'cellblock-panel-'))
  chmodSync(copy, 0o755)
  cpSync(built, copy, { recursive: true, verbatimSymlinks: true })
  return {
    folder: copy,
    remove: () => {
      // Only what we made and still own: the folder lies in a place that everybody may write.
      if (existsSync(copy) && lstatSync(copy).uid === process.getuid?.()) rmSync(copy, { recursive: true, force: true })
    },
  }
}

/** Arguments that make the panel give up root before it reads a byte; none when we are not root. */
export const panelUserArgs = () =>
  separatePanelUser() ? ['--user', String(PANEL_UID), '--group', String(PANEL_UID)] : []
