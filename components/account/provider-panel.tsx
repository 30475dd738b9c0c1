'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OwnFactors } from '@/lib/account.ts'
import { beginOidcLink, unlinkOidc } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'

/** The own account at the OpenID Connect provider; nothing where there is no provider. */
export function ProviderPanel() {
  const { data } = useQuery(readQuery('account.factors', {}))
  const provider = data?.oidc.provider ?? null
  return data === undefined || provider === null ? null : <LinkPanel provider={provider} factors={data} />
}

function LinkPanel({ provider, factors }: { provider: string; factors: OwnFactors }) {
  const client = useQueryClient()
  const [leaving, setLeaving] = useState(false)
  const refusal = useCan('account:secure')
  const begin = useChange(beginOidcLink, { onSuccess: ({ url }) => window.location.assign(url) })
  const unlink = useChange(unlinkOidc, {
    errors: 'inline',
    onSuccess: () => {
      setLeaving(false)
      void client.invalidateQueries({ queryKey: readKey('account.factors') })
    },
  })
  const { link } = factors.oidc
  const error = formError(unlink.error)
  return (
    <Panel
      title={provider}
      description="An account elsewhere that lets you in here (OpenID Connect)."
      actions={
        link === null ? (
          <Button
            size="sm"
            disabledReason={refusal}
            pending={begin.pending}
            onClick={() => begin.run({ origin: window.location.origin, next: '/account' })}
          >
            Link an account
          </Button>
        ) : (
          <Button
            size="sm"
            disabledReason={
              refusal ?? (link.byGroup ? `You come in by a group at ${provider}; it is your only way in.` : undefined)
            }
            onClick={() => {
              unlink.reset()
              setLeaving(true)
            }}
          >
            Unlink
          </Button>
        )
      }
    >
      {link === null ? (
        <p className="text-text-second">No account is linked.</p>
      ) : (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Badge tone="up">linked</Badge>
          <p className="min-w-0 flex-1">
            <span className="font-medium break-all">{link.account}</span>, since <RelativeTime at={link.since} />
            {link.byGroup && '. Your role comes from a group there.'}
          </p>
        </div>
      )}
      <ConfirmDialog
        open={leaving}
        onOpenChange={setLeaving}
        title={`Unlink the account at ${provider}?`}
        effects={['It no longer lets you in here. The account itself stays as it is.']}
        confirm="Unlink"
        onConfirm={() => unlink.run({})}
        pending={unlink.pending}
        disabledReason={refusal}
      >
        {error !== undefined && <Note tone="bad">{error}</Note>}
      </ConfirmDialog>
    </Panel>
  )
}
