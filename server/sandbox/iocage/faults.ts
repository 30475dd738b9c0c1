import { existsSync } from 'node:fs'
import path from 'node:path'
import { storageContext } from '../storage/context.ts'

/** Faults that can be asked for with `npm run sandbox -- fault NAME on`. */
export type Fault = 'mirror-away' | 'mirror-forged' | 'checksum-wrong' | 'disk-full'

/** Whether a fault is asked for just now. */
export function faultIsOn(fault: Fault): boolean {
  return existsSync(path.join(storageContext().paths.faults, fault))
}
