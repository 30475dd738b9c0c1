import type { Readable, Writable } from 'node:stream'
import { type CommandResult, failed } from '../../command-result.ts'
import { UsageError, usageFailure } from '../options.ts'
import { getProperties, listDatasets } from '../print-datasets.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { cloneSnapshot, createDataset } from './create.ts'
import { destroyDataset } from './destroy.ts'
import { diffDatasets } from './diff.ts'
import { alone, openToChange, pools, readPools } from './open-pool.ts'
import { promote, renameDataset } from './rename.ts'
import { rollback } from './rollback.ts'
import { inheritProperty, mountDatasets, setProperties, unmountDataset } from './set.ts'
import { takeSnapshots } from './snapshot.ts'
import { receiveStream, sendSnapshot } from './stream.ts'
import { viewPool } from './views.ts'

const allViews = async () => (await Promise.all(readPools().map(viewPool))).flat()
const allToChange = async () => {
  const opened = []
  for (const name of pools()) opened.push(await openToChange(name))
  return opened
}

type Command = (argv: readonly string[]) => Promise<CommandResult>

/** Subcommands that only look; they wait for nobody. */
const READERS: Readonly<Record<string, Command>> = {
  list: async (argv) => listDatasets(argv, await allViews()),
  get: async (argv) => getProperties(argv, await allViews()),
}

const mount: Command = (argv) => mountDatasets(argv, allToChange)
const unmount: Command = (argv) => unmountDataset(argv, allToChange)

const WRITERS: Readonly<Record<string, { command: Command; usage: string }>> = {
  create: { command: createDataset, usage: 'create [-pu] [-o property=value]... <filesystem>' },
  destroy: { command: destroyDataset, usage: 'destroy [-fnpRrv] <filesystem|volume|snapshot>' },
  snapshot: { command: takeSnapshots, usage: 'snapshot [-r] [-o property=value] ... <filesystem|volume>@<snap> ...' },
  clone: { command: cloneSnapshot, usage: 'clone [-p] [-o property=value] ... <snapshot> <filesystem|volume>' },
  rename: { command: renameDataset, usage: 'rename [-f] <filesystem|volume|snapshot> <filesystem|volume|snapshot>' },
  promote: { command: promote, usage: 'promote <clone-filesystem>' },
  rollback: { command: rollback, usage: 'rollback [-rRf] <snapshot>' },
  set: { command: setProperties, usage: 'set <property=value> ... <filesystem|volume|snapshot> ...' },
  inherit: { command: inheritProperty, usage: 'inherit [-rS] <property> <filesystem|volume|snapshot> ...' },
  mount: { command: mount, usage: 'mount [-vO] [-o opts] <-a | filesystem>' },
  unmount: { command: unmount, usage: 'unmount [-f] <-a | filesystem|mountpoint>' },
  diff: { command: diffDatasets, usage: 'diff [-FHt] <snapshot> [snapshot|filesystem]' },
  umount: { command: unmount, usage: 'unmount [-f] <-a | filesystem|mountpoint>' },
}
const SHORT: Readonly<Record<string, string>> = { snap: 'snapshot' }

/** `zfs ARGV` on datasets that are kept in folders. */
export async function folderZfs(argv: readonly string[]): Promise<CommandResult> {
  const [word, ...rest] = argv
  if (word === undefined) return usageFailure('missing command', 'zfs command args ...')
  const name = SHORT[word] ?? word
  const reader = READERS[name]
  if (reader !== undefined) return reader(rest)
  const writer = WRITERS[name]
  if (writer === undefined) return usageFailure(`unrecognized command '${word}'`, 'zfs command args ...')
  return answering(writer.usage, () => alone(() => writer.command(rest)))
}

/** Runs `body`, whose refusals become what zfs(8) prints. */
async function answering(usage: string, body: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof ZfsFailure) return failed(`${error.message}\n`)
    if (error instanceof UsageError) return usageFailure(error.message, usage)
    throw error
  }
}

/** `zfs send ARGV` onto `output`. */
export const folderSend = (argv: readonly string[], output: Writable): Promise<CommandResult> =>
  answering('send <snapshot>', () => sendSnapshot(argv, output))

/** `zfs receive ARGV` from `input`. */
export const folderReceive = (argv: readonly string[], input: Readable): Promise<CommandResult> =>
  answering('receive [-Fu] <filesystem|snapshot>', () => receiveStream(argv, input))
