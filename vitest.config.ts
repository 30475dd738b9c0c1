import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') }

/** A machine that others use too may stall for seconds: where a change is judged, what fails is tried once more. */
const patience = process.env.CI === undefined ? 0 : 1

/** Three projects: pure rules, the sandbox's commands, the service over the sandbox. */
export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['lib/**/*.test.ts', 'server/**/*.test.ts', 'components/**/*.test.ts'],
          exclude: ['**/*.sandbox.test.ts', '**/*.service.test.ts', '**/node_modules/**'],
          testTimeout: 60_000, // a busy machine is no fault
          maxWorkers: 2,
          retry: patience,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'sandbox',
          // Not a measure of speed: what is waited for comes when the machine has time.
          expect: { poll: { timeout: 20_000 } },
          include: ['server/sandbox/**/*.sandbox.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          retry: patience,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'service',
          expect: { poll: { timeout: 20_000 } },
          include: ['server/**/*.service.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 3, // much of it waits for commands of the host
          retry: patience,
        },
      },
    ],
  },
})
