import { z } from 'zod'
import {
  Actor,
  ApiToken,
  AuditFormat,
  AuditRow,
  LinkAsks,
  LoginCode,
  OidcLink,
  OwnFactors,
  Passkey,
  PasskeyAnswer,
  Password,
  SecondFactorPolicy,
  SessionInfo,
  User,
  UserName,
} from '../account.ts'
import { Role } from '../capabilities.ts'
import { JailScope } from '../jail-scope.ts'
import { OwnPath } from '../own-path.ts'
import { change, read } from './verb.ts'

const Nothing = z.strictObject({})
const Done = z.object({})
/** A login sets the session's cookie on the answer; the body never holds a token. */
const SignedIn = z.object({ actor: Actor })
/** Made and read by WebAuthn's own libraries on either side. */
const WebAuthnOptions = z.record(z.string(), z.unknown())
const PasskeyName = z.string().trim().min(1, 'Give the passkey a name.').max(60)
const InviteToken = z.string().max(100)
const Invited = z.object({ user: User, token: z.string() })
/** Shown once: only their digests are kept. */
const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
/** Which rows of the audit: all conditions must hold. */
const auditFilter = {
  /** Anywhere in a row. */
  search: z.string().max(200).optional(),
  outcome: AuditRow.shape.outcome.optional(),
  /** Who asked; a name without its token finds its tokens, too. */
  actor: z.string().max(100).optional(),
  verb: z.string().max(60).optional(),
  /** Jail, user or release that it was about. */
  target: z.string().max(250).optional(),
  /** ISO times. */
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
}
/** How a browser reaches the panel: one of the service's own origins. */
const OwnOrigin = z.string().max(300)
/** What the provider sent a browser back with: a query string. */
const OidcAnswer = z.string().max(4_096)
const noTarget = (text: string) => () => ({ target: '', text })

export const accountVerbs = {
  /** Whether an account exists yet: decides between set-up and login. */
  'setup.status': read('anyone', Nothing, z.object({ needed: z.boolean() })),
  'setup.complete': change(
    'anyone',
    z.strictObject({ token: z.string().max(200), userName: UserName, password: Password }),
    SignedIn,
    ({ userName }) => ({ target: userName, text: `set up the first admin ${userName}` }),
  ),
  'session.login': change(
    'anyone',
    /** Without its code an account that has one answers `reauthenticate` with the field `code`, once the password is right. */
    z.strictObject({ userName: z.string().max(64), password: z.string().max(256), code: LoginCode.optional() }),
    SignedIn,
    ({ userName }) => ({ target: userName, text: 'log in' }),
  ),
  /** What a browser needs to use a passkey: for a login, or to prove once more who one is. */
  'passkey.challenge': read('anyone', Nothing, z.object({ options: WebAuthnOptions })),
  'session.loginByPasskey': change('anyone', z.strictObject({ passkey: PasskeyAnswer }), SignedIn, () => ({
    target: '',
    text: 'log in by a passkey',
  })),
  /** Name of the OpenID Connect provider by which one may come in; null: there is none. */
  'oidc.status': read('anyone', Nothing, z.object({ provider: z.string().nullable() })),
  /** Where a browser goes to log in at the provider; its answer comes back for one use, to this browser. */
  'oidc.begin': change(
    'anyone',
    z.strictObject({
      origin: OwnOrigin,
      purpose: z.enum(['login', 'invite', 'confirm']),
      /** Where to go afterwards. */
      next: OwnPath.default('/'),
      /** Of the link that invites a user; for that purpose only. */
      token: InviteToken.optional(),
    }),
    z.object({ url: z.url() }),
    ({ purpose }) => ({ target: '', text: `go to the OpenID Connect provider: ${purpose}` }),
  ),
  /** As `session.login`: an account that has an authenticator app answers `reauthenticate` first. */
  'session.loginByOidc': change(
    'anyone',
    z.strictObject({ answer: OidcAnswer, code: LoginCode.optional() }),
    z.object({ actor: Actor, next: OwnPath }),
    () => ({ target: '', text: 'log in by the OpenID Connect provider' }),
  ),
  'session.confirmByOidc': change(
    'account:own',
    z.strictObject({ answer: OidcAnswer }),
    z.object({ next: OwnPath }),
    noTarget('confirm who it is by the OpenID Connect provider'),
  ),
  'oidc.beginLink': change(
    'account:secure',
    z.strictObject({ origin: OwnOrigin, next: OwnPath.default('/') }),
    z.object({ url: z.url() }),
    noTarget('go to the OpenID Connect provider: link'),
  ),
  /** From now on the account at the provider lets in this user. */
  'oidc.link': change(
    'account:secure',
    z.strictObject({ answer: OidcAnswer }),
    z.object({ link: OidcLink, next: OwnPath }),
    noTarget('log in by the OpenID Connect provider, too'),
  ),
  'oidc.unlink': change('account:secure', Nothing, Done, noTarget('log in without the OpenID Connect provider')),
  'session.logout': change('account:own', Nothing, Done, noTarget('log out')),
  /** Proves once more who one is: by a code where the account has an authenticator app, else by the password. */
  'session.confirm': change(
    'account:own',
    z.strictObject({
      password: z.string().max(256).optional(),
      code: LoginCode.optional(),
      passkey: PasskeyAnswer.optional(),
    }),
    Done,
    noTarget('confirm who it is'),
  ),
  'session.list': read('account:own', Nothing, z.object({ sessions: z.array(SessionInfo) })),
  /** Whoever took over one session must not throw its owner out of the others; one's own ends by `session.logout`. */
  'session.end': change('account:secure', z.strictObject({ id: z.string().max(100) }), Done, ({ id }) => ({
    target: id,
    text: 'end a session',
  })),
  'session.endOthers': change('account:secure', Nothing, Done, noTarget('end all other sessions')),
  'account.me': read('account:own', Nothing, z.object({ actor: Actor })),
  /** `current` is not looked at where there is no password yet. */
  'account.changePassword': change(
    'account:own',
    z.strictObject({ current: z.string().max(256), next: Password }),
    Done,
    noTarget('change the own password'),
  ),
  /** For who has a passkey: it is the only way in from then on. */
  'account.removePassword': change('account:secure', Nothing, Done, noTarget('log in without a password from now on')),
  /** What a browser needs to make a passkey. */
  'passkey.begin': change(
    'account:secure',
    Nothing,
    z.object({ options: WebAuthnOptions }),
    noTarget('begin to add a passkey'),
  ),
  'passkey.add': change(
    'account:secure',
    z.strictObject({ name: PasskeyName, passkey: PasskeyAnswer }),
    Passkey,
    ({ name }) => ({ target: name, text: `add the passkey ${name}` }),
  ),
  'passkey.remove': change('account:secure', z.strictObject({ id: z.string().max(1_400) }), Done, ({ id }) => ({
    target: id,
    text: 'remove a passkey',
  })),
  'token.list': read('account:own', Nothing, z.object({ tokens: z.array(ApiToken) })),
  /** A key for a program; shown once. */
  'token.create': change(
    'account:secure',
    z.strictObject({
      name: z.string().trim().min(1, 'Give the token a name.').max(60),
      role: Role,
      jails: JailScope,
      unattended: z.boolean(),
      /** null: it never ends. */
      days: z.int().min(1).max(366).nullable(),
    }),
    z.object({ token: z.string(), info: ApiToken }),
    ({ name, role, jails, unattended }) => ({
      target: name,
      text: `make the API token ${name}, ${role}${jails === null ? '' : `, for ${jails.join(' ')}`}${unattended ? ', unattended' : ''}`,
    }),
  ),
  'token.remove': change('account:own', z.strictObject({ id: z.string().max(100) }), Done, ({ id }) => ({
    target: id,
    text: 'remove an API token',
  })),
  'account.factors': read('account:own', Nothing, OwnFactors),
  /** A new secret for an authenticator app; nothing is asked for before `totp.enable` proves that the app has it. */
  'totp.begin': change(
    'account:secure',
    Nothing,
    z.object({ /** base32, as apps take it */ secret: z.string(), uri: z.string() }),
    noTarget('begin to set up an authenticator app'),
  ),
  'totp.enable': change(
    'account:secure',
    z.strictObject({ code: LoginCode }),
    RecoveryCodes,
    noTarget('log in with an authenticator app from now on'),
  ),
  'totp.disable': change('account:secure', Nothing, Done, noTarget('log in without the authenticator app from now on')),
  'totp.newRecoveryCodes': change('account:secure', Nothing, RecoveryCodes, noTarget('make new recovery codes')),
  'user.list': read('user:manage', Nothing, z.object({ users: z.array(User) })),
  'user.create': change(
    'user:manage',
    z.strictObject({ userName: UserName, password: Password, role: Role }),
    User,
    ({ userName, role }) => ({ target: userName, text: `create user ${userName}, ${role}` }),
  ),
  /** A user without a password yet, and the link's token with which they set one; shown once. */
  'user.invite': change(
    'user:manage',
    z.strictObject({ userName: UserName, role: Role }),
    Invited,
    ({ userName, role }) => ({ target: userName, text: `invite user ${userName}, ${role}` }),
  ),
  /** For who lost the password: it ends with sessions and API tokens, and the link's token sets a new one. */
  'user.reset': change(
    'user:manage',
    z.strictObject({
      id: z.string().max(100),
      /** For who lost the device, too: without it the link asks for the app's code or a passkey. */
      endSecondFactors: z.boolean().default(false),
    }),
    Invited,
    ({ id, endSecondFactors }) => ({
      target: id,
      text: `reset user ${id}${endSecondFactors ? ', second factors too' : ''}`,
    }),
  ),
  /** Whose link this is, and what it wants beside a new password; `not_found` when it was used, replaced or is too old. */
  'invite.status': read(
    'anyone',
    z.strictObject({ token: InviteToken }),
    z.object({ userName: z.string(), asks: LinkAsks }),
  ),
  'invite.accept': change(
    'anyone',
    z.strictObject({
      ...{ token: InviteToken, password: Password },
      /** One of the second factors that the user has; see `invite.status`. */
      code: LoginCode.optional(),
      passkey: PasskeyAnswer.optional(),
    }),
    SignedIn,
    () => ({ target: '', text: 'set a password by a link' }),
  ),
  /** As `invite.accept`, with an account at the provider in place of a password. */
  'invite.acceptByOidc': change(
    'anyone',
    z.strictObject({ answer: OidcAnswer }),
    z.object({ actor: Actor, next: OwnPath }),
    () => ({ target: '', text: 'come in by a link and the OpenID Connect provider' }),
  ),
  'user.policy': read('user:manage', Nothing, SecondFactorPolicy),
  /** Who must have a second factor: sessions without it can do nothing else until they have it. */
  'user.setPolicy': change('user:manage', SecondFactorPolicy, SecondFactorPolicy, ({ roles }) => ({
    target: '',
    text: roles.length === 0 ? 'ask no role for a second factor' : `ask for a second factor: ${roles.join(', ')}`,
  })),
  /** Limits a user to some jails, and says whether consoles are theirs to open. */
  'user.setLimits': change(
    'user:manage',
    z.strictObject({ id: z.string().max(100), jails: JailScope, consoles: z.boolean().nullable() }),
    User,
    ({ id, jails, consoles }) => ({
      target: id,
      text: `limit user ${id} to ${jails === null ? 'all jails' : jails.join(' ')}, consoles ${consoles === null ? 'by role' : consoles ? 'yes' : 'no'}`,
    }),
  ),
  'user.setRole': change(
    'user:manage',
    z.strictObject({ id: z.string().max(100), role: Role }),
    User,
    ({ id, role }) => ({
      target: id,
      text: `make user ${id} ${role}`,
    }),
  ),
  /** For a user who forgot theirs; ends all of that user's sessions. */
  'user.setPassword': change(
    'user:manage',
    z.strictObject({ id: z.string().max(100), password: Password }),
    Done,
    ({ id }) => ({ target: id, text: `set the password of user ${id}` }),
  ),
  'user.remove': change('user:manage', z.strictObject({ id: z.string().max(100) }), Done, ({ id }) => ({
    target: id,
    text: `remove user ${id}`,
  })),
  'audit.list': read(
    'audit:read',
    z.strictObject({
      ...auditFilter,
      /** Rows older than this sequence number, for the next page. */
      before: z.int().optional(),
      limit: z.int().min(1).max(200).default(100),
    }),
    z.object({ rows: z.array(AuditRow), more: z.boolean() }),
  ),
  /** A piece of the log as a file holds it, oldest first; `next` is where to go on, null at its end. */
  'audit.export': read(
    'audit:read',
    z.strictObject({
      ...auditFilter,
      format: AuditFormat,
      /** Rows after this sequence number. */
      after: z.int().min(0).default(0),
    }),
    z.object({ text: z.string(), rows: z.number().int(), next: z.number().int().nullable() }),
  ),
  /** Walks the hash chain: `brokenAt` is the first row that does not follow from the one before, null when all do. */
  'audit.verify': read(
    'audit:read',
    Nothing,
    z.object({ rows: z.number().int(), brokenAt: z.number().int().nullable() }),
  ),
}
