import type { z } from 'zod'
import { PanelError } from '@/lib/errors.ts'

/** What a schema found wrong, by field as the form names them. */
export function invalidInput(error: z.ZodError): PanelError {
  const fields = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const [first] = fields
  const place = first === undefined || first.path === '' ? '' : `${first.path}: `
  return new PanelError('invalid_input', first === undefined ? 'The input is not valid.' : `${place}${first.message}`, {
    fields: fields.slice(0, 50),
  })
}
