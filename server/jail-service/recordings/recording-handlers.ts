import { createReadStream } from 'node:fs'
import { PanelError } from '@/lib/errors.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Streams } from '../streams/streams.ts'
import type { Recordings } from './recordings.ts'

export type RecordingVerb = 'recording.list' | 'recording.open' | 'recording.policy' | 'recording.setPolicy'

/** The verbs about recordings; rights were checked and the look at one was audited before. */
export function createRecordingHandlers(deps: {
  recordings: Recordings
  streams: Streams
  changed(): void
}): HandlersOf<RecordingVerb> {
  const { recordings, streams } = deps
  return {
    'recording.list': async (query) => recordings.list(query),
    'recording.open': async ({ id }, { sessionId }) => {
      if (sessionId === null) throw new PanelError('unauthenticated', 'This needs a session.')
      const { path, name } = recordings.file(id)
      return {
        ticket: streams.offer(sessionId, {
          kind: 'fetch',
          name,
          type: 'application/x-asciicast',
          bytes: undefined, // one that goes on grows meanwhile
          open: () => createReadStream(path),
          done: () => undefined,
        }),
      }
    },
    'recording.policy': async () => recordings.policy(),
    'recording.setPolicy': async (policy) => {
      recordings.setPolicy(policy)
      deps.changed()
      return policy
    },
  }
}
