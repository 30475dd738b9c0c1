'use client'

import { networkOf, sharedInterfaces } from '@/lib/host-interfaces.ts'
import { parseJailNames } from '@/lib/jail-name.ts'
import { Button } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Field, Select, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { StepProps } from './step-props.ts'
import { wizardAddresses } from './wizard-problems.ts'

/** Which addresses the new jails get, and how. */
export function NetworkStep(props: StepProps & { networkError: string | undefined }) {
  const { values, set, world, problem, networkError } = props
  const isVnetAway = world.host.capabilities.canVnet ?? undefined
  return (
    <div className="space-y-5">
      <RadioCards
        label="Network"
        columns={3}
        value={values.network}
        onChange={(network) => set({ network })}
        options={[
          { value: 'shared', label: 'Shared IP', hint: 'An additional address on an interface of the host. Usual.' },
          { value: 'none', label: 'No address', hint: 'It reaches no network. You can give it an address later.' },
          {
            value: 'vnet',
            label: 'Own network stack (vnet)',
            hint: 'A virtual interface, joined to a bridge of the host.',
            disabledReason: isVnetAway,
          },
        ]}
      />
      {problem('network') !== undefined && <Note tone="bad">{problem('network')}</Note>}
      {networkError !== undefined && (
        <Note tone="bad">The host’s network cannot be read, so nothing is proposed or checked yet. {networkError}</Note>
      )}
      {values.network !== 'none' &&
        (world.interfaces === undefined && networkError === undefined ? (
          <Skeleton className="h-24 max-w-xl" />
        ) : (
          <Addresses {...props} />
        ))}
    </div>
  )
}

function Addresses({ values, set, problem, world }: StepProps) {
  const { names } = parseJailNames(values.names)
  const { nic, network, assigned } = wizardAddresses(values, world)
  const shared = values.network === 'shared'
  const isTyped = Object.keys(values.ip4).some((tag) => names.includes(tag))
  const proposed = shared ? world.proposal?.addresses[0] : undefined
  const type = (tag: string, text: string) => set({ ip4: { ...values.ip4, [tag]: text } })
  const hint = shared
    ? network === undefined
      ? 'The interface has no IPv4 address of its own, so nothing can be proposed.'
      : isTyped || proposed === undefined
        ? `In the network of ${network.name}, ${network.address}/${network.prefix}. Several: separated by commas.`
        : 'The next free one is filled in. Several: separated by commas.'
    : 'On vnet0, in the network that the bridge leads to. Empty: it gets none.'
  return (
    <div className="space-y-4">
      <div className="grid max-w-xl gap-4 sm:grid-cols-[1fr_96px]">
        {shared ? (
          <Field label="Interface" error={problem('nic')}>
            <Select
              mono
              value={nic?.name ?? values.nic}
              onChange={(name) => set({ nic: name })}
              options={[
                ...sharedInterfaces(world.interfaces ?? []).map((one) => {
                  const own = networkOf(one)
                  return {
                    value: one.name,
                    label: own === undefined ? one.name : `${one.name} (${own.address}/${own.prefix})`,
                  }
                }),
                ...(nic === undefined ? [{ value: values.nic, label: values.nic === '' ? 'none' : values.nic }] : []),
              ]}
            />
          </Field>
        ) : (
          <Field label="Interface">
            <TextInput mono value="vnet0" readOnly />
          </Field>
        )}
        <Field label="Mask" error={problem('mask')}>
          <TextInput
            mono
            inputMode="numeric"
            value={values.mask}
            onChange={(event) => set({ mask: event.target.value })}
            autoComplete="off"
          />
        </Field>
      </div>
      {names.length === 1 && names[0] !== undefined ? (
        <Field label="Address" hint={hint} error={problem(`ip4.${names[0]}`)} className="max-w-xl">
          <TextInput
            mono
            value={assigned.get(names[0]) ?? ''}
            onChange={(event) => type(names[0] ?? '', event.target.value)}
            placeholder="10.0.1.2"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      ) : (
        <section aria-label="Addresses" className="max-w-xl">
          <div className="flex items-end justify-between gap-3 pb-1.5">
            <div>
              <h3 className="font-medium">Addresses</h3>
              <p className="text-xs text-text-second">
                {shared && network !== undefined
                  ? 'Free ones are filled in. Change one, and those below go on from it.'
                  : hint}
              </p>
            </div>
            {isTyped && shared && (
              <Button size="sm" onClick={() => set({ ip4: {} })}>
                Propose again
              </Button>
            )}
          </div>
          <ul className="divide-y divide-line rounded-md border border-line">
            {names.map((tag, n) => (
              <li
                key={`${tag} ${n}`}
                className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[minmax(96px,160px)_1fr] sm:items-center"
              >
                <span className="truncate font-medium">{tag}</span>
                <Field label={`Address of ${tag}`} labelHidden error={problem(`ip4.${tag}`)}>
                  <TextInput
                    mono
                    value={assigned.get(tag) ?? ''}
                    onChange={(event) => type(tag, event.target.value)}
                    autoComplete="off"
                    spellCheck={false}
                  />
                </Field>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
