/** How the page stands to the host. */
export type Connection =
  | { phase: 'live' }
  /** The stream broke; the page tries again by itself. `since` in ms. */
  | { phase: 'reconnecting'; since: number }
  /** Nothing was heard for so long that what is shown must be called old. */
  | { phase: 'gone'; since: number }

/** After this long without a stream the data is called old, in milliseconds. */
export const GONE_AFTER_MS = 10_000

/** Why nothing can be changed now; undefined when it can. */
export function connectionRefusal(connection: Connection): string | undefined {
  switch (connection.phase) {
    case 'live':
      return undefined
    case 'reconnecting':
      return 'The connection to the host is being restored.'
    case 'gone':
      return 'There is no connection to the host. What is shown may be old.'
  }
}
