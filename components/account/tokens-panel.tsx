'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { removeToken } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { CreateTokenDialog } from './create-token-dialog.tsx'

/** Keys for one's own programs. */
export function TokensPanel() {
  const client = useQueryClient()
  const { data, error } = useQuery(readQuery('token.list', {}))
  const [creating, setCreating] = useState(false)
  const refresh = () => void client.invalidateQueries({ queryKey: readKey('token.list') })
  const remove = useChange(removeToken, { onSuccess: refresh })
  const { data: factors } = useQuery(readQuery('account.factors', {}))
  const byGroup = factors?.oidc.link?.byGroup === true
  const refusal =
    useCan('account:secure') ??
    (byGroup ? `You come in by a group at ${factors.oidc.provider} only; a token would outlast it.` : undefined)
  return (
    <Panel
      title="API tokens"
      description="Keys with which programs call the panel as you, and with no more rights than you give them."
      flush
      actions={
        <Button size="sm" disabledReason={refusal} onClick={() => setCreating(true)}>
          Add token
        </Button>
      }
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {data === undefined && error === null && <SkeletonRows rows={1} />}
      {data?.tokens.length === 0 && <p className="px-4 py-3 text-text-second">None.</p>}
      <ul>
        {data?.tokens.map((token) => {
          const isOver = token.expiresAt !== null && token.expiresAt <= new Date().toISOString()
          return (
            <li
              key={token.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <div className="min-w-48 flex-1">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-medium">{token.name}</span>
                  <Badge>{token.role}</Badge>
                  {token.jails !== null && <Badge>{token.jails.join(' ')}</Badge>}
                  {token.unattended && <Badge tone="changing">unattended</Badge>}
                  {isOver && <Badge tone="bad">over</Badge>}
                </p>
                <p className="text-xs text-text-second">
                  {token.lastUsedAt === null ? (
                    'never used'
                  ) : (
                    <>
                      used <RelativeTime at={token.lastUsedAt} /> from{' '}
                      <span className="font-mono">{token.lastAddress}</span>
                    </>
                  )}
                  ,{' '}
                  {token.expiresAt === null ? (
                    'never ends'
                  ) : (
                    <>
                      {isOver ? 'ended' : 'ends'} <RelativeTime at={token.expiresAt} />
                    </>
                  )}
                </p>
              </div>
              <Button
                size="sm"
                aria-label={`Remove the token ${token.name}`}
                disabledReason={refusal}
                onClick={() => remove.run({ id: token.id })}
              >
                Remove
              </Button>
            </li>
          )
        })}
      </ul>
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} onCreated={refresh} />}
    </Panel>
  )
}
