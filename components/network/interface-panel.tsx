'use client'

import { Code } from 'lucide-react'
import type { NetworkInterface } from '@/lib/host.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { JailLink } from '../jails/jail-link.tsx'
import { CellWord } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton, CopyTextButton } from '../ui/copy-button.tsx'
import type { InterfaceRow } from './interface-rows.ts'

interface InterfacePanelProps {
  row: InterfaceRow
  /** With the paragraph that ifconfig printed. */
  raw: boolean
  onRaw: (raw: boolean) => void
  /** The jail that a bridge's member leads into. */
  jailOf: (member: string) => string | null
}

/** Whether an interface is up and has a link, as far as ifconfig says. */
function linkState({ flags, status }: NetworkInterface): { state: 'up' | 'down' | 'bad'; word: string } {
  if (!flags.includes('UP')) return { state: 'down', word: 'down' }
  if (status === null || status === 'active') return { state: 'up', word: 'up' }
  return { state: 'bad', word: status }
}

/** One interface of the host: its addresses with whom they belong to, its members, its paragraph of ifconfig. */
export function InterfacePanel({ row: { link, addresses }, raw, onRaw, jailOf }: InterfacePanelProps) {
  const { name, ether, mtu, description, members, jailId, text } = link
  const { state, word } = linkState(link)
  return (
    <section aria-label={`Interface ${name}`} className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
        <h2 className="font-mono font-semibold">{name}</h2>
        <CellWord state={state} word={word} />
        {jailId !== null && (
          <span className="text-text-second">
            leads into <JailLink id={jailId} />
          </span>
        )}
        {description !== null && <span className="min-w-0 truncate text-text-second">{visibleText(description)}</span>}
        <span className="flex-1" />
        <Button variant="ghost" size="sm" icon={Code} aria-expanded={raw} onClick={() => onRaw(!raw)}>
          ifconfig
        </Button>
        <p className="w-full text-xs text-text-second">
          {ether !== null && <span className="mr-4 font-mono">{ether}</span>}
          <span className="mr-4">mtu {mtu}</span>
          {members.length > 0 && (
            <span>
              members{' '}
              {members.map((member, n) => (
                <span key={member}>
                  {n > 0 && ', '}
                  <span className="font-mono">{member}</span>
                  <MemberJail id={jailOf(member)} />
                </span>
              ))}
            </span>
          )}
        </p>
      </header>
      {addresses.length === 0 ? (
        <p className="border-t border-line px-4 py-2 text-text-third">no addresses</p>
      ) : (
        <table className="w-full border-collapse border-t border-line">
          <thead>
            <tr className="text-left text-xs text-text-second">
              <th className="w-16 py-1.5 pl-4 font-medium max-sm:hidden">Family</th>
              <th className="py-1.5 font-medium max-sm:pl-4">Address</th>
              <th className="w-1/3 py-1.5 pr-4 font-medium">Belongs to</th>
            </tr>
          </thead>
          <tbody>
            {addresses.map(({ family, address, prefix, jailId }) => (
              <tr key={`${family} ${address}`} className="group border-t border-line hover:bg-bg">
                <td className="pl-4 font-mono text-xs text-text-third max-sm:hidden">{family}</td>
                <td className="h-8 font-mono text-xs break-all max-sm:pl-4">
                  <span className="inline-flex items-center gap-1">
                    <span>
                      {address}
                      <span className="text-text-third">/{prefix}</span>
                    </span>
                    <span className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-sm:hidden">
                      <CopyButton text={address} label={`Copy ${address}`} />
                    </span>
                  </span>
                </td>
                <td className="pr-4">
                  {jailId === null ? <span className="text-text-third">the host</span> : <JailLink id={jailId} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {raw && (
        <div className="border-t border-line px-4 py-3">
          <div className="flex items-center justify-between pb-1">
            <h3 className="font-mono text-xs text-text-second">ifconfig {name}</h3>
            <CopyTextButton text={text} />
          </div>
          {/* It scrolls: the keyboard must reach it. */}
          <pre
            tabIndex={0}
            aria-label={`What ifconfig prints about ${name}`}
            className="dark overflow-x-auto rounded-md bg-code px-3.5 py-3 font-mono text-xs leading-5 text-text"
          >
            {text.split('\n').map(visibleText).join('\n')}
          </pre>
        </div>
      )}
    </section>
  )
}

function MemberJail({ id }: { id: string | null }) {
  if (id === null) return null
  return (
    <>
      {' '}
      (<JailLink id={id} />)
    </>
  )
}
