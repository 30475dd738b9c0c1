// @ts-check
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildConsole, dist } from './build.mjs'
import { runFolder } from './options.mjs'
import { top } from './run.mjs'

// The service that `npm start` runs; --socket names another.
const socket = path.join(runFolder(process.env.CELLBLOCK_STATE ?? path.join(top, '.cellblock')), 'service.sock')
if (existsSync(socket)) process.env.CELLBLOCK_SOCKET ??= socket
await buildConsole()
await import(pathToFileURL(path.join(dist, 'console.mjs')).href)
