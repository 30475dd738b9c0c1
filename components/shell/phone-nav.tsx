'use client'

import { BookOpen, Ellipsis, Search, Server } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '../ui/cn.ts'
import { Menu, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import { isAt, places } from './places.ts'
import { useCounts } from './use-counts.ts'
import { UserMenu } from './user-box.tsx'

/** The four places that a thumb reaches first; the rest is behind the fifth. */
const FIRST = new Set(['/jails', '/templates', '/network', '/jobs'])
const cell = 'flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] leading-4'

/** Below every page on small screens. */
export function PhoneNav({ onPalette }: { onPalette: () => void }) {
  const pathname = usePathname()
  const counts = useCounts()
  const first = places.filter(({ href }) => FIRST.has(href))
  const rest = places.filter(({ href }) => !FIRST.has(href))
  const isElsewhere = !first.some(({ href }) => isAt(pathname, href))
  return (
    <nav
      aria-label="Places"
      className="flex shrink-0 border-t border-line bg-sunken pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {first.map(({ href, label, icon: Icon }) => {
        const here = isAt(pathname, href)
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={cn(cell, here ? 'font-medium text-accent-text' : 'text-text-second')}
          >
            <span className="relative">
              <Icon aria-hidden size={18} />
              {href === '/jobs' && counts.jobs > 0 && (
                <span className="absolute -top-1 -right-1.5 size-2 rounded-full bg-changing" />
              )}
            </span>
            {label}
          </Link>
        )
      })}
      <Menu
        side="top"
        trigger={
          <button type="button" className={cn(cell, isElsewhere ? 'font-medium text-accent-text' : 'text-text-second')}>
            <Ellipsis aria-hidden size={18} />
            More
          </button>
        }
      >
        <MenuItem icon={Search} onSelect={onPalette}>
          Search
        </MenuItem>
        <MenuLine />
        {rest.map(({ href, label, icon }) => (
          <MenuLink key={href} href={href} icon={icon}>
            {label}
          </MenuLink>
        ))}
        <MenuLink href="/host" icon={Server}>
          Host
        </MenuLink>
        <MenuLink href="/guide" icon={BookOpen}>
          First steps
        </MenuLink>
        <MenuLine />
        <UserMenu />
      </Menu>
    </nav>
  )
}
