import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxPaths } from '../state.ts'
import { archiveFolder } from './archive.ts'
import { makeBase } from './make-base.ts'

/** Where a sandbox keeps what its releases share: whole or not there. */
export const sharedFolder = ({ mirror }: SandboxPaths): string => path.join(mirror, 'shared')

/** The archive that all releases share; made of the machine's programs when the first one is asked for. */
export async function sharedBase(paths: SandboxPaths): Promise<{ archive: string; entries: number }> {
  const folder = sharedFolder(paths)
  const facts = path.join(folder, 'facts.json')
  if (!existsSync(facts)) {
    mkdirSync(paths.mirror, { recursive: true })
    const unfinished = mkdtempSync(path.join(paths.mirror, '.shared-'))
    try {
      const tree = path.join(unfinished, 'tree')
      const { missing, hasPython } = await makeBase(tree, path.join(paths.lib, 'cb'))
      const entries = await archiveFolder(tree, path.join(unfinished, 'base.part'), { last: true })
      rmSync(tree, { recursive: true, force: true })
      await writeFile(path.join(unfinished, 'facts.json'), JSON.stringify({ entries, missing, hasPython }))
      rmSync(folder, { recursive: true, force: true })
      renameSync(unfinished, folder)
    } finally {
      rmSync(unfinished, { recursive: true, force: true })
    }
  }
  const { entries } = JSON.parse(readFileSync(facts, 'utf8')) as { entries: number }
  return { archive: path.join(folder, 'base.part'), entries }
}
