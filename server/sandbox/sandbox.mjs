import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildSandbox } from './build.mjs'

export { buildSandbox as build } from './build.mjs'

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const bundle = await buildSandbox()
    // In this same process: a second start of Node would cost more than all the rest.
    process.argv.splice(1, 1, bundle, 'sandbox')
    await import(pathToFileURL(bundle).href)
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
