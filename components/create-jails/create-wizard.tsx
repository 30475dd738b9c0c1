'use client'

import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { createJails } from '@/server/panel/actions/jails.ts'
import { parseJailNames } from '@/lib/jail-name.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { PageHeader } from '../ui/page-header.tsx'
import { CreateProgress } from './create-progress.tsx'
import { NameStep } from './name-step.tsx'
import { NetworkStep } from './network-step.tsx'
import { newJails } from './new-jails.ts'
import { OptionsStep } from './options-step.tsx'
import { previewRefusal, ReviewStep, usePreview } from './review-step.tsx'
import { SourceStep } from './source-step.tsx'
import { StepFrame } from './step-frame.tsx'
import { StepList } from './step-list.tsx'
import { stepTexts } from './step-texts.ts'
import { useWizardWorld } from './use-wizard-world.ts'
import { problemsOfStep, wizardProblems } from './wizard-problems.ts'
import { valueParsers, WIZARD_STEPS, type WizardStep, type WizardValues } from './wizard-values.ts'
import { chosenSource } from './wizard-world.ts'

const serialize = createSerializer(valueParsers)

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
  const { step: asked, job: jobId, ...fromAddress } = query
  const form = useForm<WizardValues>({ defaultValues: fromAddress })
  const values = form.watch()
  const world = useWizardWorld(values)
  const [tried, setTried] = useState<ReadonlySet<WizardStep>>(new Set())
  /** The job that this page itself has asked for: its end leads on by itself. */
  const [ownJob, setOwnJob] = useState<string>()
  const refusal = useCan('jail:create')
  const create = useChange(createJails, {
    errors: 'inline',
    onSuccess: (job) => {
      setOwnJob(job.id)
      void setQuery({ job: job.id }, { history: 'push' })
    },
  })

  const mirrored = serialize(values)
  useEffect(() => {
    void setQuery(values, { history: 'replace' })
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `mirrored` is what these values are in the address
  }, [mirrored, asked, jobId, setQuery])

  const problems = wizardProblems(values, world)
  const wrong = new Set(WIZARD_STEPS.filter((step) => problemsOfStep(step, problems).length > 0))
  // Without names and a source the later steps have nothing to show.
  const missing = (['name', 'source'] as const).find((step) => wrong.has(step))
  const isTooFar = missing !== undefined && WIZARD_STEPS.indexOf(asked) > WIZARD_STEPS.indexOf(missing)
  const step = isTooFar && !create.pending ? missing : asked

  const { names } = parseJailNames(values.names)
  const source = chosenSource(values, world)
  const request = step === 'review' && jobId === null ? newJails(values, world) : undefined
  const preview = usePreview(request)

  const go = (next: WizardStep) => {
    create.reset()
    void setQuery({ step: next, job: null }, { history: 'push' })
  }
  const set = (changed: Partial<WizardValues>) => {
    for (const [key, value] of Object.entries(changed))
      form.setValue(key as keyof WizardValues, value as never, { shouldDirty: true })
  }
  const isShown = (path: string) =>
    tried.has(step) || isTooFar || form.getFieldState(path.split('.')[0] as keyof WizardValues).isDirty
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
  const isReading = step === 'network' && values.network === 'shared' && world.proposal === undefined
  const reviewRefusal = refusal ?? previewRefusal(preview)

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
            if (tags.length > 0) set({ names: tags.join(', ') })
            go(tags.length > 0 ? 'review' : 'name')
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
                refusal:
                  isReading && world.networkError === undefined ? 'The host’s network is being read.' : undefined,
              }
        }
        pending={create.pending}
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
        {step === 'review' && request !== undefined && (
          <ReviewStep request={request} preview={preview.data} previewError={preview.error} error={create.error} />
        )}
      </StepFrame>
    </Frame>
  )
}

function Frame({ title, list, children }: { title: string; list: React.ReactNode; children: React.ReactNode }) {
  return (
    <>
      <PageHeader title={title} crumbs={[{ href: '/jails', label: 'Jails' }]} />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        {list}
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-7">
          <div className="max-w-[830px]">{children}</div>
        </div>
      </div>
    </>
  )
}
