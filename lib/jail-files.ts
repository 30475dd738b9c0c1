import { z } from 'zod'

/** Largest file that is moved through the panel, in bytes: 8 GiB. */
export const FILE_MAX_BYTES = 8 * 1024 ** 3

/** Absolute path of a file inside a jail. */
export const JailPath = z
  .string()
  .max(1_000, 'At most 1,000 characters.')
  .regex(/^\//, 'A path in a jail starts with a slash.')
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'No control characters.')
  .refine((path) => !path.endsWith('/'), 'Name the file, not only its folder.')
