// Loaded into the jail service by the benchmark: SIGUSR2 collects garbage, so that its memory can be measured.
const v8 = require('node:v8')
const vm = require('node:vm')

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc')
process.on('SIGUSR2', () => collect())
