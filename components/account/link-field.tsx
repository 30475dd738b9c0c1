import { Field, TextInput } from '../ui/field.tsx'

interface LinkFieldProps {
  label: string
  hint?: string
  error: string | undefined
  value: string
  onChange: (value: string) => void
}

/** For a link that lost what stands behind its `#`, or that only part of came by. */
export function LinkField({ value, onChange, ...field }: LinkFieldProps) {
  return (
    <Field {...field}>
      <TextInput
        mono
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        autoFocus
      />
    </Field>
  )
}
