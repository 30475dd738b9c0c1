'use client'

import { Copy, Ellipsis, FileText, Layers, PanelBottom, Plus, RotateCw, Terminal, Trash2, Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { consolePath, dockPath, jailPath } from '@/lib/paths.ts'
import { restartJail } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

interface JailMenuProps {
  jail: Jail
  onAsk: (question: JailQuestion) => void
  /** Where it stands: on the jail's own page what leads there is left out. */
  on?: 'row' | 'page'
  tabIndex?: number
}

/** What else can be done with a jail or template; what cannot be done now stays and says why. */
export function JailMenu({ jail, onAsk, on = 'row', tabIndex }: JailMenuProps) {
  const router = useRouter()
  const refusalOf = useJailRefusal()
  const restart = useChange(restartJail)
  const { id, tag, kind } = jail
  const isTemplate = kind === 'template'
  const ask = (about: JailQuestion['about']) => () => onAsk({ about, jail })
  return (
    <Menu
      trigger={
        <IconButton icon={Ellipsis} label={`More for ${tag}`} {...(tabIndex === undefined ? {} : { tabIndex })} />
      }
    >
      {on !== 'page' && (
        <MenuLink icon={FileText} href={jailPath(id)}>
          Open its page
        </MenuLink>
      )}
      {!isTemplate && on !== 'page' && (
        <MenuItem
          icon={Terminal}
          disabledReason={refusalOf('openConsole', jail)}
          onSelect={() => router.push(consolePath(id))}
        >
          Console
        </MenuItem>
      )}
      {!isTemplate && on !== 'page' && (
        <MenuItem
          icon={PanelBottom}
          disabledReason={refusalOf('openConsole', jail)}
          onSelect={() => router.push(dockPath(id, window.location.search))}
        >
          Console below the table
        </MenuItem>
      )}
      {!isTemplate && (
        <MenuItem
          icon={RotateCw}
          disabledReason={refusalOf('restart', jail)}
          onSelect={() => restart.run(shownJail(jail))}
        >
          Restart
        </MenuItem>
      )}
      <MenuItem icon={Copy} onSelect={ask('commands')}>
        Copy commands …
      </MenuItem>
      <MenuLine />
      {isTemplate ? (
        <>
          <MenuItem
            icon={Plus}
            disabledReason={refusalOf('createFrom', jail)}
            onSelect={() => router.push(`/jails/new?template=${encodeURIComponent(tag)}`)}
          >
            Create jail from it
          </MenuItem>
          <MenuItem icon={Undo2} disabledReason={refusalOf('convertToJail', jail)} onSelect={ask('convertToJail')}>
            Convert to a jail …
          </MenuItem>
        </>
      ) : (
        <MenuItem
          icon={Layers}
          disabledReason={refusalOf('convertToTemplate', jail)}
          onSelect={ask('convertToTemplate')}
        >
          Convert to template …
        </MenuItem>
      )}
      <MenuItem icon={Trash2} tone="danger" disabledReason={refusalOf('destroy', jail)} onSelect={ask('destroy')}>
        Destroy …
      </MenuItem>
    </Menu>
  )
}
