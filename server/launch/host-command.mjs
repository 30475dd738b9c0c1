// @ts-check
import path from 'node:path'
import { build, dist } from './build.mjs'
import { prepare } from './prepare.mjs'
import { run, top } from './run.mjs'

/** `npm run accounts` and `npm run audit`: the service's own commands for who sits at the host, over `npm start`'s state. */
const args = process.argv.slice(2)
await prepare(build)
const state = args.some((arg) => arg.startsWith('--state')) ? [] : ['--state', path.join(top, '.cellblock/service')]
process.exit(await run(process.execPath, [path.join(dist, 'jail-service.mjs'), ...args, ...state]))
