import path from 'node:path'
import { z } from 'zod'
import { Role } from '@/lib/capabilities.ts'
import { readOwnFile, readSecretFile } from '../own-file.ts'
import { StartRefusal } from '../start-refusal.ts'

/** The OpenID Connect provider, as a file of root's names it. */
const OidcFile = z.strictObject({
  /** On the button: “Continue with NAME”. */
  name: z.string().trim().min(1).max(40),
  issuer: z.url(),
  clientId: z.string().min(1).max(300),
  /** Relative to the file. */
  clientSecretFile: z.string().min(1),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'not a scope (RFC 6749, 3.3)'))
    .default(['openid', 'profile']),
  /** Claim that becomes the name of a user who is made for a group. */
  userNameClaim: z.string().min(1).default('preferred_username'),
  groupsClaim: z.string().min(1).default('groups'),
  /** Who is let in without an invitation: a group at the provider, and the role that it has here. */
  roles: z.record(z.string(), Role).default({}),
  /** Whether logins there count as two factors, or the second one is asked for here. */
  secondFactor: z.enum(['here', 'provider']).default('here'),
})

export interface OidcConfig extends Omit<z.infer<typeof OidcFile>, 'clientSecretFile' | 'roles' | 'issuer'> {
  issuer: URL
  clientSecret: string
  /** Role by group. */
  roles: ReadonlyMap<string, Role>
}

/** Names of this machine for itself. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether a program may ask at this address: over TLS, or on this machine, which is for tests. */
export const isSafeAddress = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))

/** Reads the file that names the provider; throws StartRefusal in one sentence. */
export function readOidcConfig(file: string): OidcConfig {
  const text = readOwnFile(file)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new StartRefusal(`${file} is no JSON.`)
  }
  const parsed = OidcFile.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StartRefusal(`${file}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'it is not right'}.`)
  }
  const { clientSecretFile, roles, issuer, ...rest } = parsed.data
  const url = new URL(issuer)
  if (!isSafeAddress(url)) throw new StartRefusal(`${file}: the issuer must be an https address, not ${issuer}.`)
  if (url.search !== '' || url.hash !== '' || url.username !== '')
    throw new StartRefusal(
      `${file}: the issuer is an address without query, fragment and user (OpenID Connect Discovery).`,
    )
  const secretFile = path.resolve(path.dirname(file), clientSecretFile)
  const clientSecret = readSecretFile(secretFile).trim()
  if (clientSecret === '') throw new StartRefusal(`${secretFile} is empty: it holds the client secret.`)
  const scopes = rest.scopes.includes('openid') ? rest.scopes : ['openid', ...rest.scopes]
  return { ...rest, scopes, issuer: url, clientSecret, roles: new Map(Object.entries(roles)) }
}
