import { CopyButton, CopyTextButton } from './copy-button.tsx'
import { cn } from './cn.ts'

/** A command as one would type it, with a button that copies it. */
export function CommandLine({ command, className }: { command: string; className?: string }) {
  return (
    <span className={cn('inline-flex max-w-full min-w-0 items-center gap-1', className)}>
      <code className="min-w-0 truncate font-mono text-xs text-text-second" title={command}>
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </span>
  )
}

interface CommandBlockProps {
  /** One command a line, as typed; a line that starts with `#` is a comment. */
  lines: readonly string[]
  title?: string
  /** What the button copies, where that is more than what is shown. */
  copied?: readonly string[]
}

/** Commands that will run or have run, in order. Dark in both themes: it stands for a terminal. */
export function CommandBlock({ lines, title = 'Commands', copied = lines }: CommandBlockProps) {
  return (
    <section aria-label={title}>
      <div className="flex items-center justify-between pb-1">
        <h3 className="font-medium">{title}</h3>
        <CopyTextButton text={copied.join('\n')} />
      </div>
      {/* It scrolls: the keyboard must reach it. */}
      <pre
        tabIndex={0}
        className="dark max-h-80 overflow-auto rounded-md bg-code px-3.5 py-3 font-mono text-xs leading-5 text-text"
      >
        {lines.map((line, index) => (
          <CommandText key={index} line={line} />
        ))}
      </pre>
    </section>
  )
}

function CommandText({ line }: { line: string }) {
  if (line.startsWith('#')) return <div className="text-text-third">{line}</div>
  const [, command = '', rest = ''] = /^(\S+(?: [a-z]+)?)(.*)$/s.exec(line) ?? []
  return (
    <div>
      <span className="text-accent-text">{command}</span>
      {rest}
    </div>
  )
}
