import type { Dialect } from '../../state.ts'
import type { Option } from './option.ts'

const VERSION: Option = {
  names: ['--version', '-v'],
  key: 'version',
  help: "Display iocage's version and exit.",
}

/** Options that stand before the command's name. */
export function globalOptions(dialect: Dialect): readonly Option[] {
  if (dialect === '0.9.7') return [VERSION]
  return [
    VERSION,
    { names: ['--force', '-f'], key: 'force', help: 'Allow iocage to rename datasets.' },
    { names: ['--debug', '-D'], key: 'debug', help: 'Log debug output to the console.' },
  ]
}
