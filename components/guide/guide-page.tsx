'use client'

import { useState } from 'react'
import { consolePath } from '@/lib/paths.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { HostNotes } from '../jails/host-notes.tsx'
import { useAllJails, useHost, useJobs } from '../live/use-live-data.ts'
import { ReleaseChoice } from '../releases/quick-fetch.tsx'
import { Select } from '../ui/field.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { GuideEnd } from './guide-end.tsx'
import type { GuideStep } from './guide-steps.ts'
import { guideJail, guideTemplate, jobOfStep } from './guide-steps.ts'
import { GuideStepRow } from './guide-step-row.tsx'
import { SandboxCard } from './sandbox-card.tsx'
import { useGuide } from './use-guide.ts'

/** The way from an empty host to the first jail: every step done by a click, or in a terminal, and ticked by the host itself. */
export function GuidePage() {
  const [pool, setPool] = useState<string>()
  const [release, setRelease] = useState<string>()
  const host = useHost()
  const jails = useAllJails()
  const jobs = useJobs()
  const steps = useGuide({ pool, release })
  const next = steps.find(({ done }) => !done)
  const first = guideTemplate({ jails })
  const www = guideJail({ jails })

  const extra = (step: GuideStep) => {
    const change = step.changes[0]
    if (step.id === 'activate' && host.pools.length > 1 && change?.verb === 'pool.activate')
      return (
        <Select
          aria-label="Pool"
          mono
          className="w-64 max-w-full"
          value={change.input.pool}
          onChange={setPool}
          options={host.pools.map(({ name, health, freeBytes }) => ({
            value: name,
            label: `${name}, ${health === 'ONLINE' ? `${formatBytes(freeBytes)} free` : health}`,
          }))}
        />
      )
    if (step.id === 'fetch' && step.blocked === undefined && change?.verb === 'release.fetch')
      return <ReleaseChoice value={change.input.release} onChange={setRelease} />
    if (step.id === 'console')
      return <p className="text-text-second">Users, keys, packages: what every jail made from it shall have.</p>
    return undefined
  }

  return (
    <>
      <PageHeader title={jails.length === 0 ? `Welcome to ${host.name}` : 'First steps'} />
      <HostNotes />
      <PageBody>
        <div className="grid max-w-[1080px] gap-x-6 gap-y-5 lg:grid-cols-[minmax(0,740px)_minmax(0,1fr)]">
          <div className="space-y-4">
            {next === undefined ? (
              <GuideEnd template={first} jail={www} />
            ) : (
              <p className="max-w-[560px] text-text-second">
                {jails.length === 0 ? 'This host has no jails yet. ' : ''}
                These eight steps lead to a template and a first jail made from it. Do them here, or type the command in
                a terminal on the host: a step ticks itself when it is true.
              </p>
            )}
            <ol aria-label="Steps" className="divide-y divide-line overflow-hidden rounded-lg border border-line">
              {steps.map((step, n) => (
                <GuideStepRow
                  key={step.id}
                  step={step}
                  number={n + 1}
                  isNext={step === next}
                  job={jobOfStep(step, jobs)}
                  href={step.id === 'console' && first !== undefined ? consolePath(first.id) : undefined}
                >
                  {extra(step)}
                </GuideStepRow>
              ))}
            </ol>
          </div>
          {host.sandbox !== null && <SandboxCard text={host.sandbox} />}
        </div>
      </PageBody>
    </>
  )
}
