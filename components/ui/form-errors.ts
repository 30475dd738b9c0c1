import type { WireError } from '@/lib/errors.ts'

/** What a failed request says about one field. */
export const fieldError = (error: WireError | undefined, path: string): string | undefined =>
  error?.fields?.find((field) => field.path === path)?.message

/** What a failed request says about the whole form: its message and hint, unless fields say it all. */
export function formError(error: WireError | undefined): string | undefined {
  if (error === undefined || (error.fields?.length ?? 0) > 0) return undefined
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
}
