import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConsoleState, OpenTransport, TransportEvents } from './console-connection.ts'
import { ConsoleConnection } from './console-connection.ts'
import type { ServerMessage } from './console-protocol.ts'
import type { Result } from './result.ts'
import { failure, success } from './result.ts'

const consoleId = '7b0c8f6e-6d52-4f0e-9d4e-0e0a1f3b2c4d'
/** One transport in the test's hand: what the client sent, and what happens to it. */
class Line {
  readonly sent: (string | Uint8Array)[] = []
  readonly events: TransportEvents
  open = false
  constructor(events: TransportEvents) {
    this.events = events
  }
  /** Opens it and answers hello. */
  answer(resumed: boolean, inputOffset = 0): void {
    this.open = true
    this.events.onOpen()
    const facts = { consoleId, tag: 'www', argv: ['jexec'], startedAt: '', owner: 'mk', cols: 80, rows: 24 }
    this.tell({ type: 'ready', ...facts, mode: 'input', resumed, inputOffset })
  }
  tell(message: ServerMessage): void {
    this.events.onText(JSON.stringify(message))
  }
  print(text: string): void {
    this.events.onBytes(new TextEncoder().encode(text))
  }
  cut(): void {
    this.open = false
    this.events.onClose()
  }
  get messages(): unknown[] {
    return this.sent.filter((frame) => typeof frame === 'string').map((frame) => JSON.parse(frame) as unknown)
  }
  get typed(): string {
    return this.sent.map((frame) => (typeof frame === 'string' ? '' : new TextDecoder().decode(frame))).join('')
  }
}

function connection(tickets: () => Result<{ ticket: string }> = () => success({ ticket: 't' })) {
  const lines: Line[] = []
  const slow: Line[] = []
  const into =
    (list: Line[]): OpenTransport =>
    (events) => {
      const line = new Line(events)
      list.push(line)
      return {
        ...{ send: (frame) => void line.sent.push(frame), close: () => undefined },
        get open() {
          return line.open
        },
      }
    }
  const states: ConsoleState[] = []
  let screen = ''
  const current = new ConsoleConnection(
    {
      write: (bytes, onRendered) => {
        screen += new TextDecoder().decode(bytes)
        onRendered()
      },
      reset: () => (screen = ''),
      resize: () => undefined,
      paneSize: () => ({ cols: 100, rows: 30 }),
    },
    { consoleId: undefined, fresh: false },
    () => Promise.resolve(tickets()),
    { open: into(lines), fallback: into(slow) },
    { onState: (state) => void states.push(state), onFacts: () => undefined, onInputRefused: () => undefined },
  )
  return { current, lines, slow, states, screen: () => screen }
}

const type = (current: ConsoleConnection, text: string) => current.type(new TextEncoder().encode(text))
/** Longer than any wait before another try, in milliseconds. */
const LONG_MS = 11_000

describe('ConsoleConnection', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('comes back where it was: nothing shown twice, nothing typed lost or doubled', async () => {
    const { current, lines, screen } = connection()
    await current.connect()
    lines[0]?.answer(false)
    lines[0]?.tell({ type: 'screen', offset: 10, bytes: 2, cols: 80, rows: 24 })
    lines[0]?.print('$ ')
    lines[0]?.print('hello')
    type(current, 'abc')
    expect(lines[0]?.typed).toBe('abc')
    lines[0]?.cut()
    type(current, 'def')
    await vi.advanceTimersByTimeAsync(LONG_MS)
    lines[1]?.answer(true, 2) // the c was lost on the way
    lines[1]?.print(' world')
    expect(lines[1]?.messages[0]).toMatchObject({ type: 'hello', offset: 15, cols: 100, rows: 30 })
    expect(lines[1]?.typed).toBe('cdef')
    expect(screen()).toBe('$ hello world')
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(lines[1]?.messages.at(-1)).toEqual({ type: 'ack', offset: 21 })
  })

  it('asks for the whole screen again when it went away in the middle of a drawing', async () => {
    const { current, lines } = connection()
    await current.connect()
    lines[0]?.answer(false)
    lines[0]?.tell({ type: 'screen', offset: 10, bytes: 9, cols: 80, rows: 24 })
    lines[0]?.print('half')
    lines[0]?.cut()
    await vi.advanceTimersByTimeAsync(LONG_MS)
    lines[1]?.answer(false)
    expect(lines[1]?.messages[0]).not.toHaveProperty('offset')
  })

  it('takes the other way when the first never opens though tickets are given', async () => {
    const { current, lines, slow, states } = connection()
    await current.connect()
    lines[0]?.cut()
    await vi.advanceTimersByTimeAsync(LONG_MS)
    lines[1]?.cut()
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(states.at(-1)).toMatchObject({ phase: 'lost', blocked: true })
    slow[0]?.answer(true)
    expect(states.at(-1)).toEqual({ phase: 'open' })
  })

  it('keeps to the first way when it has been open before', async () => {
    const { current, lines, slow } = connection()
    await current.connect()
    lines[0]?.answer(true)
    for (const at of [0, 1, 2]) {
      lines[at]?.cut()
      await vi.advanceTimersByTimeAsync(LONG_MS)
    }
    expect([lines.length, slow.length]).toEqual([4, 0])
  })

  it('gives a connection up that hears nothing while input waits', async () => {
    const { current, lines, states } = connection()
    await current.connect()
    lines[0]?.answer(true)
    await vi.advanceTimersByTimeAsync(LONG_MS)
    type(current, 'x')
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(states.map(({ phase }) => phase)).toContain('lost')
    lines[1]?.answer(true)
    expect(lines[1]?.typed).toBe('x')
  })

  it('tries again while the service is away, and ends when it is refused', async () => {
    const error = { message: 'no', hint: 'ask', requestId: '' }
    const answers = [failure({ ...error, code: 'unavailable' }), failure({ ...error, code: 'forbidden' })]
    const { current, states, lines } = connection(() => answers.shift() ?? success({ ticket: 't' }))
    await current.connect()
    expect(states.at(-1)?.phase).toBe('lost')
    await vi.advanceTimersByTimeAsync(LONG_MS)
    expect(states.at(-1)).toEqual({ phase: 'refused', message: 'no', hint: 'ask' })
    await current.connect()
    expect(lines).toEqual([])
  })

  it('leaves no timer behind, at an end as when it is left', async () => {
    for (const end of ['exit', 'dispose']) {
      const { current, lines } = connection()
      await current.connect()
      lines[0]?.answer(true)
      lines[0]?.print('x')
      type(current, 'x')
      expect(vi.getTimerCount()).toBeGreaterThan(0)
      if (end === 'exit') lines[0]?.tell({ type: 'exit', exitCode: 0, reason: 'exited', at: '' })
      else current.dispose()
      expect(vi.getTimerCount(), end).toBe(0)
    }
  })
})
