import type { Measurement } from './bench.ts'
import { crowd } from './measurements/crowd.ts'
import { openCloseCycles } from './measurements/cycles.ts'
import { echo } from './measurements/echo.ts'
import { growthUnderFlood } from './measurements/growth.ts'
import { idleMemory } from './measurements/idle-memory.ts'
import { interruptUnderFlood } from './measurements/interrupt.ts'
import { keyToGlyph } from './measurements/key-to-glyph.ts'
import { pageUnderFlood } from './measurements/page-flood.ts'
import { reattachWithScrollback } from './measurements/reattach.ts'
import { recording } from './measurements/recording.ts'
import { throughput } from './measurements/throughput.ts'

/** All measurements, in the order of the table: memory first, before others leave some of it free in the service. */
export const measurements: readonly Measurement[] = [
  idleMemory,
  echo,
  throughput,
  interruptUnderFlood,
  growthUnderFlood,
  crowd,
  reattachWithScrollback,
  openCloseCycles,
  recording,
  keyToGlyph,
  pageUnderFlood,
]
