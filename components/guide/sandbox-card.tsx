import { CommandLine } from '../ui/command-line.tsx'

/** Says in plain words that this host is no FreeBSD, and how to get a terminal on it. */
export function SandboxCard({ text }: { text: string }) {
  return (
    <aside aria-label="This is a sandbox" className="h-fit rounded-lg border border-line px-4 py-3.5">
      <h2 className="pb-1 font-semibold">This is a sandbox</h2>
      <p className="text-text-second">{text}</p>
      <p className="pt-3 text-text-second">Its terminal, from the folder of Cellblock:</p>
      <CommandLine command="npm run --silent sandbox -- iocage list" />
    </aside>
  )
}
