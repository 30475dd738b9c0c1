import type { Dialect } from '../state.ts'

/** How a property's value is checked: by substring of the listed words, as free text, by zfs, or not settable at all. */
export type PropertyKind =
  | { kind: 'words'; words: readonly string[] }
  | { kind: 'text' }
  | { kind: 'zfs' }
  | { kind: 'fixed' }

/** A property that the user may set and the words or form it takes; `default` is what a fresh jail has. */
export interface Property {
  default: string
  check: PropertyKind
  /** Stored as 0 or 1 (1.13 only). */
  bool?: boolean
  /** Can only be set with `default` as the jail (1.13 only). */
  defaultOnly?: boolean
  /** Not in the defaults: it belongs to one jail. */
  ownOnly?: boolean
}

/** The eight words that 1.13 takes for yes and no. */
export const TRUTH = ['0', '1', 'off', 'on', 'no', 'yes', 'false', 'true'] as const

/**
 * `priority` is checked against the characters of a printed list of numbers, not the numbers: any text with a digit,
 * a comma, a blank or a bracket passes. Real installations depend on it, so it is kept.
 */
const PRIORITY = [...`(${Array.from({ length: 99 }, (_, at) => at + 1).join(', ')})`]

const text = (value: string): Property => ({ default: value, check: { kind: 'text' } })
const words = (value: string, ...allowed: string[]): Property => ({
  default: value,
  check: { kind: 'words', words: allowed },
})
const zfs = (value: string): Property => ({ default: value, check: { kind: 'zfs' } })
const fixed = (value: string): Property => ({ default: value, check: { kind: 'fixed' } })
const truth = (value: '0' | '1'): Property => ({
  default: value,
  check: { kind: 'words', words: TRUTH },
  bool: true,
})
const all = (keys: string, property: Property): Record<string, Property> =>
  Object.fromEntries(keys.split(' ').map((key) => [key, property]))

const SHARED: Record<string, Property> = {
  host_hostname: text(''),
  exec_fib: text('0'),
  ip4_addr: text('none'),
  ip6_addr: text('none'),
  resolver: text('/etc/resolv.conf'),
  mac_prefix: text('02ff60'),
  ...all('vnet0_mac vnet1_mac vnet2_mac vnet3_mac', text('none')),
  devfs_ruleset: text('4'),
  exec_start: text('/bin/sh /etc/rc'),
  exec_stop: text('/bin/sh /etc/rc.shutdown'),
  ...all('exec_prestart exec_poststart exec_prestop exec_poststop', text('/usr/bin/true')),
  exec_timeout: text('60'),
  stop_timeout: text('30'),
  exec_jail_user: text('root'),
  exec_system_jail_user: text('0'),
  exec_system_user: text('root'),
  enforce_statfs: words('2', '0', '1', '2'),
  children_max: text('0'),
  login_flags: text('-f root'),
  securelevel: text('2'),
  cpuset: text('off'),
  rlimits: words('off', 'off', 'on'),
  notes: text('none'),
  owner: text('root'),
  priority: { default: '99', check: { kind: 'words', words: PRIORITY } },
  hostid: text(''),
  jail_zfs_dataset: { ...text(''), ownOnly: true },
  jail_zfs_mountpoint: text('none'),
  origin: zfs('readonly'),
  quota: zfs('none'),
  mountpoint: zfs('readonly'),
  compressratio: zfs('readonly'),
  available: zfs('readonly'),
  used: zfs('readonly'),
  dedup: zfs('off'),
  reservation: zfs('none'),
  type: fixed('jail'),
  ...all('sync_state sync_target sync_tgt_zpool', fixed('none')),
  last_started: fixed('none'),
  count: fixed('1'),
}

const LIMITS =
  'memoryuse memorylocked vmemoryuse maxproc cputime pcpu datasize stacksize coredumpsize openfiles pseudoterminals ' +
  'swapuse nthr msgqqueued msgqsize nmsgq nsemop nshm shmsize wallclock'

/** 1.13's own limits besides those of 0.9.7. */
const LIMITS_SINCE = 'nsem readbps writebps readiops writeiops'

/** Every limit of rctl(8) that 1.13 knows. */
export const RCTL_PROPERTIES: readonly string[] = `${LIMITS} ${LIMITS_SINCE}`.split(' ')

const UUID_PROPERTIES: Record<string, Property> = {
  ...SHARED,
  tag: { ...text(''), ownOnly: true },
  interfaces: words('vnet0:bridge0,vnet1:bridge1', ':', ','),
  host_domainname: text('none'),
  ...all('ip4_saddrsel ip6_saddrsel', words('1', '0', '1')),
  ...all('ip4 ip6', words('new', 'new', 'inherit', 'none')),
  ...all('defaultrouter defaultrouter6', text('none')),
  ...all('exec_clean mount_devfs mount_fdescfs allow_set_hostname', words('1', '0', '1')),
  ...all('sysvmsg sysvsem sysvshm', words('new', 'new', 'inherit', 'disable')),
  ...all(
    'allow_sysvipc allow_raw_sockets allow_chflags allow_mount allow_mount_devfs allow_mount_nullfs ' +
      'allow_mount_procfs allow_mount_tmpfs allow_mount_zfs allow_quotas allow_socket_af mount_procfs mount_linprocfs',
    words('0', '0', '1'),
  ),
  ...all(LIMITS, words('off', 'off', 'on')),
  // The one limit with a value of its own in this dialect, a pair.
  memoryuse: words('8G:log', ':'),
  bpf: words('off', 'off', 'on'),
  dhcp: words('off', 'off', 'on'),
  boot: words('off', 'off', 'on'),
  jail_zfs: words('off', 'off', 'on'),
  vnet: words('off', 'off', 'on'),
  template: words('no', 'no', 'yes'),
  compression: zfs('lz4'),
  release: { ...fixed(''), ownOnly: true },
  cloned_release: { ...fixed(''), ownOnly: true },
  host_hostuuid: { ...fixed(''), ownOnly: true },
  basejail: fixed('no'),
  CONFIG_VERSION: fixed('4'),
}

const NAME_PROPERTIES: Record<string, Property> = {
  ...SHARED,
  host_hostname: { ...text(''), ownOnly: true },
  interfaces: words('vnet0:bridge0', ':', ','),
  host_domainname: text(''),
  ...all('ip4_saddrsel ip6_saddrsel', truth('1')),
  ...all('ip4 ip6', words('new', 'new', 'inherit', 'disable')),
  ...all('defaultrouter defaultrouter6', text('auto')),
  ...all('exec_clean mount_devfs mount_fdescfs allow_set_hostname host_time', truth('1')),
  ...all('sysvmsg sysvsem sysvshm', words('new', 'new', 'inherit', 'disable')),
  ...all(
    'allow_sysvipc allow_raw_sockets allow_chflags allow_mlock allow_mount allow_mount_devfs allow_mount_fdescfs ' +
      'allow_mount_fusefs allow_mount_linprocfs allow_mount_linsysfs allow_mount_nullfs allow_mount_procfs ' +
      'allow_mount_tmpfs allow_mount_zfs allow_nfsd allow_quotas allow_socket_af allow_tun allow_vmm mount_procfs ' +
      'mount_linprocfs bpf dhcp boot vnet template jail_zfs hostid_strict_check rtsold ip_hostname ' +
      'assign_localhost nat',
    truth('0'),
  ),
  basejail: { ...fixed('0'), bool: true },
  exec_created: text('/usr/bin/true'),
  ...all('comment depends vnet_interfaces localhost_ip nat_forwards plugin_name plugin_repository', text('none')),
  vnet_default_interface: text('none'),
  ...all('vnet0_mtu vnet1_mtu vnet2_mtu vnet3_mtu', text('auto')),
  vnet_default_mtu: text('1500'),
  min_dyn_devfs_ruleset: text('1000'),
  nat_prefix: { ...text('172.16'), defaultOnly: true },
  nat_interface: { ...text('none'), defaultOnly: true },
  nat_backend: { ...words('ipfw', 'pf', 'ipfw'), defaultOnly: true },
  ...all(RCTL_PROPERTIES.join(' '), text('off')),
  compression: fixed('on'),
  release: { ...fixed(''), ownOnly: true },
  cloned_release: { ...fixed(''), ownOnly: true },
  host_hostuuid: { ...fixed(''), ownOnly: true },
  source_template: { ...fixed(''), ownOnly: true },
  CONFIG_VERSION: fixed('34'),
}

/** Every property of a dialect by its name. */
export function properties(dialect: Dialect): Record<string, Property> {
  return dialect === '0.9.7' ? UUID_PROPERTIES : NAME_PROPERTIES
}

/** What `defaults.json` (1.13) or a fresh jail's file (0.9.7) starts with; booleans as 1.13 stores them. */
export function defaultValues(dialect: Dialect): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(properties(dialect))
      .filter(([, property]) => property.ownOnly !== true)
      .map(([key, property]) => [key, property.bool === true ? Number(property.default) : property.default]),
  )
}
