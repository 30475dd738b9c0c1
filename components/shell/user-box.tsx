'use client'

import { ChevronUp, Keyboard, LogOut, UserRound } from 'lucide-react'
import { logOut } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { useActor } from '../live/use-rights.ts'
import { Menu, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import { ThemeChoice } from './theme-choice.tsx'

interface UserBoxProps {
  onPalette: () => void
  onHelp: () => void
}

/** Who is here, and what is about them. */
export function UserBox({ onPalette, onHelp }: UserBoxProps) {
  const { userName, role } = useActor()
  return (
    <div className="flex items-center gap-1">
      <Menu
        align="start"
        side="top"
        trigger={
          <button
            type="button"
            className="group flex min-w-0 flex-1 items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-raised"
          >
            <span
              aria-hidden
              className="flex size-6 shrink-0 items-center justify-center rounded-md bg-accent-soft text-[11px] font-semibold text-accent-text uppercase"
            >
              {userName.slice(0, 2)}
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate leading-4">{userName}</span>
              <span className="block text-xs text-text-second">{role}</span>
            </span>
            <ChevronUp aria-hidden size={13} className="shrink-0 text-text-third opacity-0 group-hover:opacity-100" />
          </button>
        }
      >
        <UserMenu onHelp={onHelp} />
      </Menu>
      <button
        type="button"
        onClick={onPalette}
        aria-label="Search and commands (Ctrl K)"
        className="shrink-0 rounded-sm border border-control bg-surface px-1.5 py-px text-xs text-text-second hover:text-text"
      >
        Ctrl K
      </button>
    </div>
  )
}

/** The same entries in the sidebar and on a phone. */
export function UserMenu({ onHelp }: { onHelp?: () => void }) {
  const leave = useChange(logOut, { onSuccess: () => window.location.assign('/login') })
  return (
    <>
      <MenuLink href="/account" icon={UserRound}>
        Account
      </MenuLink>
      {onHelp !== undefined && (
        <MenuItem icon={Keyboard} hint="?" onSelect={onHelp}>
          Keys
        </MenuItem>
      )}
      <MenuLine />
      <ThemeChoice />
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => leave.run({})}>
        Log out
      </MenuItem>
    </>
  )
}
