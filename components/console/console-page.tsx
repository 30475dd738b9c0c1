'use client'

import { ArrowLeft, Columns2, Radio, X } from 'lucide-react'
import Link from 'next/link'
import { parseAsArrayOf, parseAsString, useQueryStates } from 'nuqs'
import { useState } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { jailPath } from '@/lib/paths.ts'
import { useJail, useJails } from '../live/use-live-data.ts'
import { IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { BroadcastProvider, useBroadcastMode } from './broadcast.tsx'
import { ConsoleScreen } from './console-screen.tsx'

/** More than so many consoles beside each other nobody can read. */
const PANES_MAX = 4

/**
 * `?console=ID` returns to one; `?user=` and `?command=` say what a new one runs; `?with=` names the jails beside, each
 * with the console that it shows (`JAIL~CONSOLE`) once that is known.
 */
const query = {
  console: parseAsString,
  user: parseAsString,
  command: parseAsString,
  with: parseAsArrayOf(parseAsString).withDefault([]),
}

/** The console of a jail as a page of its own, with others beside it where one wants. */
export function ConsolePage({ jailId }: { jailId: string }) {
  return (
    <BroadcastProvider>
      <Panes jailId={jailId} />
    </BroadcastProvider>
  )
}

function Panes({ jailId }: { jailId: string }) {
  const [{ console: consoleId, user, command, with: beside }, setQuery] = useQueryStates(query, { history: 'replace' })
  // What the address said first; later it only follows what is shown.
  const [first] = useState({ consoleId, user, command })
  const split = (id: string) => void setQuery({ with: [...beside, id] })
  const tools = <PaneTools jailId={jailId} full={beside.length + 1 >= PANES_MAX} onSplit={split} />
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <Pane
        jailId={jailId}
        {...(first.consoleId === null ? {} : { consoleId: first.consoleId })}
        choice={{ user: first.user ?? undefined, command: first.command ?? undefined }}
        onConsole={(id) => void setQuery({ console: id })}
        actions={tools}
      />
      {beside.map(besideOf).map(({ jail: id, console: shown }, index) => (
        <div
          // The same jail may stand here twice, and panes are never reordered.
          key={`${index} ${id}`}
          className="flex min-h-0 min-w-0 flex-1 border-line max-md:border-t md:border-l"
        >
          <Pane
            jailId={id}
            {...(shown === undefined ? { fresh: true } : { consoleId: shown })}
            onConsole={(next) =>
              void setQuery(({ with: now }) => ({
                with: now.map((entry, at) => (at === index ? `${id}~${next}` : entry)),
              }))
            }
            actions={
              <IconButton
                icon={X}
                label="Close this pane; the console goes on"
                onClick={() => void setQuery({ with: beside.filter((_, at) => at !== index) })}
              />
            }
          />
        </div>
      ))}
    </div>
  )
}

/** An entry of `?with=`. */
function besideOf(entry: string): { jail: string; console: string | undefined } {
  const [, jail, shown] = /^(.*)~([0-9a-f-]{36})$/.exec(entry) ?? []
  return jail === undefined ? { jail: entry, console: undefined } : { jail, console: shown }
}

interface PaneProps {
  jailId: string
  consoleId?: string
  choice?: { user?: string | undefined; command?: string | undefined }
  /** A new console and not the one that another pane shows. */
  fresh?: boolean
  actions: React.ReactNode
  onConsole?: (consoleId: string) => void
}

function Pane({ jailId, actions, ...rest }: PaneProps) {
  const jail = useJail(jailId)
  const [last, setLast] = useState(jail)
  if (jail !== undefined && jail !== last) setLast(jail)
  if (last === undefined)
    return (
      <EmptyState title="No such jail" actions={<Link href="/jails">All jails</Link>}>
        It was destroyed, or the address is wrong.
      </EmptyState>
    )
  // A jail that was destroyed meanwhile leaves its last output to read.
  const shown: Jail = jail ?? { ...last, state: 'down', jid: null }
  return (
    <ConsoleScreen
      jail={shown}
      {...rest}
      actions={actions}
      title={
        <Link
          href={jailPath(jailId)}
          className="flex shrink-0 items-center gap-2 text-lg font-semibold hover:text-accent-text"
        >
          <ArrowLeft aria-hidden size={15} className="text-text-third" />
          {shown.tag}
        </Link>
      }
    />
  )
}

function PaneTools({ jailId, full, onSplit }: { jailId: string; full: boolean; onSplit: (id: string) => void }) {
  const broadcast = useBroadcastMode()
  const jails = useJails()
    .filter(({ state, kind }) => state === 'up' && kind === 'jail')
    .toSorted((a, b) => Number(b.id === jailId) - Number(a.id === jailId) || a.tag.localeCompare(b.tag))
  return (
    <>
      {broadcast !== undefined && broadcast.count > 1 && (
        <IconButton
          icon={Radio}
          label={broadcast.on ? 'Stop typing into all' : 'Type into all consoles of this page'}
          pressed={broadcast.on}
          onClick={() => broadcast.set(!broadcast.on)}
        />
      )}
      <Menu
        trigger={
          <IconButton
            icon={Columns2}
            label="Another console beside"
            disabledReason={full ? `${PANES_MAX} consoles stand here already.` : undefined}
          />
        }
      >
        {jails.map(({ id, tag }) => (
          <MenuItem key={id} onSelect={() => onSplit(id)}>
            {id === jailId ? `${tag}, another console` : tag}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}
