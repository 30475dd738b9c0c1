import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { VerbName } from '../lib/contract/verbs.ts'
import { isVerbName } from '../lib/contract/verbs.ts'
import { dist } from '../server/launch/build.mjs'

const top = path.resolve(import.meta.dirname, '..')

export interface BuiltAction {
  verb: VerbName
  /** Under which Next serves it. */
  actionId: string
  /** A page that has it. */
  place: string
}

/** The server actions of the built panel. */
export function builtActions(): BuiltAction[] {
  const folder = path.join(top, 'server/panel/actions')
  const verbOf = new Map<string, string>()
  for (const file of readdirSync(folder))
    for (const [, name = '', verb = ''] of readFileSync(path.join(folder, file), 'utf8').matchAll(
      /export const (\w+) = createAction\('([\w.]+)'\)/g,
    ))
      verbOf.set(name, verb)
  const manifest = JSON.parse(
    readFileSync(path.join(dist, 'panel/.next/server/server-reference-manifest.json'), 'utf8'),
  ) as { node: Record<string, { exportedName: string; workers: Record<string, unknown> }> }
  return Object.entries(manifest.node).map(([actionId, { exportedName, workers }]) => {
    const verb = verbOf.get(exportedName) ?? ''
    if (!isVerbName(verb))
      throw new Error(`the action ${exportedName} is none of createAction: how is its right checked?`)
    const page = Object.keys(workers).find((worker) => !worker.includes('[')) ?? 'app/(panel)/page'
    return {
      verb,
      actionId,
      place:
        page
          .replace(/^app/, '')
          .replace('/(panel)', '')
          .replace(/\/page$/, '') || '/',
    }
  })
}
