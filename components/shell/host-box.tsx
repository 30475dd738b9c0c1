'use client'

import { BookOpen, ChevronDown, Server } from 'lucide-react'
import type { Host } from '@/lib/host.ts'
import { useHost } from '../live/use-live-data.ts'
import { Cell } from '../ui/badge.tsx'
import { Menu, MenuLine, MenuLink } from '../ui/menu.tsx'

/** What a host is, in a few words: `sandbox, iocage 0.9.7`. */
export function hostWords({ sandbox, platform, driver }: Pick<Host, 'sandbox' | 'platform' | 'driver'>): string {
  const what = sandbox === null ? platform.replace('-RELEASE', '') : 'sandbox'
  return driver === null ? `${what}, no iocage` : `${what}, ${driver.name} ${driver.version}`
}

/** Which host this is; one of several later. */
export function HostBox() {
  const host = useHost()
  return (
    <Menu
      align="start"
      wide
      trigger={
        <button
          type="button"
          aria-label={`Host ${host.name}: ${hostWords(host)}`}
          className="flex w-full items-center gap-2 rounded-md border border-line bg-surface py-2 pr-1.5 pl-2 text-left hover:border-control"
        >
          <Server aria-hidden size={16} className="shrink-0 text-text-second" />
          <span className="min-w-0 flex-1">
            <span className="flex items-center gap-2 leading-5 font-medium">
              <span className="truncate">{host.name}</span>
              {host.problems.length > 0 && <Cell state="bad" size={8} />}
            </span>
            <span className="block truncate text-xs text-text-second">{hostWords(host)}</span>
          </span>
          <ChevronDown aria-hidden size={14} className="shrink-0 text-text-second" />
        </button>
      }
    >
      <MenuLink href="/host" icon={Server}>
        About this host
      </MenuLink>
      <MenuLink href="/guide" icon={BookOpen}>
        First steps
      </MenuLink>
      {host.problems.length > 0 && <MenuLine />}
      {host.problems.map(({ summary }) => (
        <p key={summary} className="max-w-56 px-2 py-1 text-xs text-bad-text">
          {summary}
        </p>
      ))}
    </Menu>
  )
}
