import { pathToFileURL } from 'node:url'
import { buildSandbox } from './build.mjs'

try {
  const bundle = await buildSandbox()
  // In this same process: a second start of Node would cost more than all the rest.
  process.argv.splice(1, 1, bundle, 'sandbox')
  await import(pathToFileURL(bundle).href)
} catch (error) {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
