'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'
import { JobStrip } from '../jobs/job-strip.tsx'
import { ConnectionBar } from '../live/connection-bar.tsx'
import { CommandPalette } from './command-palette.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { PhoneNav } from './phone-nav.tsx'
import { Sidebar } from './sidebar.tsx'
import { useShellKeys } from './use-shell-keys.ts'

/** The frame of every page: places left (below on a phone), the page, the running job under it. */
export function Shell({ children }: { children: ReactNode }) {
  const [over, setOver] = useState<'palette' | 'keys'>()
  useShellKeys({ onPalette: () => setOver('palette'), onHelp: () => setOver('keys') })
  return (
    <div className="flex h-dvh overflow-hidden">
      <a
        href="#page"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Sidebar onPalette={() => setOver('palette')} onHelp={() => setOver('keys')} />
      <div className="flex min-w-0 flex-1 flex-col">
        <ConnectionBar />
        <main id="page" tabIndex={-1} className="flex min-h-0 flex-1 flex-col bg-surface focus-visible:outline-none">
          {children}
        </main>
        <JobStrip />
        <PhoneNav onPalette={() => setOver('palette')} />
      </div>
      <CommandPalette open={over === 'palette'} onOpenChange={(open) => setOver(open ? 'palette' : undefined)} />
      <KeyboardHelp open={over === 'keys'} onOpenChange={(open) => setOver(open ? 'keys' : undefined)} />
    </div>
  )
}
