'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '../ui/cn.ts'
import { Mark } from '../ui/mark.tsx'
import { HostBox } from './host-box.tsx'
import { isAt, places } from './places.ts'
import { useCounts } from './use-counts.ts'
import { UserBox } from './user-box.tsx'

interface SidebarProps {
  onPalette: () => void
  onHelp: () => void
}

/** Left of every page on screens wide enough: which host, its places, who is here. */
export function Sidebar({ onPalette, onHelp }: SidebarProps) {
  const pathname = usePathname()
  const counts = useCounts()
  return (
    <aside className="hidden w-[218px] shrink-0 flex-col gap-3 border-r border-line bg-sunken px-2.5 py-4 md:flex">
      <Link href="/" className="flex items-center gap-2.5 rounded-md px-2 font-semibold tracking-tight text-[16px]">
        <Mark />
        Cellblock
      </Link>
      <HostBox />
      <nav aria-label="Places" className="flex flex-1 flex-col gap-px overflow-y-auto">
        {places.map(({ href, label, icon: Icon, count }) => {
          const here = isAt(pathname, href)
          return (
            <Link
              key={href}
              href={href}
              aria-current={here ? 'page' : undefined}
              className={cn(
                'flex h-[31px] shrink-0 items-center gap-2.5 rounded-md border px-2',
                here
                  ? 'border-line bg-surface font-medium text-text'
                  : 'border-transparent text-text-second hover:bg-raised hover:text-text',
              )}
            >
              <Icon aria-hidden size={15} />
              <span className="flex-1">{label}</span>
              {count !== undefined && (count !== 'jobs' || counts.jobs > 0) && (
                <span className="text-xs text-text-second tabular-nums">{counts[count]}</span>
              )}
            </Link>
          )
        })}
      </nav>
      <UserBox onPalette={onPalette} onHelp={onHelp} />
    </aside>
  )
}
