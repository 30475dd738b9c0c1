/** An id for a change, made before it is sent: sent twice, done once. */
export function newChangeId(): string {
  // randomUUID exists in secure contexts only, and Cellblock's own pages are always one; see SESSION_COOKIE.
  return crypto.randomUUID()
}
