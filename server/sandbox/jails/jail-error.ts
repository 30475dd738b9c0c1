/** What jail(8) prints after `jail: ` before it gives up. */
export class JailError extends Error {
  override name = 'JailError'
}
