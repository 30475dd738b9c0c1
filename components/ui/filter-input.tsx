import { Search } from 'lucide-react'
import { cn } from './cn.ts'
import { TextInput } from './field.tsx'

interface FilterInputProps {
  label: string
  placeholder: string
  value: string
  onChange: (value: string) => void
  /** Right inside: how many are left. */
  count?: string
  className?: string
}

/** The filter of a page; `/` leads to it. */
export function FilterInput({ label, placeholder, value, onChange, count, className }: FilterInputProps) {
  return (
    <div className={cn('relative min-w-0 flex-1', className)}>
      <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-text-third" />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={placeholder}
        className={cn('pl-8', count !== undefined && 'sm:pr-28')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {count !== undefined && (
        <span
          role="status"
          className="pointer-events-none absolute top-1/2 right-8 max-sm:hidden -translate-y-1/2 text-xs text-text-third"
        >
          {count}
        </span>
      )}
    </div>
  )
}
