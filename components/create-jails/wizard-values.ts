import { createParser, type inferParserType, parseAsBoolean, parseAsString, parseAsStringLiteral } from 'nuqs'

/** The steps in their order. */
export const WIZARD_STEPS = ['name', 'source', 'network', 'options', 'review'] as const
export type WizardStep = (typeof WIZARD_STEPS)[number]

export const stepTitles: Record<WizardStep, string> = {
  name: 'Name',
  source: 'Source',
  network: 'Network',
  options: 'Options',
  review: 'Review',
}

/** Typed addresses by tag: `web01=10.0.1.31,web02=10.0.1.40`; of one jail several are separated by blanks. */
const parseAsAddresses = createParser<Record<string, string>>({
  parse: (text) =>
    Object.fromEntries(
      text
        .split(',')
        .map((entry) => entry.split('='))
        .filter(([tag, address]) => tag !== '' && address !== undefined)
        .map(([tag = '', address = '']) => [tag, address]),
    ),
  serialize: (addresses) =>
    Object.entries(addresses)
      .map(([tag, text]) => `${tag}=${text.replaceAll(',', ' ')}`)
      .join(','),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
})

/** What the wizard asks for, as it stands in the address: a reload or a link shows the same. */
export const valueParsers = {
  names: parseAsString.withDefault(''),
  /** Exactly one of the three says where the files come from; none: what the host suggests. */
  release: parseAsString.withDefault(''),
  template: parseAsString.withDefault(''),
  empty: parseAsBoolean.withDefault(false),
  network: parseAsStringLiteral(['shared', 'none', 'vnet']).withDefault('shared'),
  /** Interface of a shared address; empty: the host's first. */
  nic: parseAsString.withDefault(''),
  mask: parseAsString.withDefault('24'),
  ip4: parseAsAddresses.withDefault({}),
  /** Host name of a single jail; empty: its tag. */
  hostName: parseAsString.withDefault(''),
  /** What follows the tag in the host names of several. */
  domain: parseAsString.withDefault(''),
  boot: parseAsBoolean.withDefault(false),
  start: parseAsBoolean.withDefault(true),
  notes: parseAsString.withDefault(''),
}

export type WizardValues = inferParserType<typeof valueParsers>
