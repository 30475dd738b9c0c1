'use client'

import type { ReactNode } from 'react'
import type { Jail, JailAddress } from '@/lib/jail.ts'
import { formatJailAddresses } from '@/lib/addresses.ts'
import { useTemplates } from '../live/use-live-data.ts'
import { EndOfLifeBadge } from '../releases/end-of-life-badge.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Fact, Facts } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JailLink } from './jail-link.tsx'

/** Facts of a jail. `edit` adds to a property that can be changed the way to do it. */
export function JailFacts({ jail, edit }: { jail: Jail; edit?: (property: string) => ReactNode }) {
  const { release, ip4, ip6, hostHostname, uuid, boot, lastStarted, notes, vnet, driver } = jail
  return (
    <Facts>
      {release !== null && (
        <Fact name="Release">
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="font-mono text-xs leading-5">{release}</span>
            <EndOfLifeBadge release={release} />
          </span>
        </Fact>
      )}
      {jail.source !== null && (
        <Fact name={sourceNames[jail.source.kind]}>
          <Source source={jail.source} />
        </Fact>
      )}
      <Fact name="IP4" mono>
        <Row>
          <Addresses addresses={ip4} />
          {edit?.('ip4_addr')}
        </Row>
      </Fact>
      {ip6.length > 0 && (
        <Fact name="IP6" mono>
          <Addresses addresses={ip6} />
        </Fact>
      )}
      {vnet && <Fact name="Network">own stack (vnet)</Fact>}
      <Fact name="Host name" mono>
        <Row>
          {hostHostname === '' ? '-' : hostHostname}
          {edit?.('host_hostname')}
        </Row>
      </Fact>
      {uuid !== null && (
        <Fact name="UUID">
          <span className="flex min-w-0 items-center gap-1">
            <span className="truncate font-mono text-xs leading-5" title={uuid}>
              {uuid}
            </span>
            <span className="-my-1.5">
              <CopyButton text={uuid} label="Copy the UUID" />
            </span>
          </span>
        </Fact>
      )}
      {driver !== null && (
        <Fact name="Boot">
          <Row>
            {boot ? 'starts with the host' : 'no'}
            {edit?.('boot')}
          </Row>
        </Fact>
      )}
      {lastStarted !== null && (
        <Fact name="Last started">
          <RelativeTime at={lastStarted} />
        </Fact>
      )}
      {driver !== null && (notes !== '' || edit !== undefined) && (
        <Fact name="Notes">
          <Row>
            <span className="min-w-0 break-words">
              {notes === '' ? <span className="text-text-third">none</span> : notes}
            </span>
            {edit?.('notes')}
          </Row>
        </Fact>
      )}
    </Facts>
  )
}

const sourceNames = { release: 'Made from', template: 'Template', jail: 'Clone of', empty: 'Made from' } as const

function Source({ source: { kind, name } }: { source: NonNullable<Jail['source']> }) {
  const template = useTemplates().find(({ tag }) => kind === 'template' && tag === name)
  if (template !== undefined) return <JailLink id={template.id} />
  return kind === 'empty' ? 'nothing: made empty' : <span className="font-mono text-xs leading-5">{name}</span>
}

function Addresses({ addresses }: { addresses: readonly JailAddress[] }) {
  if (addresses.length === 0) return <span className="text-text-third">none</span>
  return (
    <span>
      {addresses.map((address) => (
        <span key={`${address.interface}${address.address}`} className="block break-all">
          {formatJailAddresses([address])}
        </span>
      ))}
    </span>
  )
}

const Row = ({ children }: { children: ReactNode }) => (
  <span className="flex min-w-0 items-start gap-1.5">{children}</span>
)
