import { errorChain, PanelError } from '@/lib/errors.ts'
import type { Job, JobLine } from '@/lib/job.ts'
import { shellLine } from '@/lib/job.ts'
import type { CommandResult, RunCommand } from '../run-command.ts'
import { createJobOutput } from './job-output.ts'
import type { JobFailure, JobPlan, JobStep } from './job-plan.ts'

/** Why a running job is ended before it is done: by someone who cancelled it, or by the service's own end. */
export type AbortReason = 'cancelled' | 'shutdown'

export interface JobRunHooks {
  run: RunCommand
  onLines: (lines: JobLine[]) => void
  onProgress: (progress: number) => void
  /** A command began, with its process group; undefined: it ended. */
  onProcess: (pid: number | undefined) => void
  log: (message: string) => void
}

export type JobOutcome = Pick<Job, 'state' | 'exitCode' | 'failure'> & { truncated: boolean }

/** What a job says that was running when the service ended. */
export const INTERRUPTED: JobFailure = {
  message: 'The jail service ended while this ran.',
  hint: 'The tables show what the host looks like now. Try again; remove first what is half-made.',
}

/**
 * Runs a plan to its end: check, commands in order, a look at the host, and cleaning up where it did not succeed. Never
 * throws: whatever happens is the job's outcome.
 */
export async function runPlan(plan: JobPlan, signal: AbortSignal, hooks: JobRunHooks): Promise<JobOutcome> {
  const output = createJobOutput(hooks.onLines)
  let last: CommandResult | undefined

  const runStep = async ({ argv, timeoutMs }: JobStep, within?: AbortSignal): Promise<CommandResult> => {
    output.note('command', shellLine(argv))
    try {
      return await hooks.run(argv, {
        timeoutMs,
        ...(within === undefined ? {} : { signal: within }),
        onStart: hooks.onProcess,
        onLine: (piece) => {
          output.add(piece)
          const progress = plan.progress?.(piece.text)
          if (progress !== undefined) hooks.onProgress(progress)
        },
      })
    } finally {
      hooks.onProcess(undefined)
    }
  }
  const failureOf = (error: unknown): JobFailure => {
    hooks.log(`${plan.title}: ${errorChain(error)}`)
    if (error instanceof PanelError)
      return { message: error.message, hint: error.detail.hint ?? 'Look at the table and try again.' }
    return { message: 'Something went wrong inside the jail service.', hint: 'Its log has the details.' }
  }
  /** Removes what is half-made. It runs to its end even when the job was cancelled. */
  const cleanUp = async () => {
    try {
      for (const step of (await plan.cleanUp?.()) ?? []) await runStep(step)
    } catch (error) {
      failureOf(error)
      output.note('stderr', 'Cleaning up failed; something half-made may be left.')
    }
  }
  const outcome = async (): Promise<Omit<JobOutcome, 'truncated'>> => {
    let failure: JobFailure | undefined
    try {
      await plan.precheck?.()
      for (const step of plan.steps) {
        if (signal.aborted) break
        last = await runStep(step, signal)
        if (last.exitCode !== 0) break
      }
    } catch (error) {
      failure = failureOf(error)
      if (last === undefined && !signal.aborted) return { state: 'failed', exitCode: null, failure }
    }
    const exitCode = last?.exitCode ?? null
    if (signal.aborted) {
      if (last !== undefined) await cleanUp()
      if (signal.reason === 'shutdown') return { state: 'interrupted', exitCode, failure: INTERRUPTED }
      return { state: 'cancelled', exitCode, failure: null }
    }
    try {
      failure ??= await plan.verify({ exitCode, output: output.text() })
    } catch (error) {
      failure = failureOf(error)
    }
    if (failure !== undefined) await cleanUp()
    if (last?.cutShort === 'timeout') return { state: 'timed_out', exitCode, failure: tookTooLong(failure) }
    if (last?.cutShort === 'too_much_output' && failure !== undefined) failure = printedTooMuch(failure)
    return { state: failure === undefined ? 'succeeded' : 'failed', exitCode, failure: failure ?? null }
  }

  const ended = await outcome()
  output.flush()
  return { ...ended, truncated: output.truncated }
}

const tookTooLong = (failure: JobFailure | undefined): JobFailure =>
  failure === undefined
    ? {
        message: 'The command hung and was ended, yet the host shows what was asked for.',
        hint: 'Its output may tell what it waited for.',
      }
    : { message: `The command took too long and was ended. ${failure.message}`, hint: failure.hint }

const printedTooMuch = ({ message, hint }: JobFailure): JobFailure => ({
  message: `The command printed without end and was ended. ${message}`,
  hint,
})
