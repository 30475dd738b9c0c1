import { IocageError, traceback } from '../errors.ts'

/** Throws when `release` is of a newer major version than the host: such a userland cannot run on its kernel. */
export function refuseNewerRelease(release: string, host: string): void {
  const major = Number.parseInt(release, 10)
  if (Number.isNaN(major)) throw traceback('ValueError', `could not convert string to float: '${release}'`)
  if (major > Number.parseInt(host, 10))
    throw new IocageError(
      `\nHost: ${host.split('-').slice(0, 2).join('-')} is not greater than target: ${release}\nThis is unsupported.`,
    )
}
