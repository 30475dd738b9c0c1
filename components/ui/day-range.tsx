import { TextInput } from './field.tsx'

interface DayRangeProps {
  /** Days as YYYY-MM-DD; empty where there is no limit. */
  from: string
  to: string
  onFrom: (day: string) => void
  onTo: (day: string) => void
}

const WIDTH = 'w-36 shrink-0 max-sm:w-0 max-sm:flex-1'

/** Two days that a list is limited to; neither can pass the other. */
export function DayRange({ from, to, onFrom, onTo }: DayRangeProps) {
  return (
    <>
      <TextInput
        type="date"
        aria-label="From this day"
        className={WIDTH}
        value={from}
        max={to === '' ? undefined : to}
        onChange={(event) => onFrom(event.target.value)}
      />
      <TextInput
        type="date"
        aria-label="To this day"
        className={WIDTH}
        value={to}
        min={from === '' ? undefined : from}
        onChange={(event) => onTo(event.target.value)}
      />
    </>
  )
}
