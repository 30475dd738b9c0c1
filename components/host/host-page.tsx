'use client'

import { Check, Users, X } from 'lucide-react'
import type { DriverCapability, Host, Pool } from '@/lib/host.ts'
import type { z } from 'zod'
import { holderCan } from '@/lib/capabilities.ts'
import { useHost } from '../live/use-live-data.ts'
import { useActor } from '../live/use-rights.ts'
import { PoolList } from '../storage/pool-list.tsx'
import { Badge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { CommandBlock, CommandLine } from '../ui/command-line.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Fact, Facts, Note, Panel } from '../ui/panel.tsx'
import { ConsolePanel } from './console-panel.tsx'
import { PoolChoice } from './pool-choice.tsx'

/** The machine with the jails: what is wrong with it, what it is, what it can do. */
export function HostPage() {
  const host = useHost()
  const actor = useActor()
  const isActive = host.pools.some(({ active }) => active)
  return (
    <>
      <PageHeader
        title={host.name}
        beside={host.sandbox === null ? undefined : <Badge tone="changing">sandbox</Badge>}
        actions={
          holderCan(actor, 'user:manage') && (
            <ButtonLink icon={Users} href="/account">
              Users
            </ButtonLink>
          )
        }
      />
      <PageBody>
        <div className="grid max-w-6xl grid-cols-1 items-start gap-5 lg:grid-cols-2">
          {host.problems.length > 0 && (
            <section aria-label="What is wrong" className="grid gap-2 lg:col-span-2">
              {host.problems.map(({ summary, hint }) => (
                <Note key={summary} tone="bad">
                  <p className="font-medium">{summary}</p>
                  <p>{hint}</p>
                </Note>
              ))}
            </section>
          )}
          {!isActive && (
            <div className="lg:col-span-2">
              <PoolChoice pools={host.pools} />
            </div>
          )}
          <AboutPanel host={host} />
          <CapabilityPanel capabilities={host.capabilities} />
          {isActive && (
            <section aria-labelledby="pools" className="lg:col-span-2">
              <h2 id="pools" className="font-semibold">
                Pools
              </h2>
              <p className="pb-2 text-xs text-text-second">
                iocage works with one pool at a time: the active one holds its releases, templates and jails.
              </p>
              <PoolList pools={host.pools} />
              <SwitchWords pools={host.pools} />
            </section>
          )}
          {host.sandbox !== null && <SandboxPanel words={host.sandbox} />}
          {holderCan(actor, 'jail:console') && <ConsolePanel />}
        </div>
      </PageBody>
    </>
  )
}

/** What it means to work with another pool; nothing while there is only one. */
function SwitchWords({ pools }: { pools: readonly Pool[] }) {
  const active = pools.find((pool) => pool.active)
  if (active === undefined || pools.length === 1) return null
  return (
    <div className="mt-3 max-w-3xl text-text-second">
      <p>
        To work with another pool, deactivate {active.name} in a terminal of the host first. Its jails that run go on
        running, but they, its templates and its releases stand in no list and cannot be changed until {active.name} is
        active again. Nothing is moved or lost.
      </p>
      <CommandLine command={`iocage deactivate ${active.name}`} />
    </div>
  )
}

const dialects = {
  'uuid-tag': 'names jails by UUID and tag, as iocage did until 0.9.8',
  name: 'names jails by one name, as iocage does since 0.9.9',
} as const

function AboutPanel({ host }: { host: Host }) {
  const { name, platform, driver, cellblockVersion, id } = host
  return (
    <Panel title="About">
      <Facts>
        <Fact name="Name" mono>
          {name}
        </Fact>
        <Fact name="Platform">{platform}</Fact>
        <Fact name="Jail manager">
          {driver === null ? (
            <span className="text-bad-text">none that can be used</span>
          ) : (
            <>
              {driver.name} {driver.version}
              <span className="block text-xs text-text-second">{dialects[driver.dialect]}</span>
            </>
          )}
        </Fact>
        <Fact name="Cellblock">{cellblockVersion}</Fact>
        <Fact name="Host id" mono>
          {id}
        </Fact>
      </Facts>
    </Panel>
  )
}

const abilities: Record<z.infer<typeof DriverCapability>, string> = {
  canFetch: 'Fetch releases',
  canActivatePool: 'Activate a pool',
  canVnet: 'Give jails a network stack of their own (vnet)',
  canSnapshot: 'Snapshots',
  canClone: 'Clone jails',
  canRename: 'Rename jails',
}

function CapabilityPanel({ capabilities }: { capabilities: Host['capabilities'] }) {
  return (
    <Panel title="What this host can do">
      <ul className="space-y-2">
        {(Object.keys(abilities) as (keyof typeof abilities)[]).map((ability) => {
          const reason = capabilities[ability]
          const Icon = reason === null ? Check : X
          return (
            <li key={ability} className="flex items-start gap-2.5">
              <Icon
                aria-hidden
                size={15}
                className={reason === null ? 'mt-0.5 shrink-0 text-up-text' : 'mt-0.5 shrink-0 text-text-third'}
              />
              <span>
                <span className="sr-only">{reason === null ? 'Can: ' : 'Cannot: '}</span>
                {abilities[ability]}
                {reason !== null && <span className="block text-xs text-text-second">{reason}</span>}
              </span>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function SandboxPanel({ words }: { words: string }) {
  return (
    <Panel title="This is a sandbox">
      <div className="space-y-4">
        <p>{words}</p>
        <p className="text-text-second">
          Jails here have real processes, files and addresses behind FreeBSD’s commands, but the kernel and the programs
          are this Linux machine’s. Nothing of it says how FreeBSD performs, and it is no place for anything that must
          be kept.
        </p>
        <CommandBlock
          title="Its own terminal"
          lines={[
            'npm run --silent sandbox -- iocage list',
            'npm run --silent sandbox -- iocage console www',
            '# iocage, jls, jexec, zfs … from any folder:',
            'export PATH="$(npm run --silent sandbox -- bin):$PATH"',
            '# make something go wrong, to see what happens:',
            'npm run --silent sandbox -- fault list',
            '# remove it with everything in it:',
            'npm run --silent sandbox -- reset',
          ]}
        />
      </div>
    </Panel>
  )
}
