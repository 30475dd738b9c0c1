import { createHmac, timingSafeEqual } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import path from 'node:path'
import type { DigestKind } from '../digest-kinds.ts'
import { DIGEST_KINDS, isDigestKind } from '../digest-kinds.ts'
import { replaceFile, syncFolder } from '../durable-file.ts'
import { openKeyFile } from '../key-file.ts'

/** A state of the chain that was confirmed with the key. */
export interface Checkpoint {
  seq: number
  hash: string
}

interface Head {
  at: Checkpoint
  /** The row that was being added; null: none. */
  next: Checkpoint | null
  mac: string
}
/** In a line in the place of a hash: the chain did not end where it was confirmed. No row has it, so this stays known. */
const BROKEN = 'broken'
const NOWHERE: Checkpoint = { seq: -1, hash: '' }

/** A checkpoint is written after so many rows, or so long after the last one, in milliseconds, whichever comes first. */
const EVERY_ROWS = 100
const EVERY_MS = 60_000

/**
 * Where the chain stood, confirmed with a key that the database does not hold: the last row (`audit-head`), and a line each
 * 100 rows or 60 s (`audit-checkpoints`), which also goes to syslog. Who can write the database alone cannot make a chain
 * anew that fits them. `present`: where the chain stands at the first time.
 */
export function openCheckpoints(folder: string, present: Checkpoint, log: (message: string) => void) {
  const [headFile, listFile, keyFile] = ['audit-head', 'audit-checkpoints', 'audit-key'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string]
  const keys = openKeyFile(keyFile)
  cutTornLine(listFile)
  let last = { seq: readLines().at(-1)?.seq ?? 0, at: performance.now() }

  function readLines(): (Checkpoint & { mac: string })[] {
    if (!existsSync(listFile)) return []
    return readFileSync(listFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [seq = '', hash = '', mac = ''] = line.split(' ')
        return { seq: Number(seq), hash, mac }
      })
  }
  function readHead(): Head | undefined {
    if (!existsSync(headFile)) return undefined
    try {
      const { at, next, mac } = JSON.parse(readFileSync(headFile, 'utf8')) as Partial<Head>
      return { at: at ?? NOWHERE, next: next ?? null, mac: mac ?? '' }
    } catch {
      return { at: NOWHERE, next: null, mac: '' }
    }
  }
  const lineText = ({ seq, hash }: Checkpoint) => `${seq} ${hash}`
  const headText = (at: Checkpoint, next: Checkpoint | null) => `head ${at.seq} ${at.hash} ${next?.seq} ${next?.hash}`
  const confirm = (text: string): string => macOf(DIGEST_KINDS[0], keys.read()[0], text)
  const lineOf = (at: Checkpoint): string => `${lineText(at)} ${confirm(lineText(at))}`
  function writeHead(at: Checkpoint, next: Checkpoint | null): void {
    replaceFile(headFile, JSON.stringify({ at, next, mac: confirm(headText(at, next)) }))
  }
  /** The head, where a key confirms it. */
  function genuineHead(): Head | undefined {
    const head = readHead()
    return head !== undefined && isConfirmed(head.mac, headText(head.at, head.next), keys.read()) ? head : undefined
  }
  const isEnd = ({ seq, hash }: Checkpoint): boolean => {
    const head = genuineHead()
    return (
      head !== undefined && [head.at, head.next].some((one) => one !== null && one.seq === seq && one.hash === hash)
    )
  }
  function addLine(at: Checkpoint): string {
    const line = lineOf(at)
    appendFileSync(listFile, `${line}\n`, { mode: 0o600, flush: true })
    return line
  }
  // Written with the key, so that one that is missing later was taken away.
  if (keys.isNew) writeHead(present, null)

  return {
    /**
     * Before a row is added: the chain stands at `at` or, should we die right after it, at `next`. Answers a line where the
     * chain was tampered with: its end is confirmed anew here, and that must not hide it. Throws when it cannot be written.
     */
    begin(at: Checkpoint, next: Checkpoint): string | undefined {
      const line = isEnd(at) ? undefined : addLine({ seq: at.seq, hash: BROKEN })
      writeHead(at, next)
      // On the disk before the row is: without power the chain would else end behind what is confirmed.
      syncFolder(folder)
      return line
    },
    /** After it: the chain stands there; answers the line of a new checkpoint when one was due. */
    end(at: Checkpoint): string | undefined {
      try {
        writeHead(at, null)
        if (at.seq - last.seq < EVERY_ROWS && performance.now() - last.at < EVERY_MS) return undefined
        const line = addLine(at)
        last = { seq: at.seq, at: performance.now() }
        return line
      } catch (error) {
        log(`audit: where the chain stands could not be written: ${String(error)}`)
        return undefined
      }
    },
    /** Confirmed states on the way, oldest first; `genuine` says whether the key confirms one, or somebody else wrote it. */
    lines(): (Checkpoint & { genuine: boolean })[] {
      const known = keys.read()
      return readLines().map(({ mac, ...at }) => ({ ...at, genuine: isConfirmed(mac, lineText(at), known) }))
    },
    /** Number of the last row that the key confirms; 0 when it confirms nothing. */
    endSeq: (): number => genuineHead()?.at.seq ?? 0,
    /** Whether a chain that ends here ends where it stood. */
    isEnd,
    /**
     * Confirms all of it under a new key, and ends the former one: for whoever just saw that it is genuine. Wherever it is
     * killed, each state has its key in the file.
     */
    rotateKey(): void {
      const [lines, head] = [readLines(), readHead()]
      keys.add()
      replaceFile(listFile, lines.map((at) => `${lineOf(at)}\n`).join(''))
      if (head !== undefined) writeHead(head.at, head.next)
      syncFolder(folder)
      keys.endFormer()
    },
  }
}

/** Takes off a last line that a loss of power cut off, so that the next one does not stick to it. */
function cutTornLine(file: string): void {
  if (!existsSync(file)) return
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) truncateSync(file, end)
}

export type Checkpoints = ReturnType<typeof openCheckpoints>

/** A confirmation, `KIND:HMAC`. */
const macOf = (kind: DigestKind, key: string, text: string): string =>
  `${kind}:${createHmac(kind, key).update(text).digest('hex')}`

/** Whether one of the keys confirms a text. Confirmations of before they named their kind are bare HMAC-SHA-256. */
function isConfirmed(mac: string, text: string, keys: readonly string[]): boolean {
  const named = mac.includes(':') ? mac : `sha256:${mac}`
  const [kind = ''] = named.split(':')
  return isDigestKind(kind) && keys.some((key) => isSame(named, macOf(kind, key, text)))
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
