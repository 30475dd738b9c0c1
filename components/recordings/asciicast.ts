import { z } from 'zod'

/** A recording as it is played: output and sizes with their times, in seconds from the start. */
export interface Asciicast {
  cols: number
  rows: number
  title: string
  events: readonly CastEvent[]
  /** Time of the last event, in seconds. */
  durationS: number
}

export type CastEvent =
  | { at: number; kind: 'output'; data: string }
  | { at: number; kind: 'size'; cols: number; rows: number }

const Size = z.int().min(1).max(1_000)
const Header2 = z.object({ version: z.literal(2), width: Size, height: Size, title: z.string().optional() })
const Header3 = z.object({
  version: z.literal(3),
  term: z.object({ cols: Size, rows: Size }),
  title: z.string().optional(),
})
const Event = z.tuple([z.number().min(0), z.string(), z.string()])

/**
 * Reads an asciicast file, version 2 or 3 (docs.asciinema.org/manual/asciicast/v3: intervals in place of times, and
 * comments). A last line that is cut off, as in a recording that goes on, is left out; undefined when it is none at all.
 */
export function parseAsciicast(text: string): Asciicast | undefined {
  const lines = text.split('\n')
  const first = parseLine(lines[0] ?? '')
  const two = Header2.safeParse(first)
  const three = Header3.safeParse(first)
  if (!two.success && !three.success) return undefined
  const events: CastEvent[] = []
  let at = 0
  for (const line of lines.slice(1)) {
    if (line === '' || line.startsWith('#')) continue
    const event = Event.safeParse(parseLine(line))
    if (!event.success) continue
    const [time, code, data] = event.data
    at = two.success ? Math.max(at, time) : at + time
    if (code === 'o') events.push({ at, kind: 'output', data })
    const size = code === 'r' ? /^(\d{1,4})x(\d{1,4})$/.exec(data) : null
    if (size !== null) events.push({ at, kind: 'size', cols: Number(size[1]), rows: Number(size[2]) })
  }
  const header = two.success
    ? { cols: two.data.width, rows: two.data.height, title: two.data.title }
    : { ...(three.data as z.infer<typeof Header3>).term, title: three.data?.title }
  return { cols: header.cols, rows: header.rows, title: header.title ?? '', events, durationS: at }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Pauses are shortened to this when one does not want to wait, in seconds. */
export const IDLE_MAX_S = 2

/** The same with pauses of at most `IDLE_MAX_S`. */
export function withoutPauses(cast: Asciicast): Asciicast {
  let before = 0
  let at = 0
  const events = cast.events.map((event) => {
    at += Math.min(IDLE_MAX_S, event.at - before)
    before = event.at
    return { ...event, at }
  })
  return { ...cast, events, durationS: at }
}

/** Escape sequences of a terminal: what is left is text (ECMA-48: CSI, OSC and other strings, two-byte ones). */
// eslint-disable-next-line no-control-regex
const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g

export interface Found {
  at: number
  /** The line in which it stands. */
  line: string
}

/** Where a text was shown: the time of its line, and the line. Upper and lower case are the same; at most `limit`. */
export function findInCast({ events }: Asciicast, wanted: string, limit = 200): Found[] {
  const needle = wanted.toLowerCase()
  if (needle === '') return []
  const found: Found[] = []
  let line = ''
  let reported = false
  for (const event of events) {
    if (event.kind !== 'output') continue
    for (const part of event.data.replaceAll(SEQUENCES, '').split(/(\n)/)) {
      if (part === '\n') {
        line = ''
        reported = false
        continue
      }
      line = (line + part).slice(-2_000)
      const text = line.replaceAll('\r', '')
      if (reported) {
        const last = found.at(-1)
        if (last !== undefined) last.line = text.trim()
      } else if (text.toLowerCase().includes(needle)) {
        if (found.length >= limit) return found
        found.push({ at: event.at, line: text.trim() })
        reported = true
      }
    }
  }
  return found
}

/** A time in a recording as `1:02:03` or `2:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3_600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
