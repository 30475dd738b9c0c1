import { JailError } from './jail-error.ts'

/** Parameters of a jail as they were asked for: a name may have several values (`exec.start +=`). */
export type JailParameters = Map<string, string[]>

const FLAGS = new Set(
  (
    'persist dying ip4.saddrsel ip6.saddrsel allow.chflags allow.mlock allow.mount allow.mount.devfs allow.mount.fdescfs ' +
    'allow.mount.fusefs allow.mount.linprocfs allow.mount.linsysfs allow.mount.nullfs allow.mount.procfs ' +
    'allow.mount.tmpfs allow.mount.zfs allow.nfsd allow.quotas allow.raw_sockets allow.read_msgbuf ' +
    'allow.reserved_ports allow.set_hostname allow.socket_af allow.suser allow.sysvipc allow.tun ' +
    'allow.unprivileged_proc_debug allow.vmm allow.adjtime allow.settime allow.extattr allow.routing ' +
    // Those of jail(8) itself, not of the kernel.
    'allow.dying exec.clean mount.devfs mount.fdescfs mount.procfs'
  ).split(' '),
)

const WORDS = new Set(
  (
    'jid name path host.hostname host.domainname host.hostuuid host.hostid host ip4 ip6 ip4.addr ip6.addr vnet ' +
    'securelevel devfs_ruleset enforce_statfs children.max children.cur osrelease osreldate sysvmsg sysvsem sysvshm ' +
    'cpuset.id linux linux.osname linux.osrelease linux.oss_version parent ' +
    'command depend interface ip_hostname mount mount.fstab stop.timeout vnet.interface zfs.dataset zfs.mount_snapshot ' +
    'exec.clean exec.consolelog exec.created exec.fib exec.jail_user exec.poststart exec.poststop exec.prepare ' +
    'exec.prestart exec.prestop exec.release exec.start exec.stop exec.system_jail_user exec.system_user exec.timeout'
  ).split(' '),
)

/** Those whose bare name means `new`. */
const JAILSYS = new Set(['vnet', 'ip4', 'ip6', 'host', 'sysvmsg', 'sysvsem', 'sysvshm', 'linux'])

/** Takes one parameter in; `add` keeps the values that it has (`+=`). */
export function putParameter(into: JailParameters, name: string, value: string | undefined, add = false): void {
  const [known, put] = understood(name, value)
  const before = add ? (into.get(known) ?? []) : []
  into.set(known, [...before, ...(put === undefined ? [] : [put])])
}

function understood(name: string, value: string | undefined): [string, string | undefined] {
  if (FLAGS.has(name)) return [name, value === undefined || /^(1|true|yes|on)$/i.test(value) ? '1' : '0']
  // `nopersist`, `allow.nomount`
  const positive = name.replace(/(^|\.)no([^.]+)$/, '$1$2')
  if (positive !== name && FLAGS.has(positive) && value === undefined) return [positive, '0']
  if (!WORDS.has(name)) throw new JailError(`unknown parameter: ${name}`)
  if (value === undefined && JAILSYS.has(name)) return [name, 'new']
  if (JAILSYS.has(name) && (value === '0' || value === '1')) return [name, value === '1' ? 'new' : 'inherit']
  return [name, value]
}

/** `name=value name …` of a command line. */
export function parametersOfWords(words: readonly string[]): JailParameters {
  const parameters: JailParameters = new Map()
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals < 0) putParameter(parameters, word, undefined)
    else putParameter(parameters, word.slice(0, equals), word.slice(equals + 1))
  }
  return parameters
}

/** The one value of a parameter, the last where it was given several. */
export const valueOf = (parameters: JailParameters, name: string): string | undefined => parameters.get(name)?.at(-1)

/** Whether a flag is set. */
export const isSet = (parameters: JailParameters, name: string): boolean => valueOf(parameters, name) === '1'
