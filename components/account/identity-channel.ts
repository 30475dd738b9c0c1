'use client'

/** Pages of one browser hear here that a window beside them proved at the provider who one is. */
const NAME = 'cellblock-identity'

/** Tells the other pages. */
export function tellConfirmed(): void {
  const channel = new BroadcastChannel(NAME)
  // A channel is of one origin, and has no other to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage('confirmed')
  channel.close()
}

/** Calls `listener` when another page tells so; returns the way to stop. */
export function onConfirmed(listener: () => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.addEventListener('message', listener)
  return () => channel.close()
}
