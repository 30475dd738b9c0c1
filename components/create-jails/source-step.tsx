'use client'

import Link from 'next/link'
import { addressText, type JailSource } from '@/lib/jail.ts'
import { EndOfLifeBadge } from '../releases/end-of-life-badge.tsx'
import { QuickFetch } from '../releases/quick-fetch.tsx'
import { Badge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Note } from '../ui/panel.tsx'
import type { StepProps } from './step-props.ts'
import { chosenSource, fetchedReleases, usableTemplates } from './wizard-world.ts'

/** Where the files of the new jails come from. */
export function SourceStep({ values, set, problem, world }: StepProps) {
  const releases = fetchedReleases(world)
  const templates = usableTemplates(world)
  const source = chosenSource(values, world)
  const choose = (next: JailSource) =>
    set({
      release: next.kind === 'release' ? next.name : '',
      template: next.kind === 'template' ? next.name : '',
      empty: next.kind === 'empty',
    })
  const chooseKind = (kind: string) => {
    if (kind === 'release' && releases[0] !== undefined) choose({ kind, name: releases[0].name })
    if (kind === 'template' && templates[0] !== undefined) choose({ kind, name: templates[0].tag })
    if (kind === 'empty') choose({ kind, name: '' })
  }
  const wrong = problem('source')
  if (!world.host.pools.some(({ active }) => active))
    return (
      <Note
        tone="changing"
        actions={
          <ButtonLink href="/guide" size="sm">
            First steps
          </ButtonLink>
        }
      >
        No pool is active yet, so iocage has no place to keep jails. Activate one first.
      </Note>
    )
  return (
    <div className="space-y-5">
      <RadioCards
        label="Kind of source"
        columns={3}
        value={source?.kind}
        onChange={chooseKind}
        options={[
          {
            value: 'release',
            label: 'Release',
            hint: 'A fresh FreeBSD as it was fetched.',
            disabledReason: releases.length === 0 ? 'No release is fetched yet.' : undefined,
          },
          {
            value: 'template',
            label: 'Template',
            hint: 'A copy of a jail that was set up before.',
            disabledReason:
              templates.length === 0 ? 'There is none yet: stop a jail and convert it to one.' : undefined,
          },
          { value: 'empty', label: 'Empty', hint: 'No files at all: you unpack what you like.' },
        ]}
      />
      {releases.length === 0 && (
        <section aria-label="Fetch a release" className="space-y-3 rounded-md border border-line px-4 py-3.5">
          <p>
            <span className="font-medium">Fetch a release first.</span>{' '}
            <span className="text-text-second">
              It stays on the host for all later jails. It can be fetched right here, or on the page of{' '}
              <Link href="/releases" className="text-accent-text underline">
                releases
              </Link>
              .
            </span>
          </p>
          <QuickFetch />
        </section>
      )}
      {source?.kind === 'release' && releases.length > 0 && (
        <div className="space-y-2">
          <RadioCards
            label="Release"
            columns={2}
            value={source.name}
            onChange={(name) => choose({ kind: 'release', name })}
            options={releases.map(({ name, patch, usedBy }) => ({
              value: name,
              label: (
                <span className="inline-flex flex-wrap items-center gap-2">
                  <span className="font-mono text-xs">{name}</span>
                  <EndOfLifeBadge release={name} />
                </span>
              ),
              hint: [
                patch === null || patch === name ? undefined : `fetched as ${patch}`,
                usedBy.length === 0 ? 'nothing was made from it yet' : `${usedBy.length} made from it`,
              ]
                .filter((part) => part !== undefined)
                .join(', '),
            }))}
          />
          <p className="text-xs text-text-second">
            Another one?{' '}
            <Link href="/releases" className="text-accent-text underline">
              Fetch it under Releases
            </Link>
            ; what you have filled in stays in this page’s address.
          </p>
        </div>
      )}
      {source?.kind === 'template' && (
        <RadioCards
          label="Template"
          columns={2}
          value={source.name}
          onChange={(name) => choose({ kind: 'template', name })}
          options={templates.map((template) => ({
            value: template.tag,
            label: (
              <span className="inline-flex flex-wrap items-center gap-2">
                {template.tag}
                {template.release !== null && <EndOfLifeBadge release={template.release} />}
                {template.state === 'unreadable' && <Badge tone="bad">unreadable</Badge>}
              </span>
            ),
            hint: [template.release ?? 'release not known', addressText(template.ip4), template.notes]
              .filter((part) => part !== '-' && part !== '')
              .join(', '),
            disabledReason:
              template.state === 'unreadable' ? 'Its configuration cannot be read. Repair it first.' : undefined,
          }))}
        />
      )}
      {source?.kind === 'empty' && (
        <Note>
          iocage makes the dataset and the configuration. The jail cannot start before its <code>root</code> has a{' '}
          <code>/bin/sh</code> and an <code>/etc/rc</code>.
        </Note>
      )}
      {wrong !== undefined && <Note tone="bad">{wrong}</Note>}
    </div>
  )
}
