'use client'

import { SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { holderRefusal, jailRefusal } from '@/lib/capabilities.ts'
import type { Jail } from '@/lib/jail.ts'
import { closeConsole, issueConsoleTicket } from '@/server/panel/actions/console.ts'
import { withIdentity } from '../live/confirm-identity.ts'
import { useActor } from '../live/use-rights.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ConsoleBar } from './console-bar.tsx'
import { ConsoleFoot } from './console-foot.tsx'
import { ConsoleKeys, withControl } from './console-keys.tsx'
import { ConsoleNotice } from './console-notice.tsx'
import { useConsolePreferences } from './console-preferences.ts'
import type { Paste } from './paste-text.ts'
import { needsQuestion, pasteOf } from './paste-text.ts'
import { PasteQuestion } from './paste-question.tsx'
import type { TerminalHandle } from './terminal.tsx'
import { Terminal } from './terminal.tsx'
import { useConsoleSocket } from './use-console-socket.ts'

export interface ConsoleScreenProps {
  jail: Jail
  /** A console to return to; without it the user's latest in this jail, or a new one. */
  consoleId?: string
  /** Stands at the beginning of the bar: the jail's name, where it does not stand right above. */
  title?: ReactNode
}

/** The console of a jail, filling its place. It stays when the jail stops: the last output remains readable. */
export function ConsoleScreen(props: ConsoleScreenProps) {
  const refusal = holderRefusal(useActor(), 'jail:console') ?? jailRefusal('openConsole', props.jail)
  const [begun, setBegun] = useState(refusal === undefined)
  if (!begun && refusal === undefined) setBegun(true)
  if (begun) return <ConsoleView {...props} refusal={refusal} />
  return (
    <EmptyState icon={SquareTerminal} title="No console">
      {refusal}
    </EmptyState>
  )
}

function ConsoleView({ jail, consoleId, title, refusal }: ConsoleScreenProps & { refusal: string | undefined }) {
  const [terminal, setTerminal] = useState<TerminalHandle | null>(null)
  const [paste, setPaste] = useState<Paste>()
  const [searching, setSearching] = useState(false)
  const [controlArmed, setControlArmed] = useState(false)
  const [inputRefused, setInputRefused] = useState(false)
  const [preferences, setPreferences] = useConsolePreferences()
  const focused = useRef(false)
  const { state, facts, type, paneChanged, retry, connect } = useConsoleSocket(
    terminal,
    { consoleId, fresh: false },
    (wish) => withIdentity(() => issueConsoleTicket({ id: jail.id, consoleId: wish.consoleId, fresh: wish.fresh })),
    () => setInputRefused(true),
  )

  const onInput = (text: string) => {
    setInputRefused(false)
    type(controlArmed ? withControl(text) : text)
    setControlArmed(false)
  }
  const onPasteAsked = (text: string) => {
    const asked = pasteOf(text)
    if (needsQuestion(asked)) setPaste(asked)
    else terminal?.paste(asked.text)
  }
  const endPaste = (text?: string) => {
    setPaste(undefined)
    terminal?.focus()
    if (text !== undefined) terminal?.paste(text)
  }
  const openAgain = () => {
    connect({ consoleId: undefined, fresh: true })
    terminal?.focus()
  }

  const notice = (
    <ConsoleNotice
      state={state}
      refusal={refusal}
      onRetry={retry}
      onReturn={() => connect({ consoleId: facts?.consoleId, fresh: false })}
      onOpenAgain={openAgain}
    />
  )

  return (
    <section aria-label={`Console of ${jail.tag}`} className="flex h-full min-h-0 min-w-0 flex-1 flex-col bg-bg">
      <ConsoleBar
        jail={jail}
        title={title}
        state={state}
        facts={facts}
        terminal={terminal}
        searching={searching}
        preferences={preferences}
        onSearch={setSearching}
        onPreferences={setPreferences}
        onChoose={(id) => {
          connect({ consoleId: id, fresh: false })
          terminal?.focus()
        }}
        onNew={openAgain}
        onClose={() => {
          if (facts !== undefined) void closeConsole({ consoleId: facts.consoleId })
        }}
        refusal={refusal}
      />
      <div className="relative min-h-0 flex-1 bg-terminal p-2 pr-0">
        <Terminal
          fontSizePx={preferences.fontSizePx}
          screenReader={preferences.screenReader}
          onReady={(ready) => {
            setTerminal(ready)
            if (ready !== null && !focused.current) ready.focus()
            focused.current = true
          }}
          onInput={onInput}
          onPaneChange={paneChanged}
          onPasteAsked={onPasteAsked}
          onSearchAsked={() => setSearching(true)}
        />
        {state.phase === 'lost' && notice}
        {paste !== undefined && <PasteQuestion paste={paste} onPaste={endPaste} onCancel={() => endPaste()} />}
      </div>
      {inputRefused && (
        <p role="alert" className="shrink-0 border-t border-line bg-bad-soft px-4 py-1 text-bad-text">
          Too much input waits for the program already; the last was not typed.
        </p>
      )}
      {state.phase !== 'lost' && notice}
      <ConsoleKeys
        controlArmed={controlArmed}
        onControl={() => setControlArmed((armed) => !armed)}
        onKey={onInput}
        applicationCursor={() => terminal?.applicationCursor ?? false}
      />
      <ConsoleFoot facts={facts} living={state.phase === 'open' || state.phase === 'lost'} />
    </section>
  )
}
