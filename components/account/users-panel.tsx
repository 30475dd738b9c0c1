'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { User } from '@/lib/account.ts'
import { Role } from '@/lib/capabilities.ts'
import { removeUser, setUserRole } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useActor, useCan } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Select } from '../ui/field.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { LimitsDialog } from './limits-dialog.tsx'
import { InviteUserDialog } from './invite-user-dialog.tsx'
import { ResetUserDialog } from './reset-user-dialog.tsx'
import { SecondFactorRule } from './second-factor-rule.tsx'

/** Who may come in, and as what. */
export function UsersPanel() {
  const client = useQueryClient()
  const { userId } = useActor()
  const { data, error } = useQuery(readQuery('user.list', {}))
  const [inviting, setInviting] = useState(false)
  const [leaving, setLeaving] = useState<User>()
  const refresh = () => void client.invalidateQueries({ queryKey: readKey('user.list') })
  const setRole = useChange(setUserRole, { onSuccess: refresh })
  const remove = useChange(removeUser, {
    errors: 'inline',
    onSuccess: () => {
      setLeaving(undefined)
      refresh()
    },
  })
  const [limiting, setLimiting] = useState<User>()
  const [resetting, setResetting] = useState<User>()
  const refusal = useCan('user:manage')
  return (
    <Panel
      title="Users"
      description="Viewers look, operators run and create jails, admins can do what root can."
      flush
      actions={
        <Button size="sm" icon={UserPlus} disabledReason={refusal} onClick={() => setInviting(true)}>
          Invite user
        </Button>
      }
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {data === undefined && error === null && <SkeletonRows rows={3} />}
      <ul>
        {data?.users.map((user) => {
          const own = user.id === userId
          return (
            <li
              key={user.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <div className="min-w-40 flex-1">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-medium">{user.userName}</span>
                  {own && <Badge>you</Badge>}
                  {user.jails !== null && <Badge>{user.jails.join(' ')}</Badge>}
                  {user.consoles !== null && <Badge>{user.consoles ? 'consoles' : 'no consoles'}</Badge>}
                  {user.totp && <Badge tone="up">app</Badge>}
                  {user.passkeys > 0 && <Badge tone="up">passkey</Badge>}
                  {user.oidc !== null && <Badge>{user.oidc === 'group' ? 'OpenID, by group' : 'OpenID'}</Badge>}
                </p>
                <p className="text-xs text-text-second">
                  {user.lastLoginAt === null ? (
                    'never logged in'
                  ) : (
                    <>
                      logged in <RelativeTime at={user.lastLoginAt} />
                    </>
                  )}
                  {user.inviteUntil !== null && (
                    <>
                      , has a link until <RelativeTime at={user.inviteUntil} />
                    </>
                  )}
                </p>
              </div>
              <Select
                aria-label={`Role of ${user.userName}`}
                className="w-32"
                value={user.role}
                disabled={refusal !== undefined || own || user.oidc === 'group'}
                title={
                  own
                    ? 'Another admin can change your role.'
                    : user.oidc === 'group'
                      ? 'The role comes from a group at the OpenID Connect provider.'
                      : undefined
                }
                onChange={(role) => setRole.run({ id: user.id, role: Role.parse(role) })}
                options={Role.options.map((role) => ({ value: role, label: role }))}
              />
              <Button
                size="sm"
                aria-label={`Limits of ${user.userName}`}
                disabledReason={refusal ?? (own ? 'You cannot limit yourself. Another admin can.' : undefined)}
                onClick={() => setLimiting(user)}
              >
                Limits
              </Button>
              <Button
                size="sm"
                aria-label={`Reset ${user.userName}`}
                disabledReason={refusal ?? (own ? 'You cannot reset yourself. Another admin can.' : undefined)}
                onClick={() => setResetting(user)}
              >
                Reset
              </Button>
              <Button
                size="sm"
                aria-label={`Remove ${user.userName}`}
                disabledReason={refusal ?? (own ? 'You cannot remove yourself. Another admin can.' : undefined)}
                onClick={() => {
                  remove.reset()
                  setLeaving(user)
                }}
              >
                Remove
              </Button>
            </li>
          )
        })}
      </ul>
      <SecondFactorRule />
      <InviteUserDialog open={inviting} onOpenChange={setInviting} onInvited={refresh} />
      {limiting !== undefined && (
        <LimitsDialog user={limiting} onClose={() => setLimiting(undefined)} onSaved={refresh} />
      )}
      {resetting !== undefined && (
        <ResetUserDialog user={resetting} onClose={() => setResetting(undefined)} onReset={refresh} />
      )}
      {leaving !== undefined && (
        <ConfirmDialog
          open
          onOpenChange={() => setLeaving(undefined)}
          title={`Remove ${leaving.userName}?`}
          effects={[
            'All sessions and consoles of this user end.',
            'What the user did stays in the audit log and in the list of jobs.',
          ]}
          typed={leaving.userName}
          confirm={`Remove ${leaving.userName}`}
          onConfirm={() => remove.run({ id: leaving.id })}
          pending={remove.pending}
          disabledReason={refusal}
        >
          {formError(remove.error) !== undefined && <Note tone="bad">{formError(remove.error)}</Note>}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
