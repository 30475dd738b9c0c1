'use client'

import { FileText, RotateCw, Terminal, X } from 'lucide-react'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { restartJail } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { useJail } from '../live/use-live-data.ts'
import { Button, ButtonLink, IconButton } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JailFacts } from './jail-facts.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailMenu } from './jail-menu.tsx'
import { JailNotes } from './jail-notes.tsx'
import { JailSpace } from './jail-space.tsx'
import { JailState } from './jail-state.tsx'
import { LastJobs } from './last-jobs.tsx'
import { StartStopButton } from './start-stop-button.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'

interface JailSidePanelProps {
  id: string
  onClose: () => void
  onAsk: (question: JailQuestion) => void
}

/** The chosen jail beside the table, which keeps its scroll, filter and selection. */
export function JailSidePanel({ id, onClose, onAsk }: JailSidePanelProps) {
  const jail = useJail(id)
  return (
    <aside
      aria-label={jail === undefined ? 'Jail' : `Jail ${jail.tag}`}
      className="flex w-[340px] shrink-0 flex-col overflow-y-auto border-l border-line bg-bg max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-20 max-lg:shadow-float max-sm:hidden"
    >
      {jail === undefined ? <Gone onClose={onClose} /> : <Chosen jail={jail} onClose={onClose} onAsk={onAsk} />}
    </aside>
  )
}

function Gone({ onClose }: { onClose: () => void }) {
  return (
    <div className="flex items-start gap-2 px-4 py-4">
      <div className="flex-1">
        <h2 className="text-lg font-semibold">This jail is gone</h2>
        <p className="text-text-second">
          It was destroyed, renamed or made a template meanwhile. The table shows what is there.
        </p>
      </div>
      <IconButton icon={X} label="Close" onClick={onClose} />
    </div>
  )
}

const part = 'border-t border-line px-4 py-3.5'

function Chosen({ jail, onClose, onAsk }: { jail: Jail } & Omit<JailSidePanelProps, 'id'>) {
  const refusalOf = useJailRefusal()
  const restart = useChange(restartJail)
  const noConsole = refusalOf('openConsole', jail)
  const { id, tag, state, jid, lastStarted } = jail
  const isUp = state === 'up'
  return (
    <>
      <header className="px-4 pt-4 pb-3.5">
        <div className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <h2 className="truncate text-lg font-semibold" title={tag}>
              {tag}
            </h2>
            <p className="flex flex-wrap items-baseline gap-x-2.5 text-text-second">
              <JailState jail={jail} />
              {isUp && (
                <span>
                  JID {jid ?? '-'}
                  {lastStarted !== null && (
                    <>
                      , started <RelativeTime at={lastStarted} />
                    </>
                  )}
                </span>
              )}
            </p>
          </div>
          <span className="-mt-1 -mr-2 flex">
            <JailMenu jail={jail} onAsk={onAsk} />
            <IconButton icon={X} label="Close" onClick={onClose} />
          </span>
        </div>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {isUp &&
            (noConsole === undefined ? (
              <ButtonLink variant="primary" icon={Terminal} href={consolePath(id)} prefetch={false}>
                Console
              </ButtonLink>
            ) : (
              <Button icon={Terminal} disabledReason={noConsole}>
                Console
              </Button>
            ))}
          <StartStopButton jail={jail} look="words" variant={isUp ? 'secondary' : 'primary'} />
          {isUp && (
            <Button
              icon={RotateCw}
              disabledReason={refusalOf('restart', jail)}
              pending={restart.pending}
              onClick={() => restart.run(shownJail(jail))}
            >
              Restart
            </Button>
          )}
        </div>
        <NextCommand jail={jail} />
      </header>
      <div className="space-y-2 px-4 not-empty:pb-3.5">
        <JailNotes jail={jail} />
      </div>
      <div className={part}>
        <JailFacts jail={jail} />
      </div>
      {jail.driver !== null && (
        <div className={part}>
          <JailSpace id={id} />
        </div>
      )}
      <div className={part}>
        <LastJobs jailId={id} />
      </div>
      <div className="flex-1" />
      <div className={part}>
        <ButtonLink icon={FileText} href={jailPath(id)} className="w-full">
          Open its page
        </ButtonLink>
      </div>
    </>
  )
}

/** What the main button runs, to read and to copy. */
function NextCommand({ jail: { id, state, driver, jid } }: { jail: Jail }) {
  const verb = state === 'up' ? 'jail.stop' : 'jail.start'
  const { lines } = usePreview(verb, driver === null ? undefined : { id })
  const line = driver === null ? `jexec ${jid ?? ''} login -f root` : lines[0]
  return <div className="mt-1.5 h-[30px]">{line !== undefined && <CommandLine command={line} />}</div>
}
