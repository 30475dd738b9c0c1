'use client'

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { createJails } from '@/server/panel/actions/jails.ts'
import { parseJailNames } from '@/lib/jail-name.ts'
import { HostNotes } from '../jails/host-notes.tsx'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { CreateProgress } from './create-progress.tsx'
import { NameStep } from './name-step.tsx'
import { NetworkStep } from './network-step.tsx'
import { newJails } from './new-jails.ts'
import { OptionsStep } from './options-step.tsx'
import { previewRefusal, ReviewStep, useCreatePreview } from './review-step.tsx'
import { SourceStep } from './source-step.tsx'
import { StepFrame } from './step-frame.tsx'
import { StepList } from './step-list.tsx'
import { stepTexts } from './step-texts.ts'
import { useEstimate } from './use-estimate.ts'
import { useWizardWorld } from './use-wizard-world.ts'
import { hostNameOf, problemsOfStep, wizardProblems } from './wizard-problems.ts'
import { stepTitles, valueParsers, WIZARD_STEPS, type WizardStep, type WizardValues } from './wizard-values.ts'
import { chosenSource } from './wizard-world.ts'

/**
 * The form of all steps. Its values live here and are mirrored into the address, so that a reload and a shared link
 * show the same and going back loses nothing; what is wrong is worked out anew from the host at every turn.
 */
export function CreateWizard() {
  const [query, setQuery] = useQueryStates({
    ...valueParsers,
    step: parseAsStringLiteral(WIZARD_STEPS).withDefault('name'),
    job: parseAsString,
  })
  const { step: asked, job: jobInAddress, ...fromAddress } = query
  const form = useForm<WizardValues>({ defaultValues: fromAddress })
  // All fields have a default, so none is ever missing.
  const values = useWatch({ control: form.control }) as WizardValues
  const { dirtyFields } = form.formState
  const world = useWizardWorld(values)
  const [tried, setTried] = useState<ReadonlySet<WizardStep>>(new Set())
  /** The job that this page itself has asked for: its end leads on by itself. */
  const [ownJob, setOwnJob] = useState<string>()
  // The router may put the address of before the action back once more; only its reader leaves the job.
  const jobId = jobInAddress ?? ownJob ?? null
  const refusal = useCan('jail:create')
  const create = useChange(createJails, {
    errors: 'inline',
    onSuccess: (job) => {
      setOwnJob(job.id)
      void setQuery({ job: job.id }, { history: 'push' })
    },
  })

  useEffect(() => {
    const onBack = () => setOwnJob(undefined)
    window.addEventListener('popstate', onBack)
    return () => window.removeEventListener('popstate', onBack)
  }, [])
  useEffect(() => {
    // Also where going back has brought an older address with older values.
    void setQuery({ ...values, step: asked, job: jobInAddress ?? jobId }, { history: 'replace' })
  }, [values, asked, jobId, jobInAddress, setQuery])

  const problems = wizardProblems(values, world)
  const wrong = new Set(WIZARD_STEPS.filter((step) => problemsOfStep(step, problems).length > 0))
  // Without names and a source the later steps have nothing to show.
  const missing = (['name', 'source'] as const).find((step) => wrong.has(step))
  const isTooFar = missing !== undefined && WIZARD_STEPS.indexOf(asked) > WIZARD_STEPS.indexOf(missing)
  const step = isTooFar && !create.pending ? missing : asked

  const { names } = parseJailNames(values.names)
  const source = chosenSource(values, world)
  const isReading = values.network === 'shared' && world.proposal === undefined && world.networkError === undefined
  // Never half a request: without what is being read an address would be missing in it.
  const isWhole = !isReading && wrong.size === 0
  const request = step === 'review' && jobId === null && isWhole ? newJails(values, world) : undefined
  const preview = useCreatePreview(request)
  const estimate = useEstimate(step === 'review' ? source : undefined, names.length)

  const go = (next: WizardStep) => {
    create.reset()
    setOwnJob(undefined)
    void setQuery({ step: next, job: null }, { history: 'push' })
  }
  const set = (changed: Partial<WizardValues>) => {
    for (const [key, value] of Object.entries(changed))
      form.setValue(key as keyof WizardValues, value as never, { shouldDirty: true })
  }
  const isShown = (path: string) =>
    tried.has(step) || isTooFar || Boolean(dirtyFields[path.split('.')[0] as keyof WizardValues])
  const problem = (path: string) => (isShown(path) ? problems.get(path) : undefined)
  const props = { values, set, problem, world }

  const submit = () => {
    if (step === 'review') {
      if (request !== undefined && reviewRefusal === undefined) create.run(request)
      return
    }
    if (wrong.has(step)) return setTried(new Set([...tried, step]))
    const next = WIZARD_STEPS[WIZARD_STEPS.indexOf(step) + 1]
    if (next !== undefined) go(next)
  }
  const reviewRefusal =
    refusal ??
    (isReading ? 'It is being checked.' : wrong.size > 0 ? 'Something above needs a change first.' : undefined) ??
    previewRefusal(preview)

  if (jobId !== null)
    return (
      <Frame
        title={names.length === 1 ? 'Create jail' : 'Create jails'}
        list={<StepList current="done" wrong={new Set()} onGo={undefined} />}
      >
        <CreateProgress
          jobId={jobId}
          leadsOn={jobId === ownJob}
          refusal={refusal}
          pending={create.pending}
          error={create.error}
          onRetry={(tags) => {
            const again = newJails(values, world)
            const jails = again?.jails.filter(({ tag }) => tags.includes(tag)) ?? []
            if (again !== undefined && jails.length > 0) create.run({ ...again, jails })
          }}
          onChange={(tags) => {
            const [only] = tags
            set(
              only === undefined
                ? { names: '', ip4: {}, hostName: '' }
                : {
                    names: tags.join(', '),
                    // Of several one is left: what it was to be called inside stays.
                    ...(tags.length === 1 && names.length > 1 ? { hostName: hostNameOf(only, names, values) } : {}),
                  },
            )
            go(only === undefined ? 'name' : 'review')
          }}
        />
      </Frame>
    )

  const { title, text } = stepTexts(step, names, source)
  const previous = WIZARD_STEPS[WIZARD_STEPS.indexOf(step) - 1]
  return (
    <Frame
      title={names.length > 1 ? 'Create jails' : 'Create jail'}
      list={<StepList current={step} wrong={wrong} onGo={go} />}
    >
      <StepFrame
        key={step}
        title={title}
        text={text}
        onBack={previous === undefined ? undefined : () => go(previous)}
        onSubmit={submit}
        next={
          step === 'review'
            ? {
                label: names.length > 1 ? `Create ${names.length} jails` : `Create ${names[0] ?? 'jail'}`,
                refusal: reviewRefusal,
              }
            : {
                label: 'Next',
                refusal: step === 'network' && isReading ? 'The host’s network is being read.' : undefined,
              }
        }
        pending={create.pending}
        estimate={estimate}
        start={
          step === 'review'
            ? { checked: values.start, onChange: (start) => set({ start }), several: names.length > 1 }
            : undefined
        }
      >
        {step === 'name' && <NameStep {...props} />}
        {step === 'source' && <SourceStep {...props} />}
        {step === 'network' && <NetworkStep {...props} networkError={world.networkError} />}
        {step === 'options' && <OptionsStep {...props} />}
        {step === 'review' && isReading && <Skeleton className="h-40" />}
        {step === 'review' && !isReading && wrong.size > 0 && (
          <div className="space-y-2">
            {WIZARD_STEPS.filter((one) => wrong.has(one)).map((one) => (
              <Note
                key={one}
                tone="bad"
                actions={
                  <Button size="sm" onClick={() => go(one)}>
                    To {stepTitles[one].toLowerCase()}
                  </Button>
                }
              >
                {problemsOfStep(one, problems).map((path) => (
                  <p key={path}>{problems.get(path)}</p>
                ))}
              </Note>
            ))}
          </div>
        )}
        {step === 'review' && request !== undefined && (
          <ReviewStep request={request} preview={preview.data} previewError={preview.error} error={create.error} />
        )}
      </StepFrame>
    </Frame>
  )
}

function Frame({ title, list, children }: { title: string; list: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader title={title} crumbs={[{ href: '/jails', label: 'Jails' }]} />
      <HostNotes />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        {list}
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-7">
          <div className="max-w-[830px]">{children}</div>
        </div>
      </div>
    </>
  )
}
