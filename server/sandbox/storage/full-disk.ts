import { readFileSync } from 'node:fs'
import path from 'node:path'
import { storageContext } from './context.ts'
import { parseSize } from './sizes.ts'

/**
 * Bytes that writers shall still find free, or undefined while the fault `disk-full` is off.
 * The fault's file may name some (`20M`), so that a disk gets full in the middle of something; else there are none.
 */
export function bytesLeft(): number | undefined {
  try {
    const text = readFileSync(path.join(storageContext().paths.faults, 'disk-full'), 'utf8').trim()
    return parseSize(text) ?? 0
  } catch {
    return undefined
  }
}
