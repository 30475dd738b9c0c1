import { parseIp4, parseJailAddresses } from './addresses.ts'

export type PropertyType = 'text' | 'flag' | 'number' | 'addresses' | 'choice' | 'command' | 'limit' | 'size'

/** When a new value counts: `start` the next start, `now` also for a running jail, `stopped` only while it is down. */
export type PropertyWhen = 'now' | 'start' | 'stop' | 'stopped' | 'never'

/** One property of iocage, as today's version knows it (contract, section 4). */
export interface JailProperty {
  name: string
  type: PropertyType
  /** Value of a jail that says nothing else; null where iocage gives each jail its own. */
  default: string | null
  meaning: string
  when: PropertyWhen
  /** Gives whoever may set it power over the host: a root command, a device, a file, a weaker wall. */
  dangerous: boolean
  choices?: readonly string[]
}

type Row = readonly [name: string, type: PropertyType, defaultValue: string | null, when: PropertyWhen, meaning: string]

const plain: readonly Row[] = [
  ['type', 'text', 'jail', 'never', 'Kind of jail.'],
  ['release', 'text', null, 'never', 'Version of the base, with its patch level.'],
  ['cloned_release', 'text', null, 'never', 'Release folder that it was cloned from.'],
  ['host_hostuuid', 'text', null, 'never', 'iocage’s identity of the jail.'],
  ['source_template', 'text', null, 'never', 'Template that it was made from.'],
  ['last_started', 'text', 'none', 'never', 'When it was started last, in UTC.'],
  ['tag', 'text', null, 'now', 'Human name of the jail (older iocage).'],
  ['host_hostname', 'text', null, 'now', 'Host name inside the jail.'],
  ['host_domainname', 'text', '', 'now', 'NIS domain inside the jail.'],
  ['boot', 'flag', '0', 'now', 'Start it together with the host.'],
  ['priority', 'number', '99', 'now', 'Order of start and stop of all jails, 1 first.'],
  ['depends', 'text', 'none', 'start', 'Jails to start before this one, separated by blanks.'],
  ['template', 'flag', '0', 'stopped', 'Whether it is a template.'],
  ['notes', 'text', 'none', 'now', 'Free text.'],
  ['comment', 'text', 'none', 'now', 'Free text.'],
  ['owner', 'text', 'root', 'now', 'Free text; iocage does not use it.'],
  ['ip4_saddrsel', 'flag', '1', 'now', 'Choose the source address by the kernel’s rules.'],
  ['ip6_saddrsel', 'flag', '1', 'now', 'Choose the source address by the kernel’s rules.'],
  ['ip_hostname', 'flag', '0', 'start', 'Take the addresses from the DNS of its host name.'],
  ['assign_localhost', 'flag', '0', 'start', 'Give a shared-IP jail a 127.x address of its own.'],
  ['vnet', 'flag', '0', 'start', 'A network stack of its own.'],
  ['defaultrouter', 'text', 'auto', 'start', 'Gateway of a vnet jail.'],
  ['defaultrouter6', 'text', 'auto', 'start', 'IPv6 gateway of a vnet jail.'],
  ['resolver', 'text', '/etc/resolv.conf', 'start', 'Content of its resolv.conf, or the file to copy.'],
  ['dhcp', 'flag', '0', 'stopped', 'Get the address by DHCP; needs vnet and bpf.'],
  ['mac_prefix', 'text', null, 'start', 'Beginning of generated MAC addresses.'],
  ['exec_start', 'command', '/bin/sh /etc/rc', 'start', 'Run inside the jail to start it.'],
  ['exec_stop', 'command', '/bin/sh /etc/rc.shutdown', 'stop', 'Run inside the jail to stop it.'],
  ['exec_clean', 'flag', '1', 'start', 'Run commands in a clean environment.'],
  ['exec_timeout', 'number', '60', 'start', 'Longest run of a start or stop command, in seconds.'],
  ['stop_timeout', 'number', '30', 'start', 'Wait for processes to end, in seconds.'],
  ['exec_fib', 'number', '0', 'start', 'Routing table of its commands.'],
  ['login_flags', 'text', '-f root', 'now', 'Arguments of login in a console.'],
  ['mount_devfs', 'flag', '1', 'start', 'Mount /dev.'],
  ['mount_fdescfs', 'flag', '1', 'start', 'Mount /dev/fd.'],
  ['mount_procfs', 'flag', '0', 'start', 'Mount /proc.'],
  ['mount_linprocfs', 'flag', '0', 'start', 'Mount the /proc of Linux programs.'],
  ['allow_set_hostname', 'flag', '1', 'now', 'The jail may change its host name.'],
  ['allow_raw_sockets', 'flag', '0', 'now', 'ping and traceroute work inside.'],
  ['allow_socket_af', 'flag', '0', 'now', 'Other address families than IP.'],
  ['allow_chflags', 'flag', '0', 'now', 'Change system flags of files.'],
  ['allow_mlock', 'flag', '0', 'now', 'Lock memory.'],
  ['host_time', 'flag', '1', 'start', 'Copy the host’s time zone in.'],
  ['quota', 'size', 'none', 'now', 'Most space that its files may take.'],
  ['reservation', 'size', 'none', 'now', 'Space that is kept for it.'],
  ['cpuset', 'text', 'off', 'start', 'Processors that it may use.'],
  ['memoryuse', 'limit', 'off', 'now', 'Limit of memory, in bytes.'],
  ['maxproc', 'limit', 'off', 'now', 'Limit of processes.'],
  ['openfiles', 'limit', 'off', 'now', 'Limit of open files.'],
  ['pcpu', 'limit', 'off', 'now', 'Limit of processor time, in percent.'],
  ['swapuse', 'limit', 'off', 'now', 'Limit of swap, in bytes.'],
  ['vmemoryuse', 'limit', 'off', 'now', 'Limit of address space, in bytes.'],
]

const powerful: readonly Row[] = [
  ['ip4_addr', 'addresses', 'none', 'now', 'Its IPv4 addresses; taken from the host’s network.'],
  ['ip6_addr', 'addresses', 'none', 'now', 'Its IPv6 addresses; taken from the host’s network.'],
  ['ip4', 'choice', 'new', 'start', 'IPv4 of its own; inherit is the host’s whole stack.'],
  ['ip6', 'choice', 'new', 'start', 'IPv6 of its own; inherit is the host’s whole stack.'],
  ['interfaces', 'text', 'vnet0:bridge0', 'start', 'Its virtual interfaces and the host’s bridges that they join.'],
  ['vnet_interfaces', 'text', 'none', 'start', 'Network cards of the host that move into the jail.'],
  ['vnet_default_interface', 'text', 'none', 'start', 'Network card that joins the bridge.'],
  ['bpf', 'flag', '0', 'start', 'Read raw network traffic.'],
  ['nat', 'flag', '0', 'start', 'Translate its addresses by the host’s firewall.'],
  ['nat_forwards', 'text', 'none', 'start', 'Ports of the host that lead into the jail.'],
  ['exec_prestart', 'command', '/usr/bin/true', 'start', 'Run on the host as root before it starts.'],
  ['exec_poststart', 'command', '/usr/bin/true', 'start', 'Run on the host as root after it started.'],
  ['exec_prestop', 'command', '/usr/bin/true', 'stop', 'Run on the host as root before it stops.'],
  ['exec_poststop', 'command', '/usr/bin/true', 'stop', 'Run on the host as root after it stopped.'],
  ['exec_created', 'command', '/usr/bin/true', 'start', 'Run on the host as root when the jail was made.'],
  ['securelevel', 'number', '2', 'now', 'Secure level of the kernel inside.'],
  ['enforce_statfs', 'choice', '2', 'start', 'Which mounts it sees.'],
  ['children_max', 'number', '0', 'now', 'Jails that it may make itself.'],
  ['devfs_ruleset', 'number', '4', 'start', 'Devices that it sees.'],
  ['sysvmsg', 'choice', 'new', 'start', 'System V messages; inherit shares the host’s.'],
  ['sysvsem', 'choice', 'new', 'start', 'System V semaphores; inherit shares the host’s.'],
  ['sysvshm', 'choice', 'new', 'start', 'System V shared memory; inherit shares the host’s.'],
  ['allow_nfsd', 'flag', '0', 'now', 'Run an NFS server.'],
  ['allow_quotas', 'flag', '0', 'now', 'Change quotas of the host’s file systems.'],
  ['allow_sysvipc', 'flag', '0', 'now', 'The host’s System V IPC.'],
  ['allow_vmm', 'flag', '0', 'now', 'Run virtual machines.'],
  ['allow_tun', 'flag', '0', 'start', 'Tunnel devices.'],
  ['allow_mount', 'flag', '0', 'start', 'Mount file systems.'],
  ['allow_mount_devfs', 'flag', '0', 'now', 'Mount devfs.'],
  ['allow_mount_nullfs', 'flag', '0', 'now', 'Mount nullfs.'],
  ['allow_mount_procfs', 'flag', '0', 'now', 'Mount procfs.'],
  ['allow_mount_tmpfs', 'flag', '0', 'now', 'Mount tmpfs.'],
  ['allow_mount_zfs', 'flag', '0', 'now', 'Mount ZFS.'],
  ['jail_zfs', 'flag', '0', 'stopped', 'Hand datasets of the pool into the jail.'],
  ['jail_zfs_dataset', 'text', null, 'stopped', 'The datasets that are handed in.'],
  ['mountpoint', 'text', 'readonly', 'now', 'Where its dataset is mounted.'],
]

const choices: Readonly<Record<string, readonly string[]>> = {
  ip4: ['new', 'inherit', 'disable', 'none'],
  ip6: ['new', 'inherit', 'disable', 'none'],
  sysvmsg: ['new', 'inherit', 'disable'],
  sysvsem: ['new', 'inherit', 'disable'],
  sysvshm: ['new', 'inherit', 'disable'],
  enforce_statfs: ['0', '1', '2'],
}

const rowToProperty =
  (dangerous: boolean) =>
  ([name, type, defaultValue, when, meaning]: Row): JailProperty => ({
    name,
    type,
    default: defaultValue,
    meaning,
    when,
    dangerous,
    ...(choices[name] === undefined ? {} : { choices: choices[name] }),
  })

/** The catalogue of properties by name; what is missing in it is a property that needs no explanation or a new one. */
export const jailProperties: ReadonlyMap<string, JailProperty> = new Map(
  [...plain.map(rowToProperty(false)), ...powerful.map(rowToProperty(true))].map((property) => [
    property.name,
    property,
  ]),
)

/** The words that iocage takes for a boolean. */
const FLAG_WORDS = ['0', '1', 'on', 'off', 'yes', 'no', 'true', 'false']

/** Host names: labels of RFC 1123, so that no rc script of a jail reads anything else out of them. */
const HOST_NAME =
  /^(?=.{1,255}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

/**
 * What is wrong with a property's value in itself, in one sentence; undefined when it may be given to iocage, whose own
 * checks look for substrings only. Whether an address is free is not known here.
 */
export function jailPropertyProblem(name: string, value: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(value)) return `${name} cannot have line breaks or control characters.`
  const property = jailProperties.get(name)
  if (name === 'host_hostname' && !HOST_NAME.test(value))
    return 'A host name has letters, digits and dashes, in parts separated by dots: www.example.org'
  switch (property?.type) {
    case 'flag':
      return FLAG_WORDS.includes(value.trim().toLowerCase()) ? undefined : `${name} is on or off, not “${value}”.`
    case 'number':
      return /^\d{1,9}$/.test(value) ? undefined : `${name} is a number, not “${value}”.`
    case 'choice':
      return property.choices?.includes(value) === false
        ? `${name} is one of ${property.choices.join(', ')}.`
        : undefined
    case 'addresses':
      return name === 'ip4_addr' ? ip4AddrProblem(value) : undefined
    default:
      return undefined
  }
}

function ip4AddrProblem(value: string): string | undefined {
  if (value.trim() === '' || value === 'none') return undefined
  for (const { interface: nic, address, prefix } of parseJailAddresses(value)) {
    if (nic !== null && !/^[A-Za-z][A-Za-z0-9_.]{0,14}$/.test(nic)) return `“${nic}” is no name of an interface.`
    if (address === 'DHCP') continue
    if (parseIp4(address) === undefined) return `“${address}” is not an IPv4 address. An example: igb0|10.0.1.2/24`
    if (prefix !== null && (prefix < 1 || prefix > 32)) return `The mask is a number from 1 to 32, not “${prefix}”.`
  }
  return undefined
}
