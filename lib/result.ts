import type { WireError } from './errors.ts'

/** Expected failures are values: what a verb, an action or a client call answers. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: WireError }

/** A result that succeeded. */
export const success = <T>(value: T): Result<T> => ({ ok: true, value })

/** A result that failed as expected. */
export const failure = (error: WireError): Result<never> => ({ ok: false, error })
