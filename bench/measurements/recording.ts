import type { Measurement } from '../bench.ts'
import { missing } from '../figure.ts'

export const recording: Measurement = {
  name: 'recording',
  about: 'the echo with recording on, beside off',
  run: () =>
    Promise.resolve([
      missing('echo p50, recording on against off', 'ms', '≤ 1.05 ×', 'not measured: consoles are not recorded yet'),
    ]),
}
