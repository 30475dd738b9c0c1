import { lstatSync, opendirSync, readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { type ConfigValues, configWords } from './config-values.ts'
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
/** The same while its root is away: it is mounted again when it becomes a template, which a busy host delays. */
const UNMOUNTED_MS = 10_000

interface CachedFile {
  stamp: string
  file: JsonFile
}

/** The folder of a jail, as the last scan left it. */
interface Entry extends CachedFile {
  folder: JailFolder
  /** What tells a root that was found filled from another one that is mounted there later. */
  filledRoot: string | undefined
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
  /** What tells the roots of that scan from others that are mounted in their places later. */
  roots(): string[]
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

/** Whether a folder holds anything; no more than its first entry is read. */
function isEmpty(folder: string): boolean {
  const open = opendirSync(folder)
  try {
    return open.readSync() === null
  } finally {
    open.closeSync()
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

/** Reader of the jails below iocage's root, as seen from here. Its cost grows with what changed, plus three stats a jail. */
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

  /**
   * What a jail with a readable configuration lacks: iocage writes that first, its fstab and root after it, so a create
   * that was cut off leaves a file that describes a jail which is not there.
   */
  function lackOf(entry: Entry, values: ConfigValues): string | undefined {
    const at = path.join(root, `${entry.folder.kind}s`, entry.folder.name)
    try {
      const { dev, ino } = lstatSync(path.join(at, 'root'))
      const mounted = `${dev}:${ino}`
      if (entry.filledRoot !== mounted) {
        entry.filledRoot = undefined
        if (configWords(values, 'release') !== 'EMPTY' && isEmpty(path.join(at, 'root'))) return 'Its root is empty'
        entry.filledRoot = mounted
      }
    } catch {
      return 'Its root is missing'
    }
    return stampOf(path.join(at, 'fstab')) === 'missing' ? 'Its fstab is missing' : undefined
  }

  function fold(entry: Entry, defaultValues: ConfigValues, dialect: Dialect, origin: string | null | undefined) {
    const { folder, file, folded } = entry
    const lack = file.kind === 'read' ? lackOf(entry, file.values) : undefined
    if (file.kind === 'read' && lack === undefined) {
      const source = `${entry.stamp} ${defaults.stamp} ${dialect} ${origin}`
      if (entry.foldedFrom === source) return
      entry.foldedFrom = source
      entry.missingSince = undefined
      entry.folded = foldJail(folder, file.values, defaultValues, origin, dialect)
      return
    }
    entry.foldedFrom = undefined
    const since = (entry.missingSince ??= now())
    if (file.kind !== 'damaged') {
      const known = lack === undefined ? GONE_FILE_GRACE_MS : UNMOUNTED_MS
      if (now() - since < (folded === undefined ? NEW_FOLDER_GRACE_MS : known)) return
    }
    const trouble =
      file.kind === 'damaged'
        ? file
        : { problem: halfMade(lack ?? 'config.json is missing'), oursAlone: lack !== undefined }
    const before =
      folded ?? (file.kind === 'read' ? foldJail(folder, file.values, defaultValues, origin, dialect) : undefined)
    entry.folded = foldUnreadable(folder, trouble, dialect, before, tagsByUuid(root)?.get(folder.name))
  }

  return {
    filesDialect: () => dialectSeen,
    roots: () => [...entries.values()].map(({ filledRoot }) => filledRoot ?? ''),
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
          filledRoot: undefined,
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

const halfMade = (lack: string) =>
  `${lack}: the jail is being made or destroyed at this moment, or was left half-made: then destroy it.`

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
