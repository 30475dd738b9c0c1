'use client'

import { useActor } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { holderCan } from '@/lib/capabilities.ts'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProviderPanel } from './provider-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { TokensPanel } from './tokens-panel.tsx'
import { TwoStepPanel } from './two-step-panel.tsx'
import { UsersPanel } from './users-panel.tsx'

/** The own account; for admins also who else may come in. */
export function AccountPage() {
  const actor = useActor()
  const { userName, role } = actor
  return (
    <>
      <PageHeader title={userName} beside={<Badge tone="accent">{role}</Badge>} />
      <PageBody>
        <div className="grid max-w-5xl gap-5">
          {holderCan(actor, 'user:manage') && <UsersPanel />}
          <SessionsPanel />
          <PasskeysPanel />
          <TwoStepPanel />
          <PasswordPanel />
          <ProviderPanel />
          <TokensPanel />
        </div>
      </PageBody>
    </>
  )
}
