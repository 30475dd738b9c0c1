'use client'

interface ConsoleKeysProps {
  controlArmed: boolean
  onControl: () => void
  /** Control characters or sequences of a key. */
  onKey: (sequence: string) => void
  /** Whether the program wants arrows as application keys (DECCKM). */
  applicationCursor: () => boolean
}

const ARROWS = [
  { label: 'Left', sign: '←', final: 'D' },
  { label: 'Up', sign: '↑', final: 'A' },
  { label: 'Down', sign: '↓', final: 'B' },
  { label: 'Right', sign: '→', final: 'C' },
]

/** Keys that a phone's keyboard lacks. Pressing them leaves the keyboard open: they never take the focus. */
export function ConsoleKeys({ controlArmed, onControl, onKey, applicationCursor }: ConsoleKeysProps) {
  const keys = [
    { label: 'Escape', sign: 'Esc', press: () => onKey('\x1b') },
    { label: 'Control, for the next key', sign: 'Ctrl', press: onControl, pressed: controlArmed },
    { label: 'Tab', sign: 'Tab', press: () => onKey('\t') },
    ...ARROWS.map(({ label, sign, final }) => ({
      label,
      sign,
      press: () => onKey(`\x1b${applicationCursor() ? 'O' : '['}${final}`),
    })),
  ]
  return (
    <div
      role="toolbar"
      aria-label="Keys"
      className="flex shrink-0 gap-1 border-t border-line bg-surface p-1 pointer-fine:hidden"
    >
      {keys.map(({ label, sign, press, pressed }) => (
        <button
          key={sign}
          type="button"
          tabIndex={-1}
          aria-label={label}
          aria-pressed={pressed}
          className="h-10 min-w-0 flex-1 rounded-md border border-control font-mono text-xs aria-pressed:border-accent aria-pressed:text-accent-text"
          onPointerDown={(event) => event.preventDefault()}
          onClick={press}
        >
          {sign}
        </button>
      ))}
    </div>
  )
}

/** The character that a key gives together with Ctrl: `c` gives ETX; other input stays as it is. */
export function withControl(text: string): string {
  if (text.length !== 1) return text
  if (/[a-z@[\\\]^_]/i.test(text)) return String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f)
  return text === ' ' ? '\x00' : text
}
