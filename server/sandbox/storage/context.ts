import path from 'node:path'
import { readSandboxConfig, type SandboxConfig, type SandboxPaths, sandboxPaths } from '../state.ts'

/** The sandbox that this process belongs to. */
export interface StorageContext {
  paths: SandboxPaths
  config: SandboxConfig
}

let current: StorageContext | undefined

/** The sandbox that CELLBLOCK_SANDBOX names (the fronts always set it); read once. */
export function storageContext(): StorageContext {
  if (current !== undefined) return current
  const state = process.env.CELLBLOCK_SANDBOX
  if (state === undefined || !path.isAbsolute(state)) throw new Error('CELLBLOCK_SANDBOX must name the state folder')
  const paths = sandboxPaths(state)
  current = { paths, config: readSandboxConfig(paths) }
  return current
}
