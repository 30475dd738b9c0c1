/**
 * Programs of the machine that a release is made of, looked up in its system folders; what is missing is left out.
 * What is not here a jail does not have: keep to what FreeBSD's base system has too, plus python3 for Ansible.
 */
export const PROGRAMS: readonly string[] = `
  sh dash bash tcsh csh
  [ awk base64 basename cal cat chgrp chmod chown cksum clear cmp col column comm cp cut date dd df diff dirname du
  echo ed egrep env expand expr factor false fgrep find fold getent getopt grep groups gzip gunzip head hexdump
  hostname id infocmp install join kill killall last less link ln locale logger logname look ls lsof md5sum mesg
  mkdir mkfifo mknod mktemp more mount mv nc netstat nice nl nohup od passwd paste patch pgrep ping pkill pr
  printenv printf ps pwd readlink realpath renice reset rev rm rmdir script sed seq sha256sum sha512sum sleep sort
  split ss stat stdbuf stty su sum sync tail tar tee test time timeout top touch tput tr true truncate tset tsort tty
  umount uname unexpand uniq unlink unxz uptime users uudecode uuencode vi nvi view vmstat w wc whereis which who whoami xargs xz
  xzcat yes zcat bzip2 bunzip2
  chpasswd nologin sysctl ip route arp traceroute
  ssh scp sftp ssh-keygen sshd ssh-add ssh-agent curl wget fetch
  tmux python3
`
  .split(/\s+/)
  .filter((word) => word !== '')

/** Folders of the machine that programs are looked up in; the user's own (pyenv, nvm) mean nothing in a jail. */
export const PROGRAM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'] as const

/** Files that programs load by name at run time, so that ldd(1) does not tell: name service, login rules. */
export const LOADED_LIBRARIES =
  /^(libnss_(files|dns|compat)\.so\.2|libgcc_s\.so\.1|security\/pam_(unix|rootok|permit|deny|env|nologin)\.so)$/

/** Terminals that are described in a release. */
export const TERMINALS = ['xterm', 'xterm-256color', 'screen', 'screen-256color', 'tmux', 'tmux-256color', 'vt100', 'vt220', 'linux', 'ansi', 'dumb'] // prettier-ignore
