'use client'

import { SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { holderRefusal, jailRefusal } from '@/lib/capabilities.ts'
import type { Jail } from '@/lib/jail.ts'
import { isActive } from '@/lib/job.ts'
import { closeConsole, issueConsoleTicket } from '@/server/panel/actions/console.ts'
import { startJail } from '@/server/panel/actions/jails.ts'
import { withIdentity } from '../live/confirm-identity.ts'
import { useChange } from '../live/use-change.ts'
import { useJobs } from '../live/use-live-data.ts'
import { useActor, useCan } from '../live/use-rights.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { useBroadcast } from './broadcast.tsx'
import { ConsoleBar } from './console-bar.tsx'
import {
  DownloadDialog,
  DropPlace,
  TransferList,
  UploadDialog,
  useFileDrop,
  useFilesRefusal,
} from './console-files.tsx'
import { ConsoleFoot } from './console-foot.tsx'
import { ConsoleKeys, withControl } from './console-keys.tsx'
import { ConsoleMenu } from './console-menu.tsx'
import { ConsoleNotice } from './console-notice.tsx'
import { useConsolePreferences } from './console-preferences.ts'
import type { OpenChoice } from './open-as-dialog.tsx'
import { OpenAsDialog } from './open-as-dialog.tsx'
import type { Paste } from './paste-text.ts'
import { needsQuestion, pasteOf } from './paste-text.ts'
import { PasteQuestion } from './paste-question.tsx'
import { ReasonQuestion } from './reason-question.tsx'
import type { TerminalHandle } from './terminal.tsx'
import { Terminal } from './terminal.tsx'
import type { ConsoleWish } from '@/lib/console-connection.ts'
import { useConsoleSocket } from './use-console-socket.ts'
import { useTransfers } from './use-transfers.ts'

export interface ConsoleScreenProps {
  jail: Jail
  /** A console to return to; without it the user's latest in this jail, or a new one. */
  consoleId?: string
  /** Opens a new one, also where the user has one in the jail. */
  fresh?: boolean
  /** For a new one: whose shell or which command; the user's living one of that kind is taken first. */
  choice?: Partial<OpenChoice>
  /** Stands at the beginning of the bar: the jail's name, where it does not stand right above. */
  title?: ReactNode
  /** Right end of the bar: what the page around adds. */
  actions?: ReactNode
  /** Which console is shown now. */
  onConsole?: (consoleId: string) => void
}

/** The console of a jail, filling its place. It stays when the jail stops: the last output remains readable. */
export function ConsoleScreen(props: ConsoleScreenProps) {
  const noRight = holderRefusal(useActor(), 'jail:console')
  const refusal = noRight ?? jailRefusal('openConsole', props.jail)
  // A console that is named may have ended with its jail: what it showed last can still be read.
  const [begun, setBegun] = useState(refusal === undefined || (noRight === undefined && props.consoleId !== undefined))
  if (!begun && refusal === undefined) setBegun(true)
  if (begun) return <ConsoleView {...props} refusal={refusal} />
  return (
    <EmptyState icon={SquareTerminal} title="No console">
      {refusal}
    </EmptyState>
  )
}

function ConsoleView(props: ConsoleScreenProps & { refusal: string | undefined }) {
  const { jail, title, actions, refusal } = props
  const [terminal, setTerminal] = useState<TerminalHandle | null>(null)
  const [paste, setPaste] = useState<Paste>()
  const [searching, setSearching] = useState(false)
  const [controlArmed, setControlArmed] = useState(false)
  const [inputRefused, setInputRefused] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const [files, setFiles] = useState<readonly File[]>()
  const [downloading, setDownloading] = useState(false)
  const [preferences, setPreferences] = useConsolePreferences()
  const section = useRef<HTMLElement>(null)
  const focused = useRef(false)
  const [lastWish, setLastWish] = useState<ConsoleWish>({
    consoleId: props.consoleId,
    fresh: props.fresh === true,
    user: props.choice?.user,
    command: props.choice?.command,
  })
  const { state, facts, type, paneChanged, drive, retry, connect } = useConsoleSocket(
    terminal,
    lastWish,
    ({ consoleId: wished, fresh, mode, user, command, reason }) =>
      withIdentity(() => issueConsoleTicket({ id: jail.id, consoleId: wished, fresh, mode, user, command, reason })),
    () => setInputRefused(true),
  )
  const broadcast = useBroadcast(facts?.consoleId, type)
  const filesRefusal = useFilesRefusal(jail)
  const { transfers, send, stop } = useTransfers(jail.id)
  const drop = useFileDrop((dropped) => {
    if (filesRefusal === undefined) setFiles(dropped)
  })
  const consoleId = facts?.consoleId
  const onConsole = useEffectEvent((id: string) => props.onConsole?.(id))
  useEffect(() => {
    if (consoleId !== undefined) onConsole(consoleId)
  }, [consoleId])

  const go = (wish: ConsoleWish) => {
    setLastWish(wish)
    connect(wish)
    terminal?.focus()
  }
  const openNew = (choice: Partial<OpenChoice>) => go({ consoleId: undefined, fresh: true, ...choice })

  const start = useStartAndOpen(jail, refusal, consoleId, () =>
    openNew({ user: lastWish.user, command: lastWish.command }),
  )

  const onInput = (text: string) => {
    setInputRefused(false)
    const typed = controlArmed ? withControl(text) : text
    type(typed)
    broadcast.send(typed)
    setControlArmed(false)
  }
  const onPasteAsked = (text: string) => {
    if (facts?.mode === 'watch') return
    const asked = pasteOf(text)
    if (needsQuestion(asked)) setPaste(asked)
    else terminal?.paste(asked.text)
  }
  const endPaste = (text?: string) => {
    setPaste(undefined)
    terminal?.focus()
    if (text !== undefined) terminal?.paste(text)
  }
  const fileUser = lastWish.user ?? 'root'

  const notice = (
    <ConsoleNotice
      state={state}
      refusal={refusal}
      onRetry={retry}
      onReturn={() => go({ consoleId: facts?.consoleId, fresh: false, mode: facts?.mode })}
      onOpenAgain={() => openNew({ user: lastWish.user, command: lastWish.command })}
      start={start}
    />
  )

  return (
    <section
      ref={section}
      aria-label={`Console of ${jail.tag}`}
      className="relative flex h-full min-h-0 min-w-0 flex-1 flex-col bg-bg"
      {...drop.handlers}
    >
      <ConsoleBar
        jail={jail}
        title={title}
        state={state}
        facts={facts}
        terminal={terminal}
        searching={searching}
        refusal={refusal}
        broadcasting={broadcast.on}
        onSearch={setSearching}
        onChoose={(id, mode) => go({ consoleId: id, fresh: false, mode })}
        onNew={() => openNew({})}
        onNewAs={() => setChoosing(true)}
        finalFocus={() => section.current?.querySelector<HTMLElement>('.xterm-helper-textarea') ?? null}
        actions={actions}
        menu={
          <ConsoleMenu
            state={state}
            facts={facts}
            preferences={preferences}
            filesRefusal={filesRefusal}
            onPreferences={setPreferences}
            onKey={(sequence) => {
              onInput(sequence)
              terminal?.focus()
            }}
            onDrive={drive}
            onUpload={() => setFiles([])}
            onDownload={() => setDownloading(true)}
            onFullScreen={() => void fillScreen(section.current)}
            onClose={() => {
              if (facts !== undefined) void closeConsole({ consoleId: facts.consoleId })
            }}
          />
        }
      />
      <div className="relative min-h-0 flex-1 bg-terminal p-2 pr-0">
        <Terminal
          fontSizePx={preferences.fontSizePx}
          screenReader={preferences.screenReader}
          copyOnSelect={preferences.copyOnSelect}
          readOnly={facts?.mode === 'watch'}
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
        {broadcast.on && <div aria-hidden className="pointer-events-none absolute inset-0 border-2 border-changing" />}
        {state.phase === 'lost' && notice}
        {state.phase === 'asks' && <ReasonQuestion onReason={(reason) => go({ ...lastWish, reason })} />}
        {paste !== undefined && <PasteQuestion paste={paste} onPaste={endPaste} onCancel={() => endPaste()} />}
        {drop.over && <DropPlace jail={jail} refusal={filesRefusal} />}
      </div>
      {inputRefused && (
        <p role="alert" className="shrink-0 border-t border-line bg-bad-soft px-4 py-1 text-bad-text">
          Too much input waits for the program already; the last was not typed.
        </p>
      )}
      {facts?.recording?.state === 'stopped' && state.phase === 'open' && (
        <p role="status" className="shrink-0 border-t border-line bg-bad-soft px-4 py-1 text-bad-text">
          {facts.recording.message}
        </p>
      )}
      {state.phase !== 'lost' && notice}
      <TransferList transfers={transfers} onStop={stop} />
      <ConsoleKeys
        controlArmed={controlArmed}
        onControl={() => setControlArmed((armed) => !armed)}
        onKey={onInput}
        applicationCursor={() => terminal?.applicationCursor ?? false}
      />
      <ConsoleFoot facts={facts} living={state.phase === 'open' || state.phase === 'lost'} />
      <OpenAsDialog
        jail={jail}
        open={choosing}
        onOpenChange={setChoosing}
        onChoose={(choice) => {
          setChoosing(false)
          openNew(choice)
        }}
      />
      <UploadDialog
        jail={jail}
        files={files}
        user={fileUser}
        onFiles={setFiles}
        onClose={() => setFiles(undefined)}
        onSend={(targets, overwrite) => {
          setFiles(undefined)
          for (const { file, path } of targets) void send(file, path, { user: fileUser, overwrite })
        }}
      />
      <DownloadDialog jail={jail} user={fileUser} open={downloading} onClose={() => setDownloading(false)} />
    </section>
  )
}

/** *Start the jail and open again*: offered while the jail is down, opens once it is up. */
function useStartAndOpen(
  jail: Jail,
  refusal: string | undefined,
  /** The console that is shown: with another one the wish is over. */
  shown: string | undefined,
  open: () => void,
) {
  const cannotStart = useCan('jail:start') ?? jailRefusal('start', jail)
  const [asked, setAsked] = useState<{ at: string | undefined }>()
  const start = useChange(startJail, { errors: 'inline' })
  const job = useJobs().find(({ id }) => id === start.output?.id)
  const failed = start.error !== undefined || (job !== undefined && !isActive(job) && job.state !== 'succeeded')
  const waits = asked !== undefined && asked.at === shown && !failed
  const ready = waits && refusal === undefined
  const openNow = useEffectEvent(open)
  useEffect(() => {
    if (ready) openNow()
  }, [ready])
  if (jail.kind === 'template' || jail.state !== 'down') return undefined
  return {
    tag: jail.tag,
    pending: start.pending || waits,
    disabledReason: cannotStart,
    problem: asked?.at === shown && failed ? (start.error?.message ?? job?.failure?.message) : undefined,
    press: () => {
      setAsked({ at: shown })
      start.run({ id: jail.id })
    },
  }
}

/** Full screen, where browsers that can hand all keys to the page do: Ctrl-W, Ctrl-T, Escape (held to leave). */
async function fillScreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement !== null) return document.exitFullscreen()
  await element?.requestFullscreen()
  const { keyboard } = navigator as Navigator & { keyboard?: { lock?: () => Promise<void> } }
  await keyboard?.lock?.()
}
