'use client'

import { Upload, X } from 'lucide-react'
import type { DragEvent } from 'react'
import { useState } from 'react'
import { FILE_MAX_BYTES, JailPath } from '@/lib/jail-files.ts'
import type { Jail } from '@/lib/jail.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { downloadFile } from '@/server/panel/actions/console.ts'
import { withIdentity } from '../live/confirm-identity.ts'
import { useCan } from '../live/use-rights.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'
import { jailRefusal } from '@/lib/capabilities.ts'
import type { Transfer } from './use-transfers.ts'
import { streamUrl } from './use-transfers.ts'

/** Why files cannot be moved to or from a jail now. */
export function useFilesRefusal(jail: Jail): string | undefined {
  return useCan('jail:files') ?? jailRefusal('openConsole', jail)
}

/** Files that are dragged over a console: shown while they are, handed over when they are let go. */
export function useFileDrop(onFiles: (files: File[]) => void) {
  const [over, setOver] = useState(false)
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(false)
        const files = [...event.dataTransfer.files]
        if (files.length > 0) onFiles(files)
      },
    },
  }
}

/** Over the terminal while files are dragged. */
export function DropPlace({ jail, refusal }: { jail: Jail; refusal: string | undefined }) {
  return (
    <div className="pointer-events-none absolute inset-2 z-20 flex flex-col items-center justify-center gap-2 rounded-lg border-2 border-dashed border-accent bg-floating/90">
      <Upload aria-hidden size={28} className="text-accent-text" />
      <p className="text-lg font-semibold">{refusal ?? `Let go to upload into ${jail.tag}`}</p>
    </div>
  )
}

interface UploadDialogProps {
  jail: Jail
  /** undefined: none is chosen yet. Not empty otherwise. */
  files: readonly File[] | undefined
  user: string
  onFiles: (files: File[]) => void
  onSend: (files: readonly { file: File; path: string }[], overwrite: boolean) => void
  onClose: () => void
}

/** Where uploaded files go. */
export function UploadDialog(props: UploadDialogProps) {
  const { jail, files, user, onClose } = props
  return (
    <Dialog
      open={files !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Upload into ${jail.tag}`}
      description={`Written by a program inside the jail, as ${user}.`}
    >
      {files !== undefined && <UploadForm {...props} files={files} />}
    </Dialog>
  )
}

function UploadForm({ files, user, onFiles, onSend, onClose }: UploadDialogProps & { files: readonly File[] }) {
  const [folder, setFolder] = useState(user === 'root' ? '/root' : `/home/${user}`)
  const [overwrite, setOverwrite] = useState(false)
  const [problem, setProblem] = useState<string>()
  const tooLarge = files.find(({ size }) => size > FILE_MAX_BYTES)
  const submit = () => {
    const targets = files.map((file) => ({ file, path: `${folder.replace(/\/+$/, '')}/${file.name}` }))
    const wrong = targets.map(({ path }) => JailPath.safeParse(path)).find(({ success }) => !success)
    if (wrong !== undefined) return setProblem(wrong.error?.issues[0]?.message)
    onSend(targets, overwrite)
  }
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (files.length > 0 && tooLarge === undefined) submit()
      }}
    >
      {files.length === 0 ? (
        <Field label="Files">
          <input
            type="file"
            multiple
            className="block w-full text-text-second file:mr-3 file:h-[30px] file:rounded-md file:border file:border-control file:bg-surface file:px-3 file:text-text"
            onChange={(event) => onFiles([...(event.target.files ?? [])])}
          />
        </Field>
      ) : (
        <ul className="max-h-40 space-y-1 overflow-y-auto rounded-md bg-sunken px-3 py-2">
          {files.map((file) => (
            <li key={`${file.name} ${file.size}`} className="flex gap-3">
              <span className="min-w-0 flex-1 truncate font-mono text-xs leading-5">{file.name}</span>
              <span className="shrink-0 text-text-second tabular-nums">{formatBytes(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {tooLarge !== undefined && <Note tone="bad">{tooLarge.name} is larger than 8 GiB.</Note>}
      <Field label="Folder in the jail" error={problem}>
        <TextInput
          mono
          value={folder}
          onChange={(event) => {
            setFolder(event.target.value)
            setProblem(undefined)
          }}
        />
      </Field>
      <Checkbox checked={overwrite} onChange={setOverwrite} label="Replace files that are there already" />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant="primary"
          disabledReason={files.length === 0 ? 'Choose files first.' : tooLarge && 'One file is too large.'}
        >
          {files.length > 1 ? `Upload ${files.length} files` : 'Upload'}
        </Button>
      </div>
    </form>
  )
}

interface DownloadDialogProps {
  jail: Jail
  user: string
  open: boolean
  onClose: () => void
}

/** Which file of the jail is fetched. The browser's own download shows its progress. */
export function DownloadDialog(props: DownloadDialogProps) {
  const { jail, user, open, onClose } = props
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      title={`Download from ${jail.tag}`}
      description={`Read by a program inside the jail, as ${user}.`}
    >
      {open && <DownloadForm {...props} />}
    </Dialog>
  )
}

function DownloadForm({ jail, user, onClose }: DownloadDialogProps) {
  const [path, setPath] = useState('')
  const [problem, setProblem] = useState<string>()
  const [pending, setPending] = useState(false)
  const fetchIt = async () => {
    const parsed = JailPath.safeParse(path.trim())
    if (!parsed.success) return setProblem(parsed.error.issues[0]?.message)
    setPending(true)
    const answer = await withIdentity(() => downloadFile({ id: jail.id, path: parsed.data, user })).catch(
      () => undefined,
    )
    setPending(false)
    if (answer === undefined) return setProblem('The panel cannot be reached.')
    if (!answer.ok) return setProblem(answer.error.message)
    saveFrom(streamUrl(answer.value.ticket), answer.value.name)
    onClose()
  }
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        void fetchIt()
      }}
    >
      <Field label="File in the jail" error={problem}>
        <TextInput
          mono
          autoFocus
          placeholder="/var/log/messages"
          value={path}
          onChange={(event) => {
            setPath(event.target.value)
            setProblem(undefined)
          }}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Download
        </Button>
      </div>
    </form>
  )
}

/** Lets the browser fetch and keep what is at an address. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** Uploads that are on their way or ended, each with its end. */
export function TransferList({
  transfers,
  onStop,
}: {
  transfers: readonly Transfer[]
  /** Gives it up, or takes it from the list when it ended. */
  onStop: (id: number) => void
}) {
  if (transfers.length === 0) return null
  return (
    <ul aria-label="Uploads" className="shrink-0 divide-y divide-line border-t border-line bg-surface">
      {transfers.map(({ id, path, bytes, sent, state, problem }) => (
        <li key={id} className="flex items-center gap-3 px-4 py-1.5">
          <span className="min-w-0 flex-1">
            <span className="block truncate font-mono text-xs leading-5">{path}</span>
            {problem !== undefined && <span className="text-xs text-bad-text">{problem}</span>}
          </span>
          {state === 'running' && (
            <Progress className="w-28" value={bytes === 0 ? null : sent / bytes} label={`Upload of ${path}`} />
          )}
          <span role="status" className="shrink-0 text-text-second tabular-nums">
            {state === 'running' && `${formatBytes(sent)} of ${formatBytes(bytes)}`}
            {state === 'done' && `uploaded, ${formatBytes(bytes)}`}
            {state === 'failed' && 'failed'}
          </span>
          <IconButton
            icon={X}
            label={state === 'running' ? 'Stop' : 'Remove from the list'}
            onClick={() => onStop(id)}
          />
        </li>
      ))}
    </ul>
  )
}
