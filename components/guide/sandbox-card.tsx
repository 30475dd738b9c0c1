import { CopyButton } from '../ui/copy-button.tsx'

const COMMAND = 'npm run --silent sandbox -- iocage list'

/** Says in plain words that this host is no FreeBSD, and how to get a terminal on it. */
export function SandboxCard({ text }: { text: string }) {
  return (
    <aside aria-label="This is a sandbox" className="h-fit rounded-lg border border-line px-4 py-3.5">
      <h2 className="pb-1 font-semibold">This is a sandbox</h2>
      <p className="text-text-second">{text}</p>
      <p className="pt-3 text-text-second">Its terminal, from the folder of Cellblock:</p>
      <div className="flex items-start gap-1 pt-0.5">
        <code className="min-w-0 flex-1 font-mono text-xs leading-5 text-text-second">{COMMAND}</code>
        <span className="-my-[5px] max-sm:-my-2.5">
          <CopyButton text={COMMAND} label="Copy the command" />
        </span>
      </div>
    </aside>
  )
}
