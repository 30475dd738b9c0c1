import { UserName } from '@/lib/account.ts'
import { Role } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import { LINK_PATHS } from '@/lib/paths.ts'
import type { NewAuditRow } from '../audit/audit-log.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { hasPassword } from './check-password.ts'
import { inviteGone, linkAsks } from './invite-handlers.ts'
import type { LoginLimits } from './login-limits.ts'
import { makeUser } from './make-user.ts'
import type { OidcClient, OidcPerson } from './oidc-client.ts'
import { oidcConfirms } from './oidc-confirms.ts'
import type { OidcPurpose } from './oidc-requests.ts'
import { OidcRequests } from './oidc-requests.ts'
import { openSession } from './open-session.ts'
import { renewProof } from './session-token.ts'

type OidcVerb =
  | 'oidc.status'
  | 'oidc.begin'
  | 'oidc.beginLink'
  | 'oidc.link'
  | 'oidc.unlink'
  | 'session.loginByOidc'
  | 'session.confirmByOidc'
  | 'invite.acceptByOidc'

export interface OidcDeps {
  accounts: Accounts
  limits: LoginLimits
  /** How browsers reach the panel. */
  origins: readonly string[]
  /** Writes what a login changes besides itself. */
  audit: (row: Omit<NewAuditRow, 'argv' | 'detail' | 'jobId'>) => void
}

/** The verbs of the OpenID Connect provider: to come in by it, to prove who one is, and to link an account there. */
export function createOidcHandlers({ accounts, limits, origins, audit }: OidcDeps): HandlersOf<OidcVerb> {
  const { auth, store, factors, passkeys, invites, identities } = accounts
  const requests = new OidcRequests()

  function provider(): OidcClient {
    if (accounts.oidc === undefined)
      throw new PanelError('not_found', 'There is no OpenID Connect provider here.', { hint: 'Log in another way.' })
    return accounts.oidc
  }

  /** Who came back, with the request that this browser began for this purpose. */
  async function answered(purpose: OidcPurpose, answer: string, { browserKey }: CallContext) {
    const client = provider()
    const state = new URLSearchParams(answer).get('state')
    const taken = state === null ? 'unknown' : requests.take(state, purpose, browserKey)
    if (taken === 'unknown')
      throw new PanelError('forbidden', 'This login was not begun here, was used already, or took too long.', {
        hint: 'Begin again from the login.',
      })
    if (taken === 'otherBrowser')
      throw new PanelError('forbidden', 'This login was begun in another browser.', {
        hint: 'Begin again from the login, in this one.',
      })
    const person = taken.request.person ?? (await client.whoAnswers(answer, taken.request))
    return { client, person, request: taken.request, askCode: () => taken.again(person) }
  }

  /** The user whom an account at the provider lets in, made or brought up to date where a group is what lets it in. */
  async function userOf({ config }: OidcClient, person: OidcPerson, address: string): Promise<string> {
    const known = identities.find(person)
    identities.noteName(person)
    if (known !== undefined && !known.byGroup) return known.userId
    const role = Role.options.findLast((option) => person.groups.some((group) => config.roles.get(group) === option))
    if (role === undefined) {
      // Out of the group, out of here, also where a session is left.
      if (known !== undefined)
        accounts.changed({ userId: known.userId, sessionIds: store.endOthers(known.userId, null) })
      throw new PanelError('forbidden', `${config.name} knows you as ${person.account}, who is not let in here.`, {
        hint: 'An admin can invite you.',
      })
    }
    if (known === undefined) return makeForGroup(config.name, person, role, address)
    const { userName, role: before } = store.find(known.userId)
    if (before === role) return known.userId
    const words = { verb: 'user.setRole', target: userName, text: `make user ${userName} ${role}, by its group` }
    audit({ ...words, actor: config.name, address, outcome: 'intent' })
    store.setRole(known.userId, role)
    accounts.changed({ userId: known.userId, sessionIds: null })
    audit({ ...words, actor: config.name, address, outcome: 'succeeded' })
    return known.userId
  }

  async function makeForGroup(name: string, person: OidcPerson, role: Role, address: string): Promise<string> {
    const userName = UserName.safeParse(person.userName?.toLowerCase())
    if (!userName.success)
      throw new PanelError('forbidden', `${name} knows you as ${person.account}, which cannot be a user’s name here.`, {
        hint: 'An admin can invite you under another name.',
      })
    if (store.list().some((user) => user.userName === userName.data))
      throw new PanelError('forbidden', `The name ${userName.data} is that of a user here who is not you at ${name}.`, {
        hint: 'If it is yours, log in another way and link the account on your account page.',
      })
    const words = {
      verb: 'user.create',
      target: userName.data,
      text: `create user ${userName.data}, ${role}, by its group`,
    }
    audit({ ...words, actor: name, address, outcome: 'intent' })
    const id = await makeUser(accounts, { userName: userName.data, password: undefined, role })
    try {
      identities.link(id, person, true)
    } catch (error) {
      // Of two at the same moment one comes in.
      store.remove(id)
      throw error
    }
    audit({ ...words, actor: name, address, outcome: 'succeeded' })
    return id
  }

  /** Has this browser go to the provider. */
  async function begin(
    asked: { purpose: OidcPurpose; origin: string; next: string; token?: string | undefined },
    context: CallContext,
  ): Promise<{ url: string }> {
    const client = provider()
    const { purpose, origin, next, token } = asked
    if (!origins.includes(origin))
      throw new PanelError('invalid_input', 'The panel is not reached at this address.', {
        hint: `Open it at ${origins.join(' or ')}.`,
      })
    const { request, browserKey } = requests.begin(
      { purpose, next, token, redirectUri: `${origin}${LINK_PATHS.providerReturn}`, fresh: purpose === 'confirm' },
      context.browserKey,
    )
    const url = await client.addressFor(request)
    context.setBrowserKey(browserKey)
    return { url }
  }

  return {
    'oidc.status': async () => ({ provider: accounts.oidc?.config.name ?? null }),
    'oidc.begin': async (asked, context) => {
      if (asked.purpose === 'invite') {
        limits.check(`link ${context.address}`, context.address)
        if (asked.token === undefined || invites.userOf(asked.token) === undefined) {
          limits.attempt(`link ${context.address}`, context.address)
          throw inviteGone()
        }
      }
      return begin(asked, context)
    },
    'oidc.beginLink': async (asked, context) => begin({ ...asked, purpose: 'link' }, context),
    'session.loginByOidc': async ({ answer, code }, context) => {
      // Nothing here can be guessed; a browser that fails again and again waits nevertheless.
      const from = `provider for ${context.browserKey ?? context.address}`
      limits.check(from, context.address)
      limits.attempt(from, context.address)
      if (store.isEmpty()) throw new PanelError('conflict', 'Cellblock is not set up yet.')
      const { client, person, request, askCode } = await answered('login', answer, context)
      const userId = await userOf(client, person, context.address)
      const { userName } = store.find(userId)
      let strong = client.config.secondFactor === 'provider'
      if (!strong && factors.since(userId) !== null) {
        askCode()
        limits.check(userName, context.address)
        if (code === undefined) {
          limits.withdraw(from, context.address)
          throw new PanelError('reauthenticate', 'Give the code of your authenticator app, too.', {
            fields: [{ path: 'code', message: '' }],
          })
        }
        limits.attempt(userName, context.address)
        if (!(await factors.take(userId, code)))
          throw new PanelError('unauthenticated', 'This code is not right.', {
            fields: [{ path: 'code', message: 'Not the right code, or one that was used already.' }],
          })
        requests.take(request.state, 'login', context.browserKey)
        limits.succeeded(userName, context.address)
        strong = true
      }
      limits.succeeded(from, context.address)
      context.setBrowserKey(null)
      return { actor: await openSession(accounts, userId, context, { strong }), next: request.next }
    },
    'invite.acceptByOidc': async ({ answer }, context) => {
      const { client, person, request } = await answered('invite', answer, context)
      const userId = request.token === undefined ? undefined : invites.userOf(request.token)
      if (userId === undefined) throw inviteGone()
      const asks = linkAsks(accounts, userId)
      if (asks.code || asks.passkey)
        throw new PanelError('conflict', 'This link asks for your second factor, and sets a password.', {
          hint: 'Set one by the link, then link the account on your account page.',
        })
      identities.link(userId, person, false)
      invites.end(userId)
      context.setBrowserKey(null)
      const strong = client.config.secondFactor === 'provider'
      return { actor: await openSession(accounts, userId, context, { strong }), next: request.next }
    },
    'session.confirmByOidc': async ({ answer }, context) => {
      const { actor, sessionId } = visitorOf(context)
      limits.check(actor.userName, context.address)
      limits.attempt(actor.userName, context.address)
      const { client, person, request } = await answered('confirm', answer, context)
      if (identities.find(person)?.userId !== actor.userId)
        throw new PanelError('forbidden', `The account ${person.account} is not the one that is yours here.`, {
          hint: `Log in at ${client.config.name} as ${identities.linkOf(actor.userId)?.account ?? 'yourself'}.`,
        })
      if (!oidcConfirms(accounts, actor.userId))
        throw new PanelError('conflict', 'This asks for the code of your authenticator app.')
      limits.succeeded(actor.userName, context.address)
      renewProof(accounts, sessionId, context, client.config.secondFactor === 'provider')
      context.setBrowserKey(null)
      return { next: request.next }
    },
    'oidc.link': async ({ answer }, context) => {
      const { userId } = visitorOf(context).actor
      const { person, request } = await answered('link', answer, context)
      identities.link(userId, person, false)
      context.setBrowserKey(null)
      const link = identities.linkOf(userId)
      if (link === null) throw new Error('what was linked just now is gone')
      return { link, next: request.next }
    },
    'oidc.unlink': async (_, context) => {
      const { userId } = visitorOf(context).actor
      const link = identities.linkOf(userId)
      if (link === null) throw new PanelError('not_found', 'No account is linked.')
      if (link.byGroup || (passkeys.list(userId).length === 0 && !(await hasPassword(auth, userId))))
        throw new PanelError('conflict', 'This account is your only way in.', {
          hint: link.byGroup ? 'An admin can reset you.' : 'Set a password or add a passkey first.',
        })
      identities.unlink(userId)
      return {}
    },
  }
}
