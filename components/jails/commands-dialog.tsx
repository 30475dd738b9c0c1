'use client'

import type { Jail } from '@/lib/jail.ts'
import { useHost } from '../live/use-live-data.ts'
import { CommandBlock } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { usePreview } from './use-preview.ts'

interface CommandsDialogProps {
  jail: Jail
  onClose: () => void
}

/** The commands by which the same is done in a terminal, to copy. */
export function CommandsDialog({ jail, onClose }: CommandsDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Commands for ${jail.tag}`}
      description="What the panel runs, exactly as it runs it: for a terminal on the host, or a script."
      width="md"
    >
      {jail.driver === null ? <KernelCommands jail={jail} /> : <DriverCommands jail={jail} />}
    </Dialog>
  )
}

/** A jail that nobody here manages: what FreeBSD itself offers. */
function KernelCommands({ jail: { jid, tag } }: { jail: Jail }) {
  return (
    <CommandBlock
      lines={['# what it is', `jls -j ${jid ?? tag} -v`, '# a shell in it', `jexec ${jid ?? tag} login -f root`]}
    />
  )
}

function DriverCommands({ jail }: { jail: Jail }) {
  const { id, tag, kind, uuid } = jail
  const input = { id }
  const start = usePreview('jail.start', input)
  const stop = usePreview('jail.stop', input)
  const restart = usePreview('jail.restart', input)
  const back = usePreview('jail.convertToJail', input)
  const isOlder = useHost().driver?.dialect === 'uuid-tag'
  const word = isOlder ? (uuid ?? tag) : tag
  const all = kind === 'template' ? [back] : [start, stop, restart]
  const error = all.find((one) => one.error !== null)?.error
  if (error) return <Note tone="changing">The commands cannot be shown now: {error.message}</Note>
  if (all.some(({ isPending }) => isPending)) return <Skeleton className="h-40" />
  const lines =
    kind === 'template'
      ? ['# make it a jail again', ...back.lines]
      : [
          ...['# start, stop, restart', ...start.lines, ...stop.lines, ...restart.lines],
          ...['# a shell in it', `iocage console ${word}`],
        ]
  return <CommandBlock lines={[...lines, '# all its properties', `iocage get all ${word}`]} />
}
