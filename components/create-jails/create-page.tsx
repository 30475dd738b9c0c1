'use client'

import { Plus } from 'lucide-react'
import { holderRefusal } from '@/lib/capabilities.ts'
import { useActor } from '../live/use-rights.ts'
import { ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { CreateWizard } from './create-wizard.tsx'

/** New jails, step by step; who may not make any is told so. */
export function CreatePage() {
  const refusal = holderRefusal(useActor(), 'jail:create')
  if (refusal === undefined) return <CreateWizard />
  return (
    <>
      <PageHeader title="Create jail" crumbs={[{ href: '/jails', label: 'Jails' }]} />
      <EmptyState icon={Plus} title="Not with your role" actions={<ButtonLink href="/jails">To the jails</ButtonLink>}>
        {refusal}
      </EmptyState>
    </>
  )
}
