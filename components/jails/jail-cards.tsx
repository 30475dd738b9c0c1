'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { Terminal } from 'lucide-react'
import Link from 'next/link'
import { useRef } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { useJobOf } from '../live/use-live-data.ts'
import { Cell } from '../ui/badge.tsx'
import { cn } from '../ui/cn.ts'
import { IconLink } from '../ui/icon-link.tsx'
import { JailBadges } from './jail-badges.tsx'
import { ShortAddresses } from './jail-columns.tsx'
import { jailCell } from './jail-state.tsx'
import { StartStopButton } from './start-stop-button.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

/** Height of a card without marks, in CSS pixels; those with marks are measured. */
const CARD_PX = 68

/** The jails on a screen too narrow for a table: a card each, with two large controls; the rest is on the jail's page. */
export function JailCards({ jails }: { jails: readonly Jail[] }) {
  const frame = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here
  const virtualizer = useVirtualizer({
    count: jails.length,
    getScrollElement: () => frame.current,
    estimateSize: () => CARD_PX,
    getItemKey: (index) => jails[index]?.id ?? index,
    overscan: 6,
    initialRect: { width: 390, height: 700 },
  })
  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto sm:hidden">
      <ul aria-label="Jails" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const jail = jails[index]
          if (jail === undefined) return null
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={jails.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute top-0 left-0 w-full border-b border-line"
            >
              <JailCard jail={jail} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function JailCard({ jail }: { jail: Jail }) {
  const activity = useJobOf(jail.id)
  const refusalOf = useJailRefusal()
  const { state, word, text } = jailCell(jail, activity?.word)
  const noConsole = refusalOf('openConsole', jail)
  return (
    <article className="relative flex items-center gap-1 py-3 pr-2 pl-4">
      <span className="flex h-[22px] w-6 shrink-0 items-center self-start">
        <Cell state={state} />
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="flex items-baseline gap-2.5">
          {/* The whole card leads to the jail's page, except where its controls are. */}
          <Link
            href={jailPath(jail.id)}
            className="min-w-0 truncate font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-[-2px] focus-visible:after:outline-accent"
          >
            {jail.tag}
          </Link>
          <span className={cn('shrink-0 text-sm', text)}>{word}</span>
        </h2>
        <p className="truncate font-mono text-xs text-text-second">
          <ShortAddresses addresses={jail.ip4} /> <span className="text-text-third">{jail.release}</span>
        </p>
        <div className="relative mt-1 flex w-fit flex-wrap gap-1.5 empty:hidden">
          <JailBadges jail={jail} />
        </div>
      </div>
      <span className="relative flex shrink-0 items-center">
        {noConsole === undefined && (
          <IconLink
            icon={Terminal}
            label={`Console of ${jail.tag}`}
            href={consolePath(jail.id)}
            prefetch={false}
            size="lg"
          />
        )}
        <StartStopButton jail={jail} look="large icon" />
      </span>
    </article>
  )
}
