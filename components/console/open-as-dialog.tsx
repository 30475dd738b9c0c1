'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { ConsoleCommand } from '@/lib/jail-user.ts'
import { readQuery } from '../live/read-query.ts'
import { Button } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'

export interface OpenChoice {
  user: string | undefined
  command: string | undefined
}

interface OpenAsDialogProps {
  jail: Jail
  open: boolean
  onOpenChange: (open: boolean) => void
  onChoose: (choice: OpenChoice) => void
}

/** Commands that admins often want a console for. */
const COMMANDS = ['top', 'tail -F /var/log/messages', 'ps -axd']

/** What a new console runs, and as whom. */
export function OpenAsDialog(props: OpenAsDialogProps) {
  const { jail, open, onOpenChange } = props
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`New console in ${jail.tag}`}
      description="Users are those of the jail itself."
    >
      {open && <OpenAsForm {...props} />}
    </Dialog>
  )
}

function OpenAsForm({ jail, onOpenChange, onChoose }: OpenAsDialogProps) {
  const { data, error } = useQuery({ ...readQuery('console.users', { id: jail.id }), staleTime: 0 })
  const [user, setUser] = useState('root')
  const [kind, setKind] = useState<'shell' | 'command'>('shell')
  const [command, setCommand] = useState('')
  const [problem, setProblem] = useState<string>()
  const users = data?.users ?? []
  const chosen = users.find(({ name }) => name === user)
  const noLogin = chosen?.noLogin ?? undefined
  const shown = kind === 'shell' && noLogin !== undefined ? 'command' : kind
  const submit = () => {
    if (shown === 'shell') return onChoose({ user, command: undefined })
    const parsed = ConsoleCommand.safeParse(command)
    if (!parsed.success) return setProblem(parsed.error.issues[0]?.message)
    onChoose({ user, command: parsed.data })
  }
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      <Field label="User">
        <Select
          mono
          value={user}
          onChange={setUser}
          options={
            users.length === 0
              ? [{ value: 'root', label: 'root' }]
              : users.map(({ name, fullName, noLogin: no }) => ({
                  value: name,
                  label: `${name}${fullName === '' || fullName === name ? '' : `  ${fullName}`}${no === null ? '' : '  (no login shell)'}`,
                }))
          }
        />
      </Field>
      <RadioCards
        label="What runs"
        columns={2}
        value={shown}
        onChange={setKind}
        options={[
          {
            value: 'shell',
            label: 'Login shell',
            hint: chosen?.shell ?? 'as the jail’s passwd says',
            disabledReason: noLogin,
          },
          { value: 'command', label: 'A command', hint: 'ends with it' },
        ]}
      />
      {shown === 'command' && (
        <Field label="Command" hint="As typed at the jail’s shell." error={problem}>
          <TextInput
            mono
            autoFocus
            autoComplete="off"
            spellCheck={false}
            list="console-commands"
            placeholder="top"
            value={command}
            onChange={(event) => {
              setCommand(event.target.value)
              setProblem(undefined)
            }}
          />
          <datalist id="console-commands">
            {COMMANDS.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </Field>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary">
          Open console
        </Button>
      </div>
    </form>
  )
}
