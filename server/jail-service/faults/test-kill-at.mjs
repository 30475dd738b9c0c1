// Preload of Node (`--import`): the process is killed right before what it does to files for the n-th time, `?at=N`. Only
// what another process could see afterwards counts.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

let left = Number(new URL(import.meta.url).searchParams.get('at'))
for (const name of ['renameSync', 'fsyncSync', 'appendFileSync']) {
  const real = fs[name]
  fs[name] = (...args) => {
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return real(...args)
  }
}
syncBuiltinESMExports()
