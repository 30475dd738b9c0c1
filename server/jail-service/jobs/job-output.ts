import type { JobLine } from '@/lib/job.ts'
import type { OutputPiece } from '../line-reader.ts'

/** Output is written and told in batches of this length, in milliseconds: smooth for the eye, cheap for the disk. */
const BATCH_MS = 60
/** Most that is kept of one job, over all its commands. */
const CHARACTERS_MAX = 8 * 1024 * 1024
const LINES_MAX = 50_000

/** Collects the lines of one job, numbers them, and hands them on in batches. */
export interface JobOutput {
  add(piece: OutputPiece): void
  /** A line of ours: the command that runs next, or a remark. */
  note(stream: JobLine['stream'], text: string): void
  /** Hands on what is waiting, now. */
  flush(): void
  /** Everything printed so far, as text: for the check at the end. */
  text(): string
  readonly truncated: boolean
}

/** The output of a job; `write` gets each batch. A redrawn line comes again with its number. */
export function createJobOutput(write: (lines: JobLine[]) => void): JobOutput {
  let next = 0
  let characters = 0
  let truncated = false
  let timer: NodeJS.Timeout | undefined
  const batch = new Map<number, JobLine>()
  /** Lines that are complete, and the number of the one that is still being drawn, by stream. */
  const printed: string[] = []
  const open = new Map<JobLine['stream'], number>()

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (batch.size === 0) return
    const lines = [...batch.values()]
    batch.clear()
    write(lines)
  }
  const put = (n: number, stream: JobLine['stream'], text: string) => {
    batch.set(n, { n, stream, text, at: new Date().toISOString() })
    timer ??= setTimeout(flush, BATCH_MS)
  }
  const isFull = (text: string) => {
    if (truncated) return true
    characters += text.length
    truncated = characters > CHARACTERS_MAX || next >= LINES_MAX
    if (truncated) put(next++, 'stderr', '… the output goes on; no more of it is kept.')
    return truncated
  }
  return {
    add({ stream, text, open: isOpen }) {
      const redrawn = open.get(stream)
      if (redrawn === undefined && isFull(text)) return
      const n = redrawn ?? next++
      put(n, stream, text)
      if (isOpen) open.set(stream, n)
      else {
        open.delete(stream)
        printed.push(text)
      }
    },
    note(stream, text) {
      open.clear()
      put(next++, stream, text)
    },
    flush,
    text: () => printed.join('\n'),
    get truncated() {
      return truncated
    },
  }
}
