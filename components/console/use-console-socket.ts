'use client'

import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { ConsoleFacts, ConsoleState, ConsoleWish, GetTicket, TerminalPort } from '@/lib/console-connection.ts'
import { ConsoleConnection } from '@/lib/console-connection.ts'
import { openHttpStream, openWebSocket } from './transport.ts'

const encoder = new TextEncoder()

export interface ConsoleSocket {
  state: ConsoleState
  /** undefined until the console was reached for the first time. */
  facts: ConsoleFacts | undefined
  type: (text: string) => void
  paneChanged: () => void
  drive: (on: boolean) => void
  /** Tries again now. */
  retry: () => void
  /** Connects to this console, or opens a new one. */
  connect: (wish: ConsoleWish) => void
}

/** The page's connection to a console (lib/console-connection.ts). It starts when the terminal is there. */
export function useConsoleSocket(
  terminal: TerminalPort | null,
  firstWish: ConsoleWish,
  getTicket: GetTicket,
  onInputRefused: () => void,
): ConsoleSocket {
  const [state, setState] = useState<ConsoleState>({ phase: 'connecting' })
  const [facts, setFacts] = useState<ConsoleFacts>()
  const [wish, setWish] = useState<ConsoleWish & { attempt: number }>({ ...firstWish, attempt: 0 })
  const connection = useRef<ConsoleConnection>(undefined)
  const askTicket = useEffectEvent((asked: ConsoleWish) => getTicket(asked))
  const refuseInput = useEffectEvent(() => onInputRefused())

  useEffect(() => {
    if (terminal === null) return
    const ways = { open: openWebSocket, fallback: openHttpStream }
    const current = new ConsoleConnection(terminal, wish, (asked) => askTicket(asked), ways, {
      onState: setState,
      onFacts: setFacts,
      onInputRefused: () => refuseInput(),
    })
    connection.current = current
    void current.connect()
    const hurry = () => {
      if (document.visibilityState === 'visible') void current.connect()
    }
    const lose = () => current.networkLost()
    window.addEventListener('online', hurry)
    window.addEventListener('offline', lose)
    document.addEventListener('visibilitychange', hurry)
    return () => {
      window.removeEventListener('online', hurry)
      window.removeEventListener('offline', lose)
      document.removeEventListener('visibilitychange', hurry)
      current.dispose()
    }
  }, [terminal, wish])

  return {
    state,
    facts,
    type: (text) => connection.current?.type(encoder.encode(text)),
    paneChanged: () => connection.current?.paneChanged(),
    drive: (on) => connection.current?.drive(on),
    retry: () => void connection.current?.connect(),
    connect: (next) => {
      setState({ phase: 'connecting' })
      setFacts(undefined)
      setWish(({ attempt }) => ({ ...next, attempt: attempt + 1 }))
    },
  }
}
