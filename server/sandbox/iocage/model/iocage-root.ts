import type { Dialect } from '../../state.ts'
import type { Output } from '../output.ts'

/** What every command works on: the active pool, iocage's folder on it, the dialect, the streams. */
export interface Iocage {
  dialect: Dialect
  pool: string
  /** Where POOL/iocage is mounted. */
  root: string
  out: Output
  /** Whether the caller is root: some commands do less or refuse when not. */
  isRoot: boolean
}
