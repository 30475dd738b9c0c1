import path from 'node:path'
import type { Actor } from '@/lib/account.ts'
import type { Capability, Role } from '@/lib/capabilities.ts'
import { holderCan } from '@/lib/capabilities.ts'
import { isWithin } from '@/lib/jail-scope.ts'
import { errorChain } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import type { AccountStore } from './account-store.ts'
import { createAccountStore } from './account-store.ts'
import type { ApiTokens } from './api-tokens.ts'
import { createApiTokens } from './api-tokens.ts'
import type { Auth } from './auth.ts'
import { createAuth } from './auth.ts'
import { createStepWatch } from './clock-steps.ts'
import { openFactorKey } from './factor-key.ts'
import { FormerTokens } from './former-tokens.ts'
import type { Invites } from './invites.ts'
import { createInvites } from './invites.ts'
import type { OidcClient } from './oidc-client.ts'
import { createOidcClient } from './oidc-client.ts'
import type { OidcConfig } from './oidc-config.ts'
import type { OidcIdentities } from './oidc-identities.ts'
import { createOidcIdentities } from './oidc-identities.ts'
import { sealOlderFactors } from './older-factors.ts'
import type { Passkeys } from './passkeys.ts'
import { createPasskeys } from './passkeys.ts'
import { createSeals } from './sealed-text.ts'
import type { PolicyOfSecondFactors } from './second-factor-policy.ts'
import { createSecondFactorPolicy } from './second-factor-policy.ts'
import type { SecondFactors } from './second-factors.ts'
import { createSecondFactors } from './second-factors.ts'
import { signedCookie, tokenIn } from './session-token.ts'
import { SetupToken } from './setup-token.ts'
import { tokenDigests } from './token-digest.ts'
import type { RefuseWeakPassword } from './weak-password.ts'
import { createRefuseWeakPassword } from './weak-password.ts'

/** Who came with a request. */
export interface Visitor {
  sessionId: string
  actor: Actor
}

/** Something about a user's rights or sessions changed: look again at what they have open. */
export type AccountChange = { userId: string; /** null: all of the user's */ sessionIds: readonly string[] | null }

/** What a call shows of who makes it. */
export interface Credentials {
  cookie: string | undefined
  authorization: string | undefined
  address: string
}

/** Who makes a call, as of this moment. */
export interface Caller extends Visitor {
  /** Seconds since the caller last proved who it is. */
  proofAgeS: number
  /** The same caller at a later moment; undefined: gone. */
  again(): Actor | undefined
}

/** The accounts half of the service. */
export interface Accounts {
  auth: Auth
  store: AccountStore
  factors: SecondFactors
  tokens: ApiTokens
  invites: Invites
  passkeys: Passkeys
  setupToken: SetupToken
  refuseWeakPassword: RefuseWeakPassword
  /** What sessions had in their cookies until just now. */
  formerTokens: FormerTokens
  /** The OpenID Connect provider; undefined: there is none. */
  oidc: OidcClient | undefined
  identities: OidcIdentities
  policy: PolicyOfSecondFactors
  /** Whether a user has a second factor, of whatever kind. */
  hasSecondFactor(userId: string): boolean
  /** An actor with what its session has to do first. */
  withStep(actor: Actor, session: { userId: string; strong: boolean }): Actor
  /** The session that a cookie header belongs to; undefined when there is none that may do what it likes. */
  authenticate(cookie: string | undefined): Promise<Visitor | undefined>
  /** Who makes a call: by an API token where one is given, else by the session's cookie. */
  authenticateCall(call: Credentials): Promise<Caller | undefined>
  /** Whether a session may be used, and not only to show a second factor. */
  sessionIsGood(sessionId: string): boolean
  /** Use of a session without a call; never throws. */
  noteUse(sessionId: string): void
  /** Whether a user holds a right at this moment, over the jail with this tag where one is given; false when it is gone. */
  userCan(userId: string, capability: Capability, tag?: string): boolean
  /** Tells everyone who listens that a user's rights or sessions changed. */
  changed(change: AccountChange): void
  /** Calls `listener` at each such change; returns the way to stop. */
  onChange(listener: (change: AccountChange) => void): () => void
}

/** Opens the accounts kept in this database and state folder; prints the set-up token while there is none. */
export async function openAccounts(
  db: Db,
  {
    stateFolder,
    origins,
    oidc: oidcConfig,
    isBreached = () => false,
    log,
  }: {
    stateFolder: string
    origins: readonly string[]
    oidc?: OidcConfig | undefined
    /** See breached-passwords.ts; default: none is. */
    isBreached?: ((password: string) => boolean) | undefined
    log: (message: string) => void
  },
): Promise<Accounts> {
  const auth = await createAuth(db, log)
  const store = createAccountStore(db)
  const factorKey = openFactorKey(stateFolder)
  const seals = createSeals(factorKey)
  await sealOlderFactors(db, factorKey)
  const tokens = createApiTokens(db, store)
  const formerTokens = new FormerTokens()
  const listeners = new Set<(change: AccountChange) => void>()

  const steps = createStepWatch(store.latestUseMs())
  /** A clock that is set back prolongs no session. */
  function noticeStep(): void {
    try {
      steps.look((ms) => {
        store.moveSessions(ms)
        log(`accounts: the clock was set back by ${Math.round(ms / 1_000)} s; sessions end as if it had not been`)
      })
    } catch (error) {
      log(`accounts: the clock was set back, which sessions could not be told: ${errorChain(error)}`)
    }
  }

  async function readSession(token: string) {
    const headers = new Headers({ cookie: await signedCookie(auth, token) })
    try {
      return await auth.api.getSession({ headers })
    } catch (error) {
      // A use that cannot be noted (disk full) must not end reading.
      log(`accounts: use of a session could not be noted: ${errorChain(error)}`)
      return auth.api.getSession({ headers, query: { disableRefresh: true } })
    }
  }

  const oidc = oidcConfig === undefined ? undefined : createOidcClient(oidcConfig)
  const identities = createOidcIdentities(db, oidcConfig?.issuer.href)
  const policy = createSecondFactorPolicy(db)
  const factors = createSecondFactors(db, seals)
  const passkeys = createPasskeys(db, origins)
  const hasSecondFactor = (userId: string): boolean =>
    factors.since(userId) !== null ||
    passkeys.list(userId).length > 0 ||
    (oidc?.config.secondFactor === 'provider' && identities.linkOf(userId) !== null)
  const stepOf = (role: Role, session: { userId: string; strong: boolean }) =>
    policy.stepOf(role, session, () => hasSecondFactor(session.userId))
  const withStep = (actor: Actor, session: { userId: string; strong: boolean }): Actor => {
    const secondStep = stepOf(actor.role, session)
    return secondStep === undefined ? actor : { ...actor, secondStep }
  }

  /** The session of a cookie, also one that has to show a second factor first; `former`: of a cookie that it had until just now. */
  async function visitorOf(cookie: string | undefined): Promise<(Visitor & { former: boolean }) | undefined> {
    const token = tokenIn(cookie)
    if (token === undefined) return undefined
    noticeStep()
    const found = await readSession(token)
    const former = found === null ? formerTokens.find(tokenDigests(token)) : undefined
    const sessionId = found?.session.id ?? former?.sessionId
    const session = sessionId === undefined ? undefined : store.sessionState(sessionId)
    const actor = session === undefined ? undefined : store.actor(session.userId)
    if (sessionId === undefined || session === undefined || actor === undefined) return undefined
    return { sessionId, actor: withStep(actor, { ...session, ...former }), former: former !== undefined }
  }

  return {
    auth,
    store,
    factors,
    ...{ oidc, identities, policy, hasSecondFactor, withStep },
    tokens,
    invites: createInvites(db),
    passkeys,
    formerTokens,
    refuseWeakPassword: createRefuseWeakPassword(isBreached),
    setupToken: new SetupToken(path.join(stateFolder, 'setup-token'), store.isEmpty()),
    async authenticate(cookie) {
      const visitor = await visitorOf(cookie)
      return visitor?.actor.secondStep === undefined ? visitor : undefined
    },
    async authenticateCall({ cookie, authorization, address }) {
      if (authorization !== undefined) {
        const found = tokens.authenticate(authorization, address)
        if (found === undefined) return undefined
        return {
          ...{ sessionId: `token ${found.tokenId}`, actor: found.actor },
          proofAgeS: found.unattended ? 0 : Number.POSITIVE_INFINITY,
          again: () => tokens.authenticate(authorization, address)?.actor,
        }
      }
      const visitor = await visitorOf(cookie)
      if (visitor === undefined) return undefined
      const { sessionId, actor, former } = visitor
      return {
        ...{ sessionId, actor },
        // The proof was given under the new cookie.
        proofAgeS: former ? Number.POSITIVE_INFINITY : store.proofAgeS(sessionId),
        again: () => store.actor(actor.userId),
      }
    },
    sessionIsGood(id) {
      noticeStep()
      const session = store.sessionState(id)
      const role = session === undefined ? undefined : store.actor(session.userId)?.role
      return session !== undefined && role !== undefined && stepOf(role, session) === undefined
    },
    noteUse(id) {
      try {
        store.noteUse(id)
      } catch (error) {
        log(`accounts: use of a session could not be noted: ${errorChain(error)}`)
      }
    },
    userCan(userId, capability, tag) {
      const actor = store.actor(userId)
      return (
        actor !== undefined &&
        holderCan(actor, capability) &&
        (tag === undefined || isWithin(actor.jailLimits ?? [], tag))
      )
    },
    changed(change) {
      for (const listener of listeners) listener(change)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
