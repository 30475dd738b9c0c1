import type { z } from 'zod'
import { PanelError } from '@/lib/errors.ts'

/** What a schema found wrong: the first of it in words, all of it by field as the form names them. */
export function invalidInput(error: z.ZodError): PanelError {
  const fields = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const [first] = fields
  return new PanelError('invalid_input', first?.message ?? 'The input is not valid.', {
    hint: `Nothing was changed.${first === undefined || first.path === '' ? '' : ` It is about “${first.path}”.`}`,
    fields: fields.slice(0, 50),
  })
}
