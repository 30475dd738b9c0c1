import type { CreateJails } from '@/lib/contract/jail-verbs.ts'
import { CreateJails as CreateJailsInput } from '@/lib/contract/jail-verbs.ts'
import { parseJailNames } from '@/lib/jail-name.ts'
import { splitAddresses } from './assign-addresses.ts'
import { hostNameOf, wizardAddresses } from './wizard-problems.ts'
import type { WizardValues } from './wizard-values.ts'
import { chosenSource, type WizardWorld } from './wizard-world.ts'

/** First interface of a jail with a network stack of its own, as iocage names it. */
const VNET_INTERFACE = 'vnet0'

/** The request for what the form says; undefined while something in it has not even the right form. */
export function newJails(values: WizardValues, world: WizardWorld): CreateJails | undefined {
  const tags = parseJailNames(values.names).names
  const source = chosenSource(values, world)
  const { nic, prefix, assigned } = wizardAddresses(values, world)
  const interfaceName = values.network === 'vnet' ? VNET_INTERFACE : (nic?.name ?? values.nic)
  const request = CreateJailsInput.safeParse({
    jails: tags.map((tag) => {
      const hostHostname = hostNameOf(tag, tags, values)
      return {
        tag,
        source,
        ip4:
          values.network === 'none'
            ? []
            : splitAddresses(assigned.get(tag) ?? '').map((address) => ({ interface: interfaceName, address, prefix })),
        // Today's iocage gives a jail its name as host name by itself; the older one gives the UUID.
        ...(world.host.driver?.dialect === 'name' && hostHostname === tag.replaceAll('_', '-') ? {} : { hostHostname }),
        boot: values.boot,
        vnet: values.network === 'vnet',
        ...(values.notes.trim() === '' ? {} : { notes: values.notes.trim() }),
      }
    }),
    start: values.start,
  })
  return request.success ? request.data : undefined
}
