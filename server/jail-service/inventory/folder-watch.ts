import { type FSWatcher, statSync, watch } from 'node:fs'

/** Watches of folders that follow them when something is mounted over or another folder takes their place. */
export interface FolderWatch {
  /** Watches exactly these folders from now on; those that are not there are tried again with the next call. */
  arm(folders: readonly string[]): void
  close(): void
}

/** Calls `onChange` with the folder after anything in it changed. May call too often, never relied on alone. */
export function createFolderWatch(onChange: (folder: string) => void): FolderWatch {
  const watches = new Map<string, { identity: string; watcher: FSWatcher }>()

  function identityOf(folder: string): string | undefined {
    try {
      const { dev, ino } = statSync(folder)
      return `${dev}:${ino}`
    } catch {
      return undefined
    }
  }

  function drop(folder: string) {
    watches.get(folder)?.watcher.close()
    watches.delete(folder)
  }

  function add(folder: string, identity: string) {
    try {
      // Temporary files of a replacement are followed by the rename that counts.
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || !name.startsWith('tmp')) onChange(folder)
      })
      watcher.on('error', () => drop(folder))
      watches.set(folder, { identity, watcher })
    } catch {
      // Out of watches, or the folder went away: the regular look finds what changes.
    }
  }

  return {
    arm(folders) {
      const wanted = new Set(folders)
      for (const folder of watches.keys()) if (!wanted.has(folder)) drop(folder)
      for (const folder of wanted) {
        const identity = identityOf(folder)
        const known = watches.get(folder)
        if (known !== undefined && known.identity === identity) continue
        const replaced = known !== undefined
        drop(folder)
        if (identity === undefined) continue
        add(folder, identity)
        if (replaced) onChange(folder)
      }
    },
    close() {
      for (const folder of watches.keys()) drop(folder)
    },
  }
}
