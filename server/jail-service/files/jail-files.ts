import { createHash } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import type { Actor } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import { FILE_MAX_BYTES } from '@/lib/jail-files.ts'
import { kernelName } from '../console/console-argv.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { RunCommand, StreamCommand } from '../run-command.ts'
import type { Streams } from '../streams/streams.ts'

/** Files of one user that are on their way at once. */
const PER_USER = 4
/** Looking at a file takes no time; on a hanging mount it does, in milliseconds. */
const LOOK_MS = 10_000

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g

/** Exit codes of the two scripts below; others are what the programs in them said. */
const PROBLEMS: Record<number, { code: 'not_found' | 'conflict' | 'forbidden' | 'invalid_input'; message: string }> = {
  64: { code: 'invalid_input', message: 'This is a folder.' },
  65: { code: 'conflict', message: 'A file of this name is there already.' },
  66: { code: 'not_found', message: 'There is no such file in the jail.' },
  67: { code: 'invalid_input', message: 'This is no ordinary file.' },
  68: { code: 'forbidden', message: 'This user of the jail cannot read it.' },
  69: { code: 'not_found', message: 'There is no such folder in the jail.' },
}

/**
 * Runs in the jail by its own sh(1): $1 path, $2 size, $3 `yes` to replace. The file appears whole or not at all; `set -C`
 * never writes through a link that someone put in the way. A second signal, as a jexec passes on that got the first, too,
 * must not end the cleaning up of the first.
 */
export const RECEIVE = `
[ -d "$1" ] && exit 64
if [ "$3" != yes ]; then if [ -e "$1" ] || [ -L "$1" ]; then exit 65; fi; fi
[ -d "$(dirname -- "$1")" ] || exit 69
umask 022
part="$1.part.$$"
clean() { trap '' HUP INT TERM; rm -f -- "$part"; }
trap clean EXIT
trap 'clean; exit 75' HUP INT TERM
set -C
cat > "$part" || exit 74
[ "$(wc -c < "$part")" -eq "$2" ] || exit 75
mv -f -- "$part" "$1"
`

/** Runs in the jail: prints the size of the ordinary file $1. */
const LOOK_AT = `
[ -e "$1" ] || exit 66
[ -d "$1" ] && exit 64
[ -f "$1" ] || exit 67
[ -r "$1" ] || exit 68
wc -c < "$1"
`

interface JailFilesDeps {
  jexec: string
  run: RunCommand
  stream: StreamCommand
  streams: Streams
  findJail(id: string): Jail | undefined
  /** Throws `not_found` when the jail has no such user. */
  mustHaveUser(jail: Jail, user: string): Promise<void>
  /** What became of it; must not throw. */
  audit(row: {
    actor: Actor
    address: string
    verb: string
    target: string
    text: string
    argv: string[][]
    problem: string
    detail: string
  }): void
}

/** The verbs that move files: always by a program inside the jail, never by a path below its root on the host. */
export function createFileHandlers(deps: JailFilesDeps): HandlersOf<'file.upload' | 'file.download'> {
  const underWay = new Map<string, number>()

  const enter = (jail: Jail, user: string, script: string, ...args: string[]) => [
    ...[deps.jexec, '-l', '-U', user, kernelName(jail)],
    ...['/bin/sh', '-c', script, 'sh', ...args],
  ]

  async function begin(id: string, user: string, context: CallContext) {
    const { actor, sessionId, address } = context
    if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'This needs a session.')
    const jail = deps.findJail(id)
    if (jail === undefined) throw new PanelError('not_found', 'This jail is gone.')
    if ((underWay.get(actor.userId) ?? 0) >= PER_USER)
      throw new PanelError('busy', `${PER_USER} of your files are on their way already.`, { hint: 'Wait for one.' })
    await deps.mustHaveUser(jail, user)
    return { actor, sessionId, address, jail }
  }
  function count(actor: Actor): () => void {
    underWay.set(actor.userId, (underWay.get(actor.userId) ?? 0) + 1)
    let done = false
    return () => {
      if (done) return
      done = true
      underWay.set(actor.userId, (underWay.get(actor.userId) ?? 1) - 1)
    }
  }

  return {
    async 'file.upload'({ id, path: file, bytes, user, overwrite }, context) {
      const { actor, sessionId, address, jail } = await begin(id, user, context)
      // Said before a byte is sent; the script looks again.
      await look(
        deps.run,
        enter(
          jail,
          user,
          overwrite
            ? '[ ! -d "$1" ] || exit 64; [ -d "$(dirname -- "$1")" ] || exit 69'
            : '[ ! -d "$1" ] || exit 64; [ ! -e "$1" ] && [ ! -L "$1" ] || exit 65; [ -d "$(dirname -- "$1")" ] || exit 69',
          file,
        ),
      )
      const argv = enter(jail, user, RECEIVE, file, String(bytes), overwrite ? 'yes' : 'no')
      const command = deps.stream(argv)
      command.stdout.resume()
      const release = count(actor)
      const hash = createHash('sha256')
      const end = (problem: string, detail: string) => {
        release()
        deps.audit({
          ...{ actor, address, verb: 'file.upload', target: jail.tag, argv: [argv], problem, detail },
          text: `${file} sent into ${jail.tag} as ${user}`,
        })
      }
      const ticket = deps.streams.offer(sessionId, {
        kind: 'send',
        bytes,
        async write(piece) {
          hash.update(piece)
          if (command.stdin.writable && !command.stdin.write(piece))
            await Promise.race([once(command.stdin, 'drain').catch(() => undefined), command.ended])
          if (!command.stdin.writable) {
            const error = failureOf(await command.ended)
            end(error.message, '')
            throw error
          }
        },
        async finish() {
          command.stdin.end()
          const result = await command.ended
          if (result.exitCode !== 0) {
            const error = failureOf(result)
            end(error.message, '')
            throw error
          }
          end('', `${bytes} bytes, SHA-256 ${hash.digest('hex')}.`)
        },
        abandon() {
          command.end()
          end('It was given up before all of it came.', '')
        },
      })
      return { ticket }
    },

    async 'file.download'({ id, path: file, user }, context) {
      const { actor, sessionId, address, jail } = await begin(id, user, context)
      const size = Number(await look(deps.run, enter(jail, user, LOOK_AT, file)))
      if (!Number.isSafeInteger(size)) throw new PanelError('command_failed', 'The size of this file cannot be read.')
      if (size > FILE_MAX_BYTES) throw new PanelError('invalid_input', 'Files of up to 8 GiB can be fetched.')
      const argv = enter(jail, user, 'exec head -c "$2" < "$1"', file, String(size))
      const hash = createHash('sha256')
      const release = count(actor)
      let command: ReturnType<StreamCommand> | undefined
      const ticket = deps.streams.offer(sessionId, {
        kind: 'fetch',
        name: path.posix.basename(file),
        type: 'application/octet-stream',
        bytes: size,
        open() {
          command = deps.stream(argv)
          command.stdin.end()
          command.stdout.on('data', (chunk: Buffer) => hash.update(chunk))
          return command.stdout
        },
        done({ bytes, problem }) {
          release()
          command?.end()
          deps.audit({
            ...{ actor, address, verb: 'file.download', target: jail.tag, argv: [argv] },
            text: `${file} fetched from ${jail.tag} as ${user}`,
            problem: problem === undefined ? '' : `Not all of it: ${problem}.`,
            detail: `${bytes} of ${size} bytes${problem === undefined ? `, SHA-256 ${hash.digest('hex')}` : ''}.`,
          })
        },
      })
      return { ticket, name: path.posix.basename(file), bytes: size }
    },
  }
}

/** Runs a look at a file in the jail; answers its output. Throws what the exit code means. */
async function look(run: RunCommand, argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(argv, { timeoutMs: LOOK_MS })
  if (exitCode !== 0) throw failureOf({ exitCode, stderr })
  return stdout.trim()
}

/** What a script's end means to who sent or fetched the file. */
function failureOf({ exitCode, stderr }: { exitCode: number | null; stderr: string }): PanelError {
  const known = PROBLEMS[exitCode ?? -1]
  if (known !== undefined) return new PanelError(known.code, known.message)
  // What a program of the jail says is text of its root's choice.
  const words = stderr.replaceAll(CONTROLS, ' ').trim().slice(0, 300)
  return new PanelError(
    'command_failed',
    words === '' ? 'The file was not written.' : `The file was not written: ${words}`,
  )
}
