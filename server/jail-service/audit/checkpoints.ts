import { createHmac, timingSafeEqual } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { replaceFile, secretInFile, syncFolder } from '../durable-file.ts'

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
  const { secret: key, isNew } = secretInFile(keyFile)
  const macOf = ({ seq, hash }: Checkpoint) => createHmac('sha256', key).update(`${seq} ${hash}`).digest('hex')
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
  const headMac = (at: Checkpoint, next: Checkpoint | null) =>
    createHmac('sha256', key).update(`head ${at.seq} ${at.hash} ${next?.seq} ${next?.hash}`).digest('hex')
  function writeHead(at: Checkpoint, next: Checkpoint | null): void {
    replaceFile(headFile, JSON.stringify({ at, next, mac: headMac(at, next) }))
  }
  // Written with the key, so that one that is missing later was taken away.
  if (isNew) writeHead(present, null)

  return {
    /** Before a row is added: the chain stands at `at` or, should we die right after it, at `next`. Throws when that cannot be written. */
    begin(at: Checkpoint, next: Checkpoint): void {
      writeHead(at, next)
      // On the disk before the row is: without power the chain would else end behind what is confirmed.
      syncFolder(folder)
    },
    /** After it: the chain stands there; answers the line of a new checkpoint when one was due. */
    end(at: Checkpoint): string | undefined {
      try {
        writeHead(at, null)
        if (at.seq - last.seq < EVERY_ROWS && performance.now() - last.at < EVERY_MS) return undefined
        const line = `${at.seq} ${at.hash} ${macOf(at)}`
        appendFileSync(listFile, `${line}\n`, { mode: 0o600, flush: true })
        last = { seq: at.seq, at: performance.now() }
        return line
      } catch (error) {
        log(`audit: where the chain stands could not be written: ${String(error)}`)
        return undefined
      }
    },
    /** Confirmed states on the way, oldest first; `genuine` says whether the key confirms one, or somebody else wrote it. */
    lines: (): (Checkpoint & { genuine: boolean })[] =>
      readLines().map(({ mac, ...at }) => ({ ...at, genuine: isSame(mac, macOf(at)) })),
    /** Number of the last row that the key confirms; 0 when it confirms nothing. */
    endSeq(): number {
      const head = readHead()
      return head !== undefined && isSame(head.mac, headMac(head.at, head.next)) ? head.at.seq : 0
    },
    /** Whether a chain that ends here ends where it stood. */
    isEnd({ seq, hash }: Checkpoint): boolean {
      const head = readHead()
      if (head === undefined || !isSame(head.mac, headMac(head.at, head.next))) return false
      return [head.at, head.next].some((one) => one !== null && one.seq === seq && one.hash === hash)
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

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
