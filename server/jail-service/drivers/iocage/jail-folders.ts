import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { ConfigValues } from './config-values.ts'
import { type Dialect, dialectOfFiles } from './dialect.ts'
import { type FoldedJail, type JailFolder, foldJail, foldUnreadable } from './fold-jail.ts'
import { type JsonFile, readJsonFile } from './read-json-file.ts'

/**
 * How long a folder may be without config.json before it is shown as half-made, in milliseconds. A full copy takes
 * longer than a clone, but then it is true that the jail is not there yet.
 */
const NEW_FOLDER_GRACE_MS = 3_000
/** The same for a jail that was readable before: iocage replaces the file, and destroy unmounts before it removes. */
const GONE_FILE_GRACE_MS = 1_000

interface CachedFile {
  stamp: string
  file: JsonFile
}

/** The folder of a jail, as the last scan left it. */
interface Entry extends CachedFile {
  folder: JailFolder
  missingSince: number | undefined
  folded: FoldedJail | undefined
  /** From what it was folded, so that it is done again only when something of that changed. */
  foldedFrom: string | undefined
}

export interface JailFolders {
  /** Looks at every folder and reads the files that changed since the last time. Never throws. */
  scan(hostDialect: Dialect | undefined, originOf: (folder: JailFolder) => string | null | undefined): FoldedJail[]
  /** The dialect that the files show, after a scan. */
  filesDialect(): Dialect | undefined
}

/** What tells that a file was replaced or written, without reading it. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = lstatSync(file, { bigint: true })
    return `${ino}:${size}:${mtimeNs}:${ctimeNs}`
  } catch {
    return 'missing'
  }
}

function foldersIn(folder: string, kind: JailFolder['kind']): JailFolder[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => ({ kind, name }))
  } catch {
    return [] // the pool is not active yet, or it is being exported
  }
}

/** Tags of the older dialect by UUID, from its folder of links; they name a jail whose file cannot be read. */
function tagsByUuid(root: string): Map<string, string> | undefined {
  const folder = path.join(root, 'tags')
  try {
    return new Map(readdirSync(folder).map((tag) => [path.basename(readlinkSync(path.join(folder, tag))), tag]))
  } catch {
    return undefined
  }
}

/** Reader of the jails below iocage's root, as seen from here. Its cost grows with what changed, plus one stat a jail. */
export function createJailFolders(root: string, now: () => number = () => performance.now()): JailFolders {
  const entries = new Map<string, Entry>()
  let defaults: CachedFile = { stamp: '', file: { kind: 'missing' } }
  let dialectSeen: Dialect | undefined

  function refresh(cached: CachedFile, file: string, name: string): void {
    const stamp = stampOf(file)
    if (stamp === cached.stamp) return
    cached.stamp = stamp
    cached.file = stamp === 'missing' ? { kind: 'missing' } : readJsonFile(file, name)
  }

  function fold(entry: Entry, defaultValues: ConfigValues, dialect: Dialect, origin: string | null | undefined) {
    const { folder, file, folded } = entry
    if (file.kind === 'read') {
      const source = `${entry.stamp} ${defaults.stamp} ${dialect} ${origin}`
      if (entry.foldedFrom === source) return
      entry.foldedFrom = source
      entry.missingSince = undefined
      entry.folded = foldJail(folder, file.values, defaultValues, origin, dialect)
      return
    }
    entry.foldedFrom = undefined
    const since = (entry.missingSince ??= now())
    if (file.kind === 'missing') {
      const grace = folded === undefined ? NEW_FOLDER_GRACE_MS : GONE_FILE_GRACE_MS
      if (now() - since < grace) return
    }
    const trouble = file.kind === 'damaged' ? file : { problem: MISSING }
    entry.folded = foldUnreadable(folder, trouble, dialect, folded, tagsByUuid(root)?.get(folder.name))
  }

  return {
    filesDialect: () => dialectSeen,
    scan(hostDialect, originOf) {
      refresh(defaults, path.join(root, 'defaults.json'), 'defaults.json')
      const defaultValues = defaults.file.kind === 'read' ? defaults.file.values : {}
      const folders = [
        ...foldersIn(path.join(root, 'jails'), 'jail'),
        ...foldersIn(path.join(root, 'templates'), 'template'),
      ]
      const present = new Set(folders.map(keyOf))
      for (const key of entries.keys()) if (!present.has(key)) entries.delete(key)
      for (const folder of folders) {
        const key = keyOf(folder)
        const entry = entries.get(key) ?? {
          folder,
          stamp: '',
          file: { kind: 'missing' as const },
          missingSince: undefined,
          folded: undefined,
          foldedFrom: undefined,
        }
        entries.set(key, entry)
        refresh(entry, path.join(root, `${folder.kind}s`, folder.name, 'config.json'), 'config.json')
      }
      if (hostDialect === undefined)
        dialectSeen = dialectOfFiles({
          defaults: defaults.file.kind === 'read',
          tags: tagsByUuid(root) !== undefined,
          tagInConfig: [...entries.values()].some(
            ({ file }) => file.kind === 'read' && Object.hasOwn(file.values, 'tag'),
          ),
        })
      const dialect = hostDialect ?? dialectSeen ?? 'name'
      for (const entry of entries.values()) fold(entry, defaultValues, dialect, originOf(entry.folder))
      return withDuplicates([...entries.values()].flatMap(({ folded }) => folded ?? []))
    },
  }
}

const MISSING =
  'config.json is missing: the jail is being made or destroyed at this moment, or was left half-made: then destroy it.'

const keyOf = ({ kind, name }: JailFolder): string => `${kind}/${name}`

/** Marks jails that share a tag: the older iocage refuses every command but `set` then (contract 1.2). */
function withDuplicates(folded: FoldedJail[]): FoldedJail[] {
  const counts = new Map<string, number>()
  for (const { jail, dialect } of folded)
    if (dialect === 'uuid-tag') counts.set(jail.tag, (counts.get(jail.tag) ?? 0) + 1)
  return folded.map((one) =>
    (counts.get(one.jail.tag) ?? 0) < 2 || one.jail.problem !== null
      ? one
      : {
          ...one,
          jail: {
            ...one.jail,
            problem: `Another jail has the tag ${one.jail.tag} too. iocage does nothing until one has another tag: iocage set tag=NEW ${one.exactName}`,
          },
        },
  )
}
