'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { formatJailAddresses, parseJailAddresses } from '@/lib/addresses.ts'
import { readQuery } from '../live/read-query.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field, Select, TextInput } from '../ui/field.tsx'
import { useSettled } from './use-settled.ts'

interface AddressRow {
  key: number
  nic: string
  address: string
  prefix: string
}

const rowsOf = (stored: string): AddressRow[] =>
  parseJailAddresses(stored).map(({ interface: nic, address, prefix }, key) => ({
    key,
    nic: nic ?? '',
    address,
    prefix: prefix === null ? '' : String(prefix),
  }))

const storedOf = (rows: readonly AddressRow[]): string =>
  formatJailAddresses(
    rows.map(({ nic, address, prefix }) => ({
      interface: nic === '' ? null : nic,
      address: address.trim(),
      prefix: prefix.trim() === '' ? null : Number(prefix),
    })),
  )

interface AddressFieldsProps {
  /** Whose addresses: its own are not in its way. */
  tag: string
  /** As iocage stores them: `igb0|10.0.1.2/24,igb0|10.0.1.3/24`. */
  value: string
  onChange: (value: string) => void
}

/** IPv4 addresses of a jail: interface, address and mask each, with the next free one proposed and who has which. */
export function AddressFields({ tag, value, onChange }: AddressFieldsProps) {
  const [rows, setRows] = useState(() => rowsOf(value))
  const { data, isPending } = useQuery(readQuery('host.network', {}))
  const nics = (data?.interfaces ?? [])
    .filter(({ name, jailId }) => jailId === null && !/^(lo|epair|vnet)/.test(name))
    .map(({ name }) => name)
  const set = (next: AddressRow[]) => {
    setRows(next)
    onChange(storedOf(next))
  }
  const add = () => {
    const last = rows.at(-1)
    set([...rows, { key: Date.now(), nic: last?.nic ?? nics[0] ?? '', address: '', prefix: last?.prefix ?? '24' }])
  }
  return (
    <div className="space-y-2">
      {rows.map((row, index) => (
        <AddressLine
          key={row.key}
          tag={tag}
          row={row}
          nics={nics}
          onChange={(next) => set(rows.map((one, n) => (n === index ? next : one)))}
          onRemove={() => set(rows.filter((_, n) => n !== index))}
        />
      ))}
      {rows.length === 0 && <p className="text-text-second">No address: it reaches no network.</p>}
      <Button
        size="sm"
        icon={Plus}
        onClick={add}
        // A row that is added before they are known would stay without one.
        disabledReason={isPending ? 'The host’s interfaces are being read.' : undefined}
      >
        {rows.length === 0 ? 'Add an address' : 'Another address'}
      </Button>
    </div>
  )
}

interface AddressLineProps {
  tag: string
  row: AddressRow
  nics: readonly string[]
  onChange: (row: AddressRow) => void
  onRemove: () => void
}

function AddressLine({ tag, row, nics, onChange, onRemove }: AddressLineProps) {
  const asked = useSettled({ interface: row.nic, prefix: Number(row.prefix) })
  const isWhole =
    nics.includes(asked.interface) && Number.isInteger(asked.prefix) && asked.prefix >= 1 && asked.prefix <= 32
  const { data } = useQuery({
    ...readQuery('host.proposeAddress', { ...asked, count: 1 }),
    enabled: isWhole,
  })
  const holder = data?.inUse.find(({ address, by }) => address === row.address.trim() && by !== tag)?.by
  const free = data?.addresses[0]
  const nicOptions = [...new Set([...nics, row.nic])].filter((name) => name !== '')
  return (
    <div className="grid grid-cols-[104px_1fr_64px_30px] items-start gap-2 max-sm:grid-cols-[1fr_72px_40px]">
      <Field label={<span className="sr-only">Interface</span>} className="max-sm:col-span-3">
        <Select
          mono
          value={row.nic}
          onChange={(nic) => onChange({ ...row, nic })}
          options={[
            ...(row.nic === '' ? [{ value: '', label: 'none' }] : []),
            ...nicOptions.map((name) => ({ value: name, label: name })),
          ]}
        />
      </Field>
      <Field
        label={<span className="sr-only">Address</span>}
        error={holder === undefined ? undefined : `${row.address.trim()} is in use by ${holder}.`}
        hint={
          free === undefined || row.address.trim() === free ? undefined : (
            <>
              Next free: <span className="font-mono">{free}</span>{' '}
              <button
                type="button"
                className="rounded-sm font-medium text-accent-text hover:underline"
                onClick={() => onChange({ ...row, address: free })}
              >
                Use it
              </button>
            </>
          )
        }
      >
        <TextInput
          mono
          value={row.address}
          onChange={(event) => onChange({ ...row, address: event.target.value })}
          placeholder={free ?? '10.0.1.2'}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field label={<span className="sr-only">Mask</span>}>
        <TextInput
          mono
          inputMode="numeric"
          value={row.prefix}
          onChange={(event) => onChange({ ...row, prefix: event.target.value })}
          autoComplete="off"
        />
      </Field>
      <IconButton icon={X} label={`Remove ${row.address === '' ? 'the address' : row.address}`} onClick={onRemove} />
    </div>
  )
}
