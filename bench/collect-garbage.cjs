// Loaded into the jail service by the benchmark: SIGUSR2 collects garbage, so that its memory can be measured, and says
// how much is in use then. The rest of what is resident is free and kept by the allocator for what comes next.
const v8 = require('node:v8')
const vm = require('node:vm')

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc')
process.on('SIGUSR2', () => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write(`memory in use: ${heapUsed + external}\n`)
})
