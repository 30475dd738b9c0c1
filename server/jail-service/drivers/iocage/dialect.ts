/** How iocage names jails: by UUID with a tag (to 0.9.8), or by name (from 0.9.9). Contract, 1.1. */
export type Dialect = 'uuid-tag' | 'name'

export interface IocageVersion {
  /** `0.9.7`, `1.13`. */
  text: string
  /** Undefined where the version does not tell: a source tree that was never installed says `0.0`. */
  dialect: Dialect | undefined
}

/** Reads `iocage --version`: `Version⇥0.9.7 2017/03/08`, `Version⇥1.13`; undefined when it is something else. */
export function parseVersion(output: string): IocageVersion | undefined {
  const found = /^Version[\t ]+(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)*/m.exec(output)
  if (found === null) return undefined
  const [text, major, minor, patch] = [found[0].replace(/^Version[\t ]+/, ''), ...found.slice(1, 4).map(Number)]
  if (major === undefined || minor === undefined) return undefined
  if (major === 0 && minor === 0) return { text, dialect: undefined }
  const byUuid = major === 0 && (minor < 9 || (minor === 9 && Number.isFinite(patch) && (patch ?? 0) < 9))
  return { text, dialect: byUuid ? 'uuid-tag' : 'name' }
}

/** The dialect that the files show: only the name dialect keeps `defaults.json`, only the other one tags. */
export function dialectOfFiles(found: { defaults: boolean; tags: boolean; tagInConfig: boolean }): Dialect | undefined {
  if (found.tagInConfig || (found.tags && !found.defaults)) return 'uuid-tag'
  return found.defaults ? 'name' : undefined
}

/** Name of the jail in the kernel: `ioc-` and iocage's id, in which the kernel takes no dot. */
export const kernelName = (iocageName: string): string => `ioc-${iocageName.replaceAll('.', '_')}`
