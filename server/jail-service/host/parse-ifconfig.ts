import type { NetworkInterface } from '@/lib/host.ts'

/** Prefix length of a mask as ifconfig prints it: `0xffffff00`; 32 when it is none. */
function prefixOfMask(mask: string): number {
  const value = Number(mask)
  if (!/^0x[0-9a-f]{1,8}$/i.test(mask) || !Number.isInteger(value)) return 32
  return value.toString(2).replaceAll('0', '').length
}

/** A whole number up to `most`; `otherwise` when the word is none. */
function wholeNumber(word: string | undefined, most: number, otherwise: number): number {
  return word !== undefined && /^\d{1,9}$/.test(word) && Number(word) <= most ? Number(word) : otherwise
}

/** Reads what `ifconfig` prints about one or all interfaces; lines it does not know stand in `text` only. */
export function parseIfconfig(output: string): NetworkInterface[] {
  const interfaces: NetworkInterface[] = []
  for (const line of output.split('\n')) {
    const heading = /^([^\s:]\S*): flags=[0-9a-f]+<([^>]*)>(?:.*? mtu (\d+))?/i.exec(line)
    if (heading) {
      const [, name = '', flags = '', mtu = '0'] = heading
      interfaces.push({
        name,
        flags: flags.split(',').filter(Boolean),
        ether: null,
        mtu: wholeNumber(mtu, 999_999_999, 0),
        status: null,
        description: null,
        addresses: [],
        members: [],
        jailId: null,
        text: line,
      })
      continue
    }
    const current = interfaces.at(-1)
    if (current === undefined || line.trim() === '') continue
    current.text += `\n${line}`
    readDetail(current, line.trim())
  }
  return interfaces
}

function readDetail(into: NetworkInterface, line: string): void {
  const words = line.split(/\s+/)
  const [key, value = ''] = words
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined)
  switch (key) {
    case 'ether':
      into.ether = value
      return
    case 'status:':
      into.status = line.slice('status:'.length).trim()
      return
    case 'description:':
      into.description = line.slice('description:'.length).trim()
      return
    case 'member:':
      into.members.push(value)
      return
    case 'inet':
      into.addresses.push({
        family: 'inet',
        address: value,
        prefix: prefixOfMask(after('netmask') ?? ''),
        jailId: null,
      })
      return
    case 'inet6':
      into.addresses.push({
        family: 'inet6',
        address: value.replace(/%.*$/, ''), // fe80::1%igb0: the scope is the interface itself
        prefix: wholeNumber(after('prefixlen'), 128, 128),
        jailId: null,
      })
  }
}
