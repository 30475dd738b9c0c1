import { z } from 'zod'
import { Role } from './capabilities.ts'
import { JailScope, TagPattern } from './jail-scope.ts'

/** Longest and shortest password, in characters (security.md, section 3). */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 128

/** How long a link to set a password works, in hours. */
export const INVITE_HOURS = 72

export const UserName = z
  .string()
  .min(1, 'Give a user name.')
  .max(32, 'A user name has at most 32 characters.')
  .regex(
    /^[a-z][a-z0-9_-]*$/,
    'A user name starts with a lower-case letter and has letters, digits, dashes and underscores.',
  )
export const Password = z
  .string()
  .min(PASSWORD_MIN, `A password has at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `A password has at most ${PASSWORD_MAX} characters.`)

/** Who asks: the session's user with the role as the service sees it at this moment. */
export const Actor = z.object({
  userId: z.string(),
  userName: z.string(),
  role: Role,
  /** Patterns of tags that a jail must fit, all of them; none: every jail. */
  jailLimits: z.array(z.array(TagPattern)).optional(),
  /** Whether consoles may be opened; undefined: as the role says. */
  consoles: z.boolean().optional(),
  /** Name of the API token that speaks for the user. */
  token: z.string().optional(),
  /** What the session has to do before anything else, since its role must have a second factor: set one up, or show it. */
  secondStep: z.enum(['setUp', 'confirm']).optional(),
})
export type Actor = z.infer<typeof Actor>

export const User = z.object({
  id: z.string(),
  userName: z.string(),
  role: Role,
  createdAt: z.string(),
  lastLoginAt: z.string().nullable(),
  /** Until when the user's link to set a password works; null: there is none. */
  inviteUntil: z.string().nullable(),
  /** Whether logins ask for a code of an authenticator app. */
  totp: z.boolean(),
  /** How many passkeys the user has. */
  passkeys: z.number().int(),
  /** How the user comes in by the OpenID Connect provider: linked to an account there, or by its group; null: not at all. */
  oidc: z.enum(['linked', 'group']).nullable(),
  /** The jails that the user is limited to; null: all. */
  jails: JailScope,
  /** Whether the user may open consoles; null: as the role says. */
  consoles: z.boolean().nullable(),
})
export type User = z.infer<typeof User>

/** A six-digit code of an authenticator app, or a recovery code; blanks and dashes are for the eye. */
export const LoginCode = z
  .string()
  .max(32)
  .transform((text) => text.replaceAll(/[\s-]/g, '').toLowerCase())
  .pipe(
    z
      .string()
      .regex(/^(\d{6}|[a-z2-7]{16})$/, 'A code has six digits; a recovery code has sixteen letters and digits.'),
  )

/** How many recovery codes one gets; each works once. */
export const RECOVERY_CODES = 10

/** The second factors of which a link that sets a password wants one, too: those that a reset has left. */
export const LinkAsks = z.object({ code: z.boolean(), passkey: z.boolean() })
export type LinkAsks = z.infer<typeof LinkAsks>

/** A passkey (WebAuthn credential) of a user. */
export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
})
export type Passkey = z.infer<typeof Passkey>

/** What a browser answers when it made or used a passkey, as JSON (WebAuthn 3, 5.1); looked into by the service's library. */
export const PasskeyAnswer = z.strictObject({
  id: z.string().max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.string().max(40).optional(),
})
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>

/** An account at the OpenID Connect provider that lets a user in here. */
export const OidcLink = z.object({
  /** The account's name there. */
  account: z.string(),
  since: z.string(),
  /** The user was made for a group there, and has its role from it. */
  byGroup: z.boolean(),
})
export type OidcLink = z.infer<typeof OidcLink>

/** Who must have a second factor. */
export const SecondFactorPolicy = z.strictObject({ roles: z.array(Role).max(Role.options.length) })
export type SecondFactorPolicy = z.infer<typeof SecondFactorPolicy>

/** How one's own account is protected. */
export const OwnFactors = z.object({
  password: z.boolean(),
  /** Since when codes of an authenticator app are asked for; null: they are not. */
  totpSince: z.string().nullable(),
  recoveryCodesLeft: z.number().int(),
  passkeys: z.array(Passkey),
  /** Why no passkey can be added here, in one sentence; null: one can. */
  passkeysRefusal: z.string().nullable(),
  /** Whether the own role must have a second factor. */
  secondFactorRequired: z.boolean(),
  oidc: z.object({
    /** Name of the OpenID Connect provider; null: there is none. */
    provider: z.string().nullable(),
    link: OidcLink.nullable(),
    /** Whether a login there proves as much as is asked for here. */
    confirms: z.boolean(),
  }),
})
export type OwnFactors = z.infer<typeof OwnFactors>

/** A key for a program that speaks for its user. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  /** It can do no more than this, and no more than its user. */
  role: Role,
  jails: JailScope,
  /** It may do what asks people who they are, like destroying jails. */
  unattended: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  lastAddress: z.string(),
})
export type ApiToken = z.infer<typeof ApiToken>

export const SessionInfo = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
  address: z.string(),
  userAgent: z.string(),
})
export type SessionInfo = z.infer<typeof SessionInfo>

/** JSON lines, or comma separated values (RFC 4180). */
export const AuditFormat = z.enum(['jsonl', 'csv'])
export type AuditFormat = z.infer<typeof AuditFormat>

export const AuditRow = z.object({
  seq: z.number().int(),
  at: z.string(),
  actor: z.string(),
  address: z.string(),
  /** Verb of the contract: `jail.start`, `console.open`, `session.login`. */
  verb: z.string(),
  target: z.string(),
  /** What was asked, in words from the contract's table. */
  text: z.string(),
  argv: z.array(z.array(z.string())),
  outcome: z.enum(['intent', 'succeeded', 'failed', 'refused']),
  /** Code and message of a failure; empty otherwise. */
  detail: z.string(),
  jobId: z.string().nullable(),
})
export type AuditRow = z.infer<typeof AuditRow>
