import type { Dialect } from '../../state.ts'
import type { CommandSpec, Option } from './option.ts'

const HEADER: Option = {
  names: ['--header', '-h', '-H'],
  key: 'header',
  help: 'For scripting, no headers and tabs as separators.',
}
const FORCE = (help: string): Option => ({ names: ['--force', '-f'], key: 'force', help })
const NAME = (help: string): Option => ({ names: ['--name', '-n'], key: 'name', takes: 'one', help })

/** Every command of a dialect, in the order of its help, with the options it takes. */
export function commandSpecs(dialect: Dialect): readonly CommandSpec[] {
  return dialect === '0.9.7' ? UUID_COMMANDS : NAME_COMMANDS
}

const ACTIVATE: CommandSpec = {
  name: 'activate',
  help: 'Set a zpool active for iocage usage.',
  usage: 'ZPOOL',
  options: [],
}

const CLEAN: CommandSpec = {
  name: 'clean',
  help: 'Destroy specified dataset types.',
  usage: '',
  options: [
    FORCE('Runs the command without any further user interaction.'),
    { names: ['--all', '-a'], key: 'type', value: 'all', help: 'Destroy all iocage data.' },
    { names: ['--jails', '-j'], key: 'type', value: 'jails', help: 'Destroy all jails created.' },
    { names: ['--releases', '-r'], key: 'type', value: 'releases', help: 'Destroy all RELEASEs fetched.' },
    { names: ['--templates', '-t'], key: 'type', value: 'templates', help: 'Destroy all jail templates.' },
    { names: ['--images', '-i'], key: 'type', value: 'images', help: 'Destroy all exported images.' },
    { names: ['--debug', '-d'], key: 'type', value: 'debug', help: 'Destroy the debug folder.' },
  ],
}

const CLONE: CommandSpec = {
  name: 'clone',
  help: 'Clone a jail.',
  usage: 'SOURCE [PROPS]...',
  options: [
    { names: ['--count', '-c'], key: 'count', takes: 'one', help: 'Number of jails to clone, numbered in sequence.' },
    NAME('Name of the clone instead of a UUID.'),
    { names: ['--uuid', '-u'], key: 'uuid', takes: 'one', help: 'UUID of the clone.' },
    { names: ['--newmac', '-N'], key: 'newmac', help: 'Give the clone MAC addresses of its own.' },
    { names: ['--thickjail', '-T'], key: 'thick', help: 'Copy the jail instead of cloning it.' },
  ],
}

const CONSOLE: CommandSpec = {
  name: 'console',
  help: 'Login to a jail.',
  usage: 'JAIL',
  options: [FORCE("Start the jail if it's not running.")],
}

const CREATE_SHARED: readonly Option[] = [
  { names: ['--count', '-c'], key: 'count', takes: 'one', help: 'Number of jails to create, numbered in sequence.' },
  { names: ['--release', '-r'], key: 'release', takes: 'one', help: 'RELEASE the new jail is made from.' },
  { names: ['--template', '-t'], key: 'template', takes: 'one', help: 'Template the new jail is made from.' },
  { names: ['--pkglist', '-p'], key: 'pkglist', takes: 'one', help: 'JSON file with the packages to install.' },
  { names: ['--basejail', '-b'], key: 'basejail', help: "Mount the RELEASE's folders read-only into the jail." },
  { names: ['--empty', '-e'], key: 'empty', help: 'Create an empty jail.' },
  { names: ['--short', '-s'], key: 'short', help: 'Use a short UUID of 8 characters instead of 36.' },
]

const DF: CommandSpec = {
  name: 'df',
  help: 'Show resource usage of all jails.',
  usage: '',
  options: [
    HEADER,
    { names: ['--long', '-l'], key: 'long', help: 'Show the full uuid.' },
    { names: ['--sort', '-s'], key: 'sort', takes: 'one', help: 'Sorts the list by the given type' },
  ],
}

const EXEC: CommandSpec = {
  name: 'exec',
  help: 'Run a command inside a specified jail.',
  usage: 'JAIL [COMMAND]...',
  ignoreUnknown: true,
  options: [
    { names: ['--host_user', '-u'], key: 'host_user', takes: 'one', help: 'The host user to use.' },
    { names: ['--jail_user', '-U'], key: 'jail_user', takes: 'one', help: 'The jail user to use.' },
  ],
}

const EXPORT: CommandSpec = { name: 'export', help: 'Exports a specified jail.', usage: 'JAIL', options: [] }

const FETCH_SHARED: readonly Option[] = [
  { names: ['--http', '-h'], key: 'http', help: 'Use HTTP instead of FTP.' },
  { names: ['--file', '-f'], key: 'file', help: 'Use a local folder (--root-dir) instead of a server.' },
  { names: ['--files', '-F'], key: 'files', takes: 'many', help: 'The files to fetch from the mirror.' },
  { names: ['--server', '-s'], key: 'server', takes: 'one', help: 'Server to fetch from.' },
  { names: ['--user', '-u'], key: 'user', takes: 'one', help: 'The user to use.' },
  { names: ['--password', '-p'], key: 'password', takes: 'one', help: 'The password to use.' },
  { names: ['--auth', '-a'], key: 'auth', takes: 'one', help: 'Authentication for HTTP: basic, digest.' },
  {
    names: ['--verify', '-V'],
    off: ['--noverify', '-NV'],
    key: 'verify',
    help: 'Whether to check the certificate of the server.',
  },
  { names: ['--release', '-r'], key: 'release', takes: 'one', help: 'The FreeBSD release to fetch.' },
  { names: ['--root-dir', '-d'], key: 'root_dir', takes: 'one', help: 'Folder that holds the RELEASEs.' },
  {
    names: ['--update', '-U'],
    off: ['--noupdate', '-NU'],
    key: 'update',
    help: 'Whether to update the release to its latest patch level.',
  },
  {
    names: ['--eol', '-E'],
    off: ['--noeol', '-NE'],
    key: 'eol',
    help: 'Whether to ask upstream which releases are past their end of life.',
  },
  { names: ['--plugins'], key: 'plugins', help: 'List all available plugins.' },
  { names: ['--count', '-c'], key: 'count', takes: 'one', help: 'Number of plugin jails to create.' },
  { names: ['--accept'], off: ['--noaccept'], key: 'accept', help: "Accept the plugin's licence." },
]

const FSTAB_SHARED: readonly Option[] = [
  { names: ['--add', '-a'], key: 'action', value: 'add', help: 'Adds an entry to the jails fstab and mounts it.' },
  {
    names: ['--remove', '-r'],
    key: 'action',
    value: 'remove',
    help: 'Removes an entry from the jails fstab and unmounts it.',
  },
  { names: ['--edit', '-e'], key: 'action', value: 'edit', help: 'Opens the fstab in EDITOR.' },
]

const MIGRATE: CommandSpec = {
  name: 'migrate',
  help: 'Migrate all iocage_legacy develop basejails to new clonejails.',
  usage: '',
  options: [
    FORCE('Bypass the interactive question.'),
    { names: ['--delete', '-d'], key: 'delete', help: 'Delete the old dataset.' },
  ],
}

const PKG: CommandSpec = {
  name: 'pkg',
  help: 'Use pkg inside a specified jail.',
  usage: 'JAIL [COMMAND]...',
  ignoreUnknown: true,
  options: [],
}

const ROLLBACK: CommandSpec = {
  name: 'rollback',
  help: 'Rollbacks the specified jail.',
  usage: 'JAIL',
  options: [NAME('The snapshot to roll back to.'), FORCE('Skip the question.')],
}

const SET: CommandSpec = { name: 'set', help: 'Sets the specified property.', usage: '[PROPS]...', options: [] }

const SNAPLIST: CommandSpec = {
  name: 'snaplist',
  help: 'Show snapshots of a specified jail.',
  usage: 'JAIL',
  options: [
    HEADER,
    { names: ['--long', '-l'], key: 'long', help: 'Show the full dataset names.' },
    { names: ['--sort', '-s'], key: 'sort', takes: 'one', help: 'Sorts the list by the given type' },
  ],
}

const SNAPSHOT: CommandSpec = {
  name: 'snapshot',
  help: 'Snapshots the specified jail.',
  usage: 'JAIL',
  options: [NAME('The name of the snapshot, the date and time unless given.')],
}

const SNAPREMOVE: CommandSpec = {
  name: 'snapremove',
  help: 'Remove specified snapshot of a jail.',
  usage: 'JAIL',
  options: [NAME('The snapshot to remove, or ALL.'), FORCE('Skip the question.')],
}

const RC: Option = {
  names: ['--rc'],
  key: 'rc',
  help: 'Will start all jails with boot=on, in the specified order with smaller value for priority starting first.',
}
const RC_STOP: Option = {
  names: ['--rc'],
  key: 'rc',
  help: 'Will stop all jails with boot=on, in the specified order with higher value for priority stopping first.',
}
const IGNORE = (verb: string): Option => ({
  names: ['--ignore', '-i'],
  key: 'ignore',
  help: `Suppress exceptions for jails which fail to ${verb}`,
})

const LIST_SHARED: readonly Option[] = [
  { names: ['--release', '--base', '-r', '-b'], key: 'type', value: 'base', help: 'List all bases.' },
  { names: ['--template', '-t'], key: 'type', value: 'template', help: 'List all templates.' },
  HEADER,
  { names: ['--long', '-l'], key: 'long', help: 'Show the full uuid and ip4 address.' },
  { names: ['--remote', '-R'], key: 'remote', help: "Show remote's available RELEASEs." },
  { names: ['--plugins', '-P'], key: 'plugins', help: 'Show available plugins.' },
]

const GET_SHARED: readonly Option[] = [
  HEADER,
  { names: ['--recursive', '-r'], key: 'recursive', help: 'Get the specified property for all jails.' },
]
const GET_ALL: Option = { names: ['--all', '-a'], key: 'all', help: 'Get all properties for the specified jail.' }
const GET_POOL: Option = { names: ['--pool', '-p'], key: 'pool', help: 'Get the currently activated zpool.' }

const UPDATE: CommandSpec = {
  name: 'update',
  help: 'Run freebsd-update to update a specified jail to the latest patch level.',
  shortHelp: 'Run freebsd-update to update a specified jail to the latest...',
  usage: 'JAIL',
  options: [],
}
const UPGRADE: CommandSpec = {
  name: 'upgrade',
  help: 'Run freebsd-update to upgrade a specified jail to the RELEASE given.',
  shortHelp: 'Run freebsd-update to upgrade a specified jail to the...',
  usage: 'JAIL',
  options: [{ names: ['--release', '-r'], key: 'release', takes: 'one', help: 'RELEASE to upgrade to.' }],
}

const UUID_COMMANDS: readonly CommandSpec[] = [
  { ...ACTIVATE, options: [FORCE('Deactivate the other pools.')] },
  CLEAN,
  CONSOLE,
  { name: 'create', help: 'Create a jail.', usage: '[PROPS]...', options: CREATE_SHARED },
  { name: 'deactivate', help: 'Deactivate the specified pool.', usage: 'ZPOOL', options: [] },
  {
    name: 'destroy',
    help: 'Destroy specified jail(s).',
    usage: '[JAILS]...',
    options: [FORCE('Destroy the jail without warnings or more user input.')],
  },
  DF,
  EXEC,
  EXPORT,
  {
    name: 'fetch',
    help: 'Fetch a version of FreeBSD for jail usage or a preconfigured plugin.',
    shortHelp: 'Fetch a version of FreeBSD for jail usage or a...',
    usage: '[PROPS]...',
    options: [
      ...FETCH_SHARED,
      { names: ['--plugin-file', '-P'], key: 'plugin_file', takes: 'one', help: 'A plugin file to use.' },
    ],
  },
  {
    name: 'fstab',
    help: 'Manipulate the specified jails fstab.',
    usage: 'JAIL [FSTAB_STRING]...',
    options: FSTAB_SHARED,
  },
  {
    name: 'get',
    help: 'Gets the specified property.',
    usage: 'PROP [JAIL]',
    options: [
      ...GET_SHARED,
      { names: ['--plugin', '-P'], key: 'plugin', help: 'Get the specified key for a plugin jail.' },
      GET_ALL,
      GET_POOL,
    ],
  },
  { name: 'import', help: 'Import a specified jail.', usage: 'JAIL', options: [] },
  {
    name: 'list',
    help: 'List a specified dataset type, by default lists all jails.',
    usage: '',
    // Declared after the heading's -h and so taking it away: only -H prints without headings.
    options: [...LIST_SHARED, { names: ['--http', '-h'], key: 'http', help: 'Have --remote use HTTP.' }],
  },
  MIGRATE,
  PKG,
  {
    name: 'restart',
    help: 'Restarts the specified jails or ALL.',
    usage: 'JAIL',
    options: [{ names: ['--soft', '-s'], key: 'soft', help: 'Restarts the jail but does not tear down its network.' }],
  },
  ROLLBACK,
  {
    ...SET,
    usage: 'PROP JAIL',
    options: [{ names: ['--plugin', '-P'], key: 'plugin', help: 'Set the specified key for a plugin jail.' }],
  },
  SNAPLIST,
  SNAPREMOVE,
  SNAPSHOT,
  { name: 'start', help: 'Starts the specified jails or ALL.', usage: '[JAILS]...', options: [RC] },
  { name: 'stop', help: 'Stops the specified jails or ALL.', usage: '[JAILS]...', options: [RC_STOP] },
  UPDATE,
  UPGRADE,
]

const NAME_COMMANDS: readonly CommandSpec[] = [
  ACTIVATE,
  { name: 'chroot', help: 'Chroot to a jail.', usage: 'JAIL [COMMAND]...', options: [] },
  CLEAN,
  CLONE,
  CONSOLE,
  {
    name: 'create',
    help: 'Create a jail.',
    usage: '[PROPS]...',
    options: [
      ...CREATE_SHARED,
      NAME('Name of the jail instead of a UUID.'),
      { names: ['--uuid', '-u'], key: 'uuid', takes: 'one', help: 'UUID of the jail.' },
      { names: ['--thickjail', '-T'], key: 'thick', help: 'Copy the RELEASE instead of cloning it.' },
      { names: ['--thickconfig', '-C'], key: 'thickconfig', help: 'Write every property to the configuration.' },
      { names: ['--proxy', '-S'], key: 'proxy', takes: 'one', help: 'Proxy to use for the network.' },
      FORCE('Skip the interactive question.'),
    ],
  },
  {
    name: 'debug',
    help: 'Create a directory with all the debug for iocage jails.',
    usage: '',
    options: [{ names: ['--directory', '-d'], key: 'directory', takes: 'one', help: 'Where to write it.' }],
  },
  {
    name: 'destroy',
    help: 'Destroy specified jail(s).',
    usage: '[JAILS]...',
    options: [
      FORCE('Destroy the jail without warnings or more user input.'),
      { names: ['--release', '-r'], key: 'release', help: 'Destroy a specified RELEASE dataset.' },
      { names: ['--recursive', '-R'], key: 'recursive', help: 'Destroy dependent jails too.' },
      { names: ['--download', '-d'], key: 'download', help: "Destroy the RELEASE's download dataset as well." },
    ],
  },
  DF,
  {
    ...EXEC,
    options: [
      ...EXEC.options,
      FORCE("Start the jail if it's not running."),
      { names: ['--keep_proxy', '-p'], key: 'keep_proxy', help: "Keep the host's proxy environment variables." },
    ],
  },
  {
    ...EXPORT,
    options: [{ names: ['--compression', '-c'], key: 'compression', takes: 'one', help: 'zip or lzma.' }],
  },
  {
    name: 'fetch',
    help: 'Fetch a version of FreeBSD for jail usage or a preconfigured plugin.',
    shortHelp: 'Fetch a version of FreeBSD for jail usage or a...',
    usage: '[PROPS]...',
    options: [
      ...FETCH_SHARED,
      { names: ['--proxy', '-S'], key: 'proxy', takes: 'one', help: 'Proxy to use for the network.' },
      { names: ['--plugin-name', '-P'], key: 'plugin_name', takes: 'one', help: 'The plugin to fetch.' },
      { names: ['--git_repository', '-g'], key: 'git', takes: 'one', help: 'Git repository of the plugins.' },
      { names: ['--branch'], key: 'branch', takes: 'one', help: 'Branch of that repository.' },
      NAME('Name of the plugin jail.'),
      { names: ['--official', '-O'], key: 'official', help: 'Lists only official plugins.' },
      { names: ['--keep_jail_on_failure', '-k'], key: 'keep', help: 'Keep jails on failure' },
      { names: ['--thickconfig', '-C'], key: 'thickconfig', help: 'Write every property to the configuration.' },
    ],
  },
  {
    name: 'fstab',
    help: 'Manipulate the specified jails fstab.',
    usage: 'JAIL [FSTAB_STRING]...',
    options: [
      ...FSTAB_SHARED,
      { names: ['--replace', '-R'], key: 'replace', takes: 'one', help: 'Replace an entry by index number' },
      { names: ['--list', '-l'], key: 'action', value: 'list', help: 'Lists the jails fstab.' },
      HEADER,
    ],
  },
  {
    name: 'get',
    help: 'Gets the specified property.',
    usage: 'PROP JAIL',
    options: [
      ...GET_SHARED,
      {
        names: ['--plugin', '-P'],
        key: 'plugin',
        help: 'Get the specified key for a plugin jail, if accessing a nested key use . as a separator. \b Example: iocage get -P foo.bar.baz PLUGIN',
      },
      GET_ALL,
      GET_POOL,
      { names: ['--state', '-s'], key: 'state', help: 'Get the jails state' },
      { names: ['--jid', '-j'], key: 'jid', help: 'Get the jails jid' },
      FORCE("Start the jail for plugin properties if it's not running."),
    ],
  },
  {
    name: 'import',
    help: 'Import a specified jail.',
    usage: 'JAIL',
    options: [
      { names: ['--compression', '-c'], key: 'compression', takes: 'one', help: 'zip or lzma.' },
      { names: ['--path', '-p'], key: 'path', takes: 'one', help: 'Folder of the image.' },
    ],
  },
  {
    name: 'list',
    help: 'List a specified dataset type, by default lists all jails.',
    usage: '',
    options: [
      LIST_SHARED[0]!,
      { names: ['--basejails', '-B'], key: 'type', value: 'basejail', help: 'List all basejails.' },
      ...LIST_SHARED.slice(1),
      { names: ['--http'], key: 'http', help: 'Have --remote not use HTTP.' },
      { names: ['--sort', '-s'], key: 'sort', takes: 'one', help: 'Sorts the list by the given type' },
      { names: ['--quick', '-q'], key: 'quick', help: 'Lists all jails with less processing and fields.' },
      { names: ['--official', '-O'], key: 'official', help: 'Lists only official plugins.' },
    ],
  },
  MIGRATE,
  PKG,
  { name: 'rename', help: 'Rename a jail.', usage: 'JAIL NEW_NAME', options: [] },
  {
    name: 'restart',
    help: 'Restarts the specified jails or ALL.',
    usage: 'JAIL',
    options: [{ names: ['--soft', '-s'], key: 'soft', help: 'Restarts the jail but does not tear down its network.' }],
  },
  ROLLBACK,
  { ...SET, options: [{ names: ['--plugin', '-P'], key: 'plugin', help: 'Set the specified key for a plugin jail.' }] },
  SNAPLIST,
  SNAPREMOVE,
  SNAPSHOT,
  { name: 'start', help: 'Starts the specified jails or ALL.', usage: '[JAILS]...', options: [RC, IGNORE('start')] },
  {
    name: 'stop',
    help: 'Stops the specified jails or ALL.',
    usage: '[JAILS]...',
    options: [RC_STOP, FORCE('Stops jail without calling exec_prestop or exec_stop.'), IGNORE('stop')],
  },
  {
    ...UPDATE,
    options: [
      { names: ['--pkgs', '-P'], key: 'pkgs', help: 'Update the packages as well.' },
      { names: ['--server', '-s'], key: 'server', takes: 'one', help: 'Server of freebsd-update.' },
      {
        names: ['--verify', '-V'],
        off: ['--noverify', '-NV'],
        key: 'verify',
        help: 'Whether to check the certificate.',
      },
    ],
  },
  UPGRADE,
]
