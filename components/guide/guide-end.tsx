'use client'

import { Layers, Plus, SquareTerminal } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { addressText } from '@/lib/jail.ts'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { ButtonLink } from '../ui/button.tsx'

/** All steps are true: what one does next. */
export function GuideEnd({ template, jail }: { template: Jail | undefined; jail: Jail | undefined }) {
  const section = useRef<HTMLElement>(null)
  // The last step stands far below; what comes next must not be missed.
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [])
  if (jail === undefined) return null
  return (
    <section ref={section} aria-label="What next" className="rounded-lg border border-line bg-up-soft px-4 py-3.5">
      <h2 className="font-semibold">
        {jail.tag} is up{jail.ip4.length > 0 && ` at ${addressText(jail.ip4)}`}. What next?
      </h2>
      <p className="pt-0.5 text-text-second">
        Put something into it, or make more from the same template. Whatever you do here or in a terminal shows in both.
      </p>
      <div className="flex flex-wrap gap-2.5 pt-3">
        <ButtonLink href={jailPath(jail.id)} variant="primary">
          To {jail.tag}
        </ButtonLink>
        <ButtonLink href={consolePath(jail.id)} icon={SquareTerminal}>
          Its console
        </ButtonLink>
        {template?.kind === 'template' && (
          <ButtonLink href={`/jails/new?template=${encodeURIComponent(template.tag)}`} icon={Plus}>
            More from {template.tag}
          </ButtonLink>
        )}
        <ButtonLink href="/templates" icon={Layers}>
          Templates
        </ButtonLink>
      </div>
    </section>
  )
}
