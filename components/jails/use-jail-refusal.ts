'use client'

import type { Capability, JailVerb } from '@/lib/capabilities.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import type { Jail } from '@/lib/jail.ts'
import { activityOf, useActiveJobs } from '../live/use-live-data.ts'
import { useRefusal } from '../live/use-rights.ts'

/** The right that each of a jail's verbs asks for, as the contract has it. */
const rights: Record<JailVerb, Capability> = {
  start: 'jail:start',
  stop: 'jail:stop',
  restart: 'jail:stop',
  openConsole: 'jail:console',
  configure: 'jail:configure',
  convertToTemplate: 'jail:configure',
  convertToJail: 'jail:configure',
  createFrom: 'jail:create',
  destroy: 'jail:destroy',
}

/**
 * Why something cannot be done to a jail now: the person's role, the connection, a job that is at it, its state; undefined
 * when it can. Goes straight into a button's `disabledReason`.
 */
export function useJailRefusal(): (verb: JailVerb, jail: Jail) => string | undefined {
  const refusalOf = useRefusal()
  const active = useActiveJobs()
  return (verb, jail) => {
    const job = active.get(jail.id)
    const changes = verb !== 'openConsole' && verb !== 'createFrom'
    return (
      refusalOf(rights[verb]) ??
      (changes && job !== undefined ? busyText(jail.tag, activityOf(job)) : undefined) ??
      jailRefusal(verb, jail)
    )
  }
}

const busyText = (tag: string, word: string): string =>
  word === 'waiting' ? `A job of ${tag} waits for its turn.` : `${tag} is ${word}. Wait until that is done.`
