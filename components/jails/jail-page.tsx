'use client'

import { Plus, RotateCw, Terminal } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { restartJail } from '@/server/panel/actions/jails.ts'
import { ConsoleScreen } from '../console/console-screen.tsx'
import { JobList } from '../jobs/job-list.tsx'
import { useChange } from '../live/use-change.ts'
import { useJail } from '../live/use-live-data.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { TabPanel, Tabs, useTab } from '../ui/tabs.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailDialogs } from './jail-dialogs.tsx'
import { JailGone } from './jail-gone.tsx'
import { JailMenu } from './jail-menu.tsx'
import { JailState } from './jail-state.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PropertiesTab } from './properties-tab.tsx'
import { StartStopButton } from './start-stop-button.tsx'
import { StorageTab } from './storage-tab.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

const tabs = [
  { value: 'overview', label: 'Overview' },
  { value: 'properties', label: 'Properties' },
  { value: 'storage', label: 'Storage' },
  { value: 'jobs', label: 'Jobs' },
  { value: 'console', label: 'Console' },
] as const

/** The page of one jail or template. */
export function JailPage({ id }: { id: string }) {
  const jail = useJail(id)
  const [last, setLast] = useState(jail)
  if (jail !== undefined && jail !== last) setLast(jail)
  return jail === undefined ? <JailGone id={id} last={last} /> : <Here jail={jail} />
}

function Here({ jail }: { jail: Jail }) {
  const [tab, setTab] = useTab(['overview', 'properties', 'storage', 'jobs', 'console'])
  const [question, setQuestion] = useState<JailQuestion>()
  const isTemplate = jail.kind === 'template'
  return (
    <>
      <Tabs
        label={`About ${jail.tag}`}
        // Templates do not run: there is no console to look for.
        tabs={isTemplate ? tabs.filter(({ value }) => value !== 'console') : tabs}
        value={isTemplate && tab === 'console' ? 'overview' : tab}
        onChange={(next) => void setTab(next)}
        // oxlint-disable-next-line react/no-unstable-nested-components -- it is called, never mounted
        frame={(list) => (
          <PageHeader
            title={jail.tag}
            crumbs={[isTemplate ? { href: '/templates', label: 'Templates' } : { href: '/jails', label: 'Jails' }]}
            beside={
              <span className="flex items-baseline gap-2.5 text-text-second">
                {isTemplate && jail.state === 'down' ? 'template' : <JailState jail={jail} />}
                {jail.jid !== null && <span className="max-sm:hidden">JID {jail.jid}</span>}
              </span>
            }
            actions={<HeadActions jail={jail} onAsk={setQuestion} onConsole={() => void setTab('console')} />}
          >
            {list}
          </PageHeader>
        )}
      >
        <TabPanel value="overview">
          <OverviewTab jail={jail} />
        </TabPanel>
        <TabPanel value="properties">
          <PropertiesTab jail={jail} />
        </TabPanel>
        <TabPanel value="storage">
          <StorageTab jail={jail} />
        </TabPanel>
        <TabPanel value="jobs">
          <JobList jailId={jail.id} />
        </TabPanel>
        <TabPanel value="console" className="flex min-h-0 flex-1 flex-col">
          <ConsoleScreen jail={jail} />
        </TabPanel>
      </Tabs>
      <JailDialogs question={question} onClose={() => setQuestion(undefined)} />
    </>
  )
}

interface HeadActionsProps {
  jail: Jail
  onAsk: (question: JailQuestion) => void
  onConsole: () => void
}

function HeadActions({ jail, onAsk, onConsole }: HeadActionsProps) {
  const router = useRouter()
  const refusalOf = useJailRefusal()
  const restart = useChange(restartJail)
  const { tag, kind, state } = jail
  const more = <JailMenu jail={jail} onAsk={onAsk} on="page" />
  if (kind === 'template')
    return (
      <>
        {more}
        <Button
          variant="primary"
          icon={Plus}
          disabledReason={refusalOf('createFrom', jail)}
          onClick={() => router.push(`/jails/new?template=${encodeURIComponent(tag)}`)}
        >
          Create jail
          <span className="sr-only">from it</span>
        </Button>
      </>
    )
  const isUp = state === 'up'
  return (
    <>
      {more}
      {isUp && (
        <Button
          // On a phone it is in the menu.
          className="max-sm:hidden"
          icon={RotateCw}
          disabledReason={refusalOf('restart', jail)}
          pending={restart.pending}
          onClick={() => restart.run(shownJail(jail))}
        >
          Restart
        </Button>
      )}
      <StartStopButton jail={jail} look="words" variant={isUp ? 'secondary' : 'primary'} />
      {isUp && (
        <Button variant="primary" icon={Terminal} disabledReason={refusalOf('openConsole', jail)} onClick={onConsole}>
          Console
        </Button>
      )}
    </>
  )
}
