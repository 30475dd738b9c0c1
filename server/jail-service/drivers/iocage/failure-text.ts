import type { JobFailure } from '../../jobs/job-plan.ts'

type Known = readonly [line: RegExp, say: (found: RegExpExecArray) => JobFailure]

/**
 * Lines by which iocage and what it runs tell a failure (contract, section 3), in the order in which they are looked
 * for: the cause before its consequence.
 */
const known: readonly Known[] = [
  [
    /no space left on device|out of space|disk full|quota exceeded|ENOSPC/i,
    () => ({
      message: 'The pool is full: there was no space left to write.',
      hint: 'Destroy jails, releases or snapshots that are not needed (Storage shows what takes space), then try again.',
    }),
  ],
  [
    /^.*(?:IP is in use|address (?:is )?already in use|SIOCAIFADDR\)?: File exists).*$/im,
    () => ({
      message: 'Its address is in use by something else on this host.',
      hint: 'Network shows who has which address. Give this jail another one, then start it.',
    }),
  ],
  [
    /failed (?:checksum )?verification/i,
    () => ({
      message: 'What the mirror sent does not match its checksums, so nothing of it was used.',
      hint: 'Try again later; if it stays so, the mirror is broken or someone changes what passes.',
    }),
  ],
  [
    /^(\S+) was not found!$/m,
    ([, release]) => ({
      message: `The mirror does not have ${release}.`,
      hint: 'Choose one of the releases that it offers. Old ones move to the archive after their end of life.',
    }),
  ],
  [
    /name or service not known|name resolution|connection (?:refused|reset|aborted)|connectionerror|network is unreachable|no route to host|urlopen error|max retries exceeded with url|mirror (?:is )?(?:away|not reachable|unreachable|cannot be reached)|connection timed out|ftp.*timed out|getaddrinfo|gaierror|nodename nor servname/i,
    () => ({
      message: 'The mirror cannot be reached from this host.',
      hint: 'Check the host’s network and DNS (try: fetch https://download.freebsd.org), then try again.',
    }),
  ],
  [
    /^RELEASE: (\S+) not found!$/m,
    ([, release]) => ({ message: `${release} is not fetched on this host.`, hint: 'Fetch it under Releases first.' }),
  ],
  [
    /^Template: (.+) not found!$/m,
    ([, template]) => ({
      message: `There is no template ${template}.`,
      hint: 'It may have been converted or destroyed meanwhile. Choose another source.',
    }),
  ],
  [
    /^\s*Host: (\S+) is not greater than target: (\S+)/m,
    ([, host, target]) => ({
      message: `${target} is newer than this host (${host}), and a jail cannot be newer than its kernel.`,
      hint: 'Choose a release up to the host’s own, or update the host first.',
    }),
  ],
  [
    /^Jail: (.+) already exists!$|tag: "(.+)" in use by/m,
    ([, name, tag]) => ({
      message: `There is a jail named ${name ?? tag} already.`,
      hint: 'It was made meanwhile, perhaps in a terminal. Choose another name.',
    }),
  ],
  [
    /^Snapshot: (\S+) exists!$/m,
    // Of a template iocage takes two at once, and a create that was cut off leaves both.
    ([, snapshot = '']) => ({
      message: `A snapshot left over from an earlier jail of that name is in the way: ${snapshot}.`,
      hint: `Remove it in a terminal (zfs destroy ${snapshot.replace(/^(.+\/templates\/[^/]+)\/root@/, '-r $1@')}), or choose another name.`,
    }),
  ],
  [
    /Duplicate tag \((.+?)\) detected/,
    ([, tag]) => ({
      message: `Two jails have the tag ${tag}, and this iocage does nothing until one has another.`,
      hint: `Rename one in a terminal: iocage set tag=NEW UUID`,
    }),
  ],
  [
    /has dependent jails/,
    () => ({
      message: 'Other jails were made from it or from its snapshots.',
      hint: 'Destroy those first.',
    }),
  ],
  [
    /^Refusing to start .*?: (exec_\w+) failed$/m,
    ([, property]) => ({
      message: `Its ${property} failed, so iocage did not leave it running.`,
      hint: 'The output has the error. Correct the property or what it runs, then start it again.',
    }),
  ],
  [
    /Starting services FAILED/,
    () => ({
      message: 'Its services did not start.',
      hint: 'The output has the error. A jail without /bin/sh or /etc/rc cannot start; its source may be damaged.',
    }),
  ],
  [
    /\+ Start FAILED\s*\n?\s*(.*)/,
    ([, line]) => ({
      message: `The kernel did not take the jail${line ? `: ${line}` : ''}.`,
      hint: 'The output has the whole error. Check its address and properties, then start it again.',
    }),
  ],
  [
    /(?:VNET|DHCP) failure|Configuring VNET FAILED|Acquiring DHCP address: FAILED/i,
    () => ({
      message: 'Its network could not be set up, so iocage stopped it.',
      hint: 'Check its interfaces, bridge and address under Properties.',
    }),
  ],
  [
    /ZFS pool '(.+)' not found!/,
    ([, pool]) => ({ message: `There is no pool ${pool}.`, hint: 'Storage lists the pools of this host.' }),
  ],
  [
    /root privileges|permission denied|operation not permitted/i,
    () => ({
      message: 'The jail service is not allowed to do this on the host.',
      hint: 'On FreeBSD it runs as root; look at how it was started.',
    }),
  ],
  [
    /A renaming operation is required/,
    () => ({
      message: 'This jail was made by an older iocage and has to be converted first.',
      hint: 'Do it in a terminal, the output has the command; the jail must be down.',
    }),
  ],
  [
    /^Configuration is missing! Please destroy (\S+)/m,
    ([, folder]) => ({
      message: `This iocage does nothing while a jail’s folder has no configuration: ${folder}.`,
      hint: 'Perhaps it was being made at that moment: try again. If the table marks it, destroy it there.',
    }),
  ],
  [
    /JSONDecodeError(?:: \S*\/((?:jails|templates)\/[^/\s]+\/config\.json))?/,
    ([, file]) => ({
      message: 'This iocage does nothing while the configuration of one jail is damaged.',
      hint: `Repair ${file ?? 'its config.json'} below iocage’s folder on the host, then try again. The table marks it.`,
    }),
  ],
  [
    /^Traceback \(most recent call last\)/m,
    () => ({
      message: 'iocage stumbled over an error of its own.',
      hint: 'The output has its traceback. The table shows what the host looks like now.',
    }),
  ],
]

/** What a failed command's output says, in words for people; the last line it printed where nothing is recognised. */
export function failureText(output: string, exitCode: number | null, fallback: JobFailure): JobFailure {
  for (const [line, say] of known) {
    const found = line.exec(output)
    if (found !== null) return say(found)
  }
  if (exitCode === 0) return fallback
  if (exitCode === null)
    return { message: `${fallback.message} The command was ended before it was done.`, hint: fallback.hint }
  const said = output
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '' && !/^[*+]/.test(line))
  return {
    message: said === undefined ? fallback.message : `${fallback.message} iocage said: ${said.slice(0, 300)}`,
    hint: fallback.hint,
  }
}
