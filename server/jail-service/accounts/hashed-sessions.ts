import type { getAdapter } from 'better-auth/db/adapter'
import { tokenDigest, tokenDigests } from './token-digest.ts'

type Adapter = Awaited<ReturnType<typeof getAdapter>>
type Where = { field: string; value: unknown; operator?: string }

/** A condition on tokens as one on what they may lie there as. */
const hashWhere = (where: readonly Where[] | undefined): Where[] | undefined =>
  where?.map((condition) =>
    condition.field === 'token'
      ? {
          ...condition,
          operator: 'in',
          value: [condition.value].flat().flatMap((token) => tokenDigests(String(token))),
        }
      : condition,
  )

/** The one token that a query names: its row is answered with that, so that the library sees what it gave. */
const namedToken = (where: readonly Where[] | undefined): string | undefined => {
  const value = where?.find(({ field }) => field === 'token')?.value
  return typeof value === 'string' ? value : undefined
}

function withToken<Row>(row: Row, token: string | undefined): Row {
  return row !== null && typeof row === 'object' && token !== undefined && 'token' in row ? { ...row, token } : row
}

/**
 * A database adapter of better-auth that keeps session tokens as hashes; the library itself would keep them in clear. What
 * is read by anything but a token has the hash in the token's place, which is of no use to anyone.
 */
export function hashedSessions(inner: Adapter): Adapter {
  type Call = { model: string; where?: Where[]; data?: Record<string, unknown>; update?: Record<string, unknown> }
  const wrapped = { ...inner } as unknown as Record<string, (call: Call) => Promise<unknown>>
  const methods = inner as unknown as Record<string, (call: Call) => Promise<unknown>>
  for (const name of ['findOne', 'findMany', 'count', 'update', 'updateMany', 'delete', 'deleteMany', 'consumeOne']) {
    const method = methods[name]
    if (method === undefined) continue
    wrapped[name] = async (call) => {
      if (call.model !== 'session') return method(call)
      const token = namedToken(call.where)
      const found = await method({
        ...call,
        ...(call.where === undefined ? {} : { where: hashWhere(call.where) ?? [] }),
      })
      return Array.isArray(found) ? found.map((row: unknown) => withToken(row, token)) : withToken(found, token)
    }
  }
  wrapped.create = async (call) => {
    if (call.model !== 'session') return (methods.create as (call: Call) => Promise<unknown>)(call)
    const token = String(call.data?.token)
    const row = await (methods.create as (call: Call) => Promise<unknown>)({
      ...call,
      data: { ...call.data, token: tokenDigest(token) },
    })
    return withToken(row, token)
  }
  const adapter = wrapped as unknown as Adapter
  adapter.transaction = (callback) => inner.transaction((within) => callback(hashedSessions(within as Adapter)))
  return adapter
}
