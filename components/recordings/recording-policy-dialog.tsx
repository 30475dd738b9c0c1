'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Role } from '@/lib/capabilities.ts'
import type { RecordingRule } from '@/lib/recording.ts'
import { RecordingPolicy } from '@/lib/recording.ts'
import { setRecordingPolicy } from '@/server/panel/actions/console.ts'
import { readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useJails } from '../live/use-live-data.ts'
import { IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'

interface PolicyDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

const rules: { value: RecordingRule; label: string }[] = [
  { value: 'off', label: 'Not recorded' },
  { value: 'on', label: 'Recorded' },
  { value: 'reason', label: 'Recorded, with a reason' },
]

/** What is recorded, and how much is kept. */
export function RecordingPolicyDialog({ open, onOpenChange }: PolicyDialogProps) {
  const { data, error } = useQuery({ ...readQuery('recording.policy', {}), enabled: open })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width="md"
      title="Recording policy"
      description="For consoles that are opened from now on. What they show is recorded; what is typed is not."
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {open && data !== undefined && (
        <PolicyForm key={JSON.stringify(data)} policy={data} onDone={() => onOpenChange(false)} />
      )}
    </Dialog>
  )
}

const limits = [
  { name: 'keepDays', label: 'Keep for, in days' },
  { name: 'keepMib', label: 'Keep at most, in MiB' },
  { name: 'oneMib', label: 'One recording at most, in MiB' },
  { name: 'oneHours', label: 'One recording at most, in hours' },
] as const

function PolicyForm({ policy, onDone }: { policy: RecordingPolicy; onDone: () => void }) {
  const [draft, setDraft] = useState(policy)
  const [numbers, setNumbers] = useState(() =>
    Object.fromEntries(limits.map(({ name }) => [name, String(policy[name])])),
  )
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const save = useChange(setRecordingPolicy, { errors: 'inline', onSuccess: onDone })
  const jails = useJails().toSorted((a, b) => a.tag.localeCompare(b.tag))
  const free = jails.filter(({ id }) => draft.byJail[id] === undefined)
  const tagOf = (id: string) => jails.find((jail) => jail.id === id)?.tag ?? id
  const submit = () => {
    const parsed = RecordingPolicy.safeParse({
      ...draft,
      ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)])),
    })
    if (parsed.success) return save.run(parsed.data)
    setProblems(Object.fromEntries(parsed.error.issues.map(({ path, message }) => [path.join('.'), message])))
  }
  const setJail = (id: string, rule: RecordingRule | undefined) => {
    const { [id]: _, ...rest } = draft.byJail
    setDraft({ ...draft, byJail: rule === undefined ? rest : { ...rest, [id]: rule } })
  }
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {save.error !== undefined && <Note tone="bad">{save.error.message}</Note>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Consoles" hint="Where nothing below says otherwise.">
          <Select
            value={draft.otherwise}
            onChange={(value) => setDraft({ ...draft, otherwise: ruleOf(value) })}
            options={rules}
          />
        </Field>
        {Role.options
          .filter((role) => role === 'admin' || draft.byRole[role] !== undefined)
          .map((role) => (
            <Field key={role} label={`Consoles of ${role}s`}>
              <Select
                value={draft.byRole[role] ?? ''}
                onChange={(value) => {
                  const { [role]: _, ...rest } = draft.byRole
                  setDraft({ ...draft, byRole: value === '' ? rest : { ...rest, [role]: ruleOf(value) } })
                }}
                options={[{ value: '', label: 'As all consoles' }, ...rules]}
              />
            </Field>
          ))}
      </div>
      <fieldset className="space-y-2">
        <legend className="pb-1.5 font-medium">Single jails</legend>
        {Object.entries(draft.byJail).map(([id, rule]) => (
          <div key={id} className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{tagOf(id)}</span>
            <Select
              aria-label={`Consoles of ${tagOf(id)}`}
              className="w-52"
              value={rule}
              onChange={(value) => setJail(id, ruleOf(value))}
              options={rules}
            />
            <IconButton icon={X} label={`No rule for ${tagOf(id)}`} onClick={() => setJail(id, undefined)} />
          </div>
        ))}
        {free.length > 0 && (
          <div className="flex items-center gap-2 text-text-second">
            <Plus aria-hidden size={14} />
            <Select
              aria-label="A rule for a jail"
              className="w-52"
              value=""
              onChange={(id) => {
                if (id !== '') setJail(id, 'on')
              }}
              options={[{ value: '', label: 'Add a jail…' }, ...free.map(({ id, tag }) => ({ value: id, label: tag }))]}
            />
          </div>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        {limits.map(({ name, label }) => (
          <Field key={name} label={label} error={problems[name]}>
            <TextInput
              inputMode="numeric"
              value={numbers[name]}
              onChange={(event) => setNumbers({ ...numbers, [name]: event.target.value })}
            />
          </Field>
        ))}
      </div>
      <Checkbox
        checked={draft.whenImpossible === 'refuse'}
        onChange={(strict) => setDraft({ ...draft, whenImpossible: strict ? 'refuse' : 'continue' })}
        label="No console where a recording that must be made cannot be made"
      />
      <DialogButtons submit="Save the policy" onCancel={onDone} pending={save.pending} />
    </form>
  )
}

const ruleOf = (value: string): RecordingRule => rules.find((rule) => rule.value === value)?.value ?? 'off'
