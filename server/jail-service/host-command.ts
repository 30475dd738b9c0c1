import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { AuditFormat } from '@/lib/account.ts'
import { invitePath } from '@/lib/paths.ts'
import { openAccountsOnHost } from './accounts/accounts-on-host.ts'
import { openAuditLog } from './audit/audit-log.ts'
import { auditOnHost } from './audit/audit-on-host.ts'
import { openDb } from './db.ts'
import { StartRefusal } from './start-refusal.ts'

export const HOST_COMMAND_USAGE = `Usage: jail-service accounts list            --state FOLDER
       jail-service accounts reset NAME      --state FOLDER [--origin URL] [--lost-device]
       jail-service accounts rotate-key      --state FOLDER
       jail-service audit verify             --state FOLDER
       jail-service audit rotate-key         --state FOLDER
       jail-service audit export [jsonl|csv] --state FOLDER

Commands for who sits at the host, as the owner of the state folder (root); the service may run meanwhile.

  accounts list         users with their roles
  accounts reset NAME   ends this user's password, sessions and API tokens, and prints a link with
                        which a new password is set: the way back in for who is locked out.
                        Who has an authenticator app or passkeys shows one of them, too
    --lost-device       ends those as well: for who lost the phone or the key
  accounts rotate-key   makes a new key, encrypts what is kept of second factors under it, and removes the
                        former key. Authenticator apps, recovery codes and sessions go on
  audit verify          walks the audit's chain of hashes; exit code 1 when it is broken
  audit rotate-key      the same for the key that confirms the audit; a broken chain keeps its key
  audit export          prints the whole audit, oldest row first
`

/** How long a command waits for the service, or another command, to write, in milliseconds. */
const WAIT_MS = 15_000

/** Whether a command line asks for one of these and not for the service. */
export const isHostCommand = (argv: readonly string[]): boolean => argv[0] === 'accounts' || argv[0] === 'audit'

/** Runs a command of who sits at the host; answers the exit code. Throws StartRefusal in one sentence. */
export async function runHostCommand(argv: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = parse(argv)
  if (values.help === true) {
    print(HOST_COMMAND_USAGE)
    return 0
  }
  if (values.state === undefined) throw new StartRefusal('--state is missing: the folder that the service keeps.')
  const state = path.resolve(values.state)
  const file = path.join(state, 'service.db')
  if (!existsSync(file))
    throw new StartRefusal(`there is no ${file}, or it is not yours to read: name the service's folder, as its owner.`)
  const db = openDb(file, WAIT_MS)
  try {
    const audit = openAuditLog(db, { folder: state, log: print })
    const accounts = openAccountsOnHost(db, { folder: state, audit })
    const [noun, verb, name] = positionals
    const asked = `${noun} ${verb ?? ''}`
    if (asked === 'accounts list') {
      for (const { userName, role } of accounts.list()) print(`${userName}\t${role}`)
      return 0
    }
    if (asked === 'accounts reset' && name !== undefined) {
      const endSecondFactors = values['lost-device'] === true
      const { user, token } = accounts.reset(name, { endSecondFactors })
      print(`Password, sessions and API tokens of ${name} are void${endSecondFactors ? ', second factors too' : ''}.`)
      if (user.totp || user.passkeys > 0)
        print('The authenticator app and passkeys stay, and the link asks for one; --lost-device ends them, too.')
      print('This link sets a new password, once:')
      print(`${values.origin ?? 'http://localhost:8470'}${invitePath(token)}`)
      return 0
    }
    if (asked === 'accounts rotate-key' && name === undefined) {
      await accounts.rotateKey()
      print('What is kept of second factors lies under a new key; the former one is gone.')
      print('Authenticator apps, recovery codes and sessions go on.')
      return 0
    }
    if (asked === 'audit verify') {
      const { rows, brokenAt } = audit.verify()
      print(brokenAt === null ? `${rows} rows, unbroken` : `broken at row ${brokenAt} of ${rows}`)
      return brokenAt === null ? 0 : 1
    }
    if (asked === 'audit rotate-key' && name === undefined) {
      auditOnHost(
        audit,
        { verb: 'audit.rotateKey', target: '', text: 'rotate the key of the audit at the host' },
        () => {
          const { rows, brokenAt } = audit.rotateKey()
          if (brokenAt !== null)
            throw new StartRefusal(
              `the audit is broken at row ${brokenAt} of ${rows}: its key stays, since it is what tells the genuine rows.`,
            )
        },
      )
      print('The audit is confirmed under a new key; the former one is gone.')
      return 0
    }
    if (asked === 'audit export') {
      const format = AuditFormat.safeParse(name ?? 'jsonl')
      if (!format.success) throw new StartRefusal(`the audit is exported as jsonl or csv, not as ${name}.`)
      for (let after: number | null = 0; after !== null;) {
        const piece = audit.export({ format: format.data, after })
        if (piece.text !== '') print(piece.text.replace(/\r?\n$/, ''))
        after = piece.next
      }
      return 0
    }
    throw new StartRefusal(`“${positionals.join(' ')}” is no command. See --help.`)
  } finally {
    db.close()
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...{ state: { type: 'string' }, origin: { type: 'string' } },
        ...{ 'lost-device': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      },
    })
  } catch (error) {
    throw new StartRefusal(`${error instanceof Error ? error.message : String(error)}. See --help.`)
  }
}
