import { expect, test } from 'vitest'
import { createStepWatch } from './clock-steps.ts'

/** A machine whose two clocks are set by hand, in milliseconds. */
function machine(latest = 0) {
  const clock = { wall: 1_000_000_000, monotonic: 5_000 }
  const watch = createStepWatch(
    latest,
    () => clock.wall,
    () => clock.monotonic,
  )
  const steps = (): number[] => {
    const found: number[] = []
    watch.look((ms) => found.push(ms))
    return found
  }
  return { clock, watch, steps }
}
const HOUR = 3_600_000

test('time that passes is no step, nor is a step ahead or a machine that slept', () => {
  const { clock, steps } = machine()
  clock.wall += 60_000
  clock.monotonic += 60_000
  expect(steps()).toEqual([])
  clock.wall += HOUR
  expect(steps()).toEqual([])
})
test('a step back is told once, with its length', () => {
  const { clock, steps } = machine()
  clock.wall -= HOUR
  clock.monotonic += 10
  expect(steps()).toEqual([HOUR + 10])
  expect(steps()).toEqual([])
})
test('ahead and back again is a step back', () => {
  const { clock, steps } = machine()
  clock.wall += HOUR
  expect(steps()).toEqual([])
  clock.wall -= HOUR
  expect(steps()).toEqual([HOUR])
})
test('many small ones add up', () => {
  const { clock, steps } = machine()
  const found = Array.from({ length: 3 }, () => {
    clock.wall -= 600
    return steps()
  })
  expect(found).toEqual([[], [1_200], []])
})
test('one that happened while nobody looked shows by what was written before', () => {
  expect(machine(1_000_000_000 + HOUR).steps()).toEqual([HOUR])
})
test('what could not be done is told again', () => {
  const { clock, watch, steps } = machine()
  clock.wall -= HOUR
  expect(() =>
    watch.look(() => {
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  expect(steps()).toEqual([HOUR])
})
