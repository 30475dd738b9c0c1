import { file, type TreeFile } from './tree-file.ts'

const PASSWD = `root:x:0:0:Charlie &:/root:/bin/csh
toor:x:0:0:Bourne-again Superuser:/root:
daemon:x:1:1:Owner of many system processes:/root:/usr/sbin/nologin
operator:x:2:5:System &:/:/usr/sbin/nologin
bin:x:3:7:Binaries Commands and Source:/:/usr/sbin/nologin
tty:x:4:65533:Tty Sandbox:/:/usr/sbin/nologin
kmem:x:5:65533:KMem Sandbox:/:/usr/sbin/nologin
games:x:7:13:Games pseudo-user:/:/usr/sbin/nologin
news:x:8:8:News Subsystem:/:/usr/sbin/nologin
man:x:9:9:Mister Man Pages:/usr/share/man:/usr/sbin/nologin
sshd:x:22:22:Secure Shell Daemon:/var/empty:/usr/sbin/nologin
mailnull:x:26:26:Sendmail Default User:/var/spool/mqueue:/usr/sbin/nologin
bind:x:53:53:Bind Sandbox:/:/usr/sbin/nologin
uucp:x:66:66:UUCP pseudo-user:/var/spool/uucppublic:/usr/sbin/nologin
www:x:80:80:World Wide Web Owner:/nonexistent:/usr/sbin/nologin
ntpd:x:123:123:NTP Daemon:/var/db/ntp:/usr/sbin/nologin
nobody:x:65534:65534:Unprivileged user:/nonexistent:/usr/sbin/nologin
`

const GROUP = `wheel:x:0:root
daemon:x:1:
kmem:x:2:
sys:x:3:
tty:x:4:
operator:x:5:root
mail:x:6:
bin:x:7:
news:x:8:
man:x:9:
games:x:13:
staff:x:20:
sshd:x:22:
mailnull:x:26:
guest:x:31:
video:x:44:
bind:x:53:
uucp:x:66:
dialer:x:68:
network:x:69:
www:x:80:
ntpd:x:123:
nogroup:x:65533:
nobody:x:65534:
`

const SERVICES = `ftp-data	20/tcp
ftp	21/tcp
ssh	22/tcp
telnet	23/tcp
smtp	25/tcp	mail
domain	53/tcp
domain	53/udp
http	80/tcp	www www-http
pop3	110/tcp
ntp	123/udp
imap	143/tcp
snmp	161/udp
https	443/tcp
syslog	514/udp
postgresql	5432/tcp
mysql	3306/tcp
`

const DEFAULTS_RC_CONF = `#!/bin/sh
# The values that hold where /etc/rc.conf says nothing; change /etc/rc.conf, not this file.
rc_conf_files="/etc/rc.conf /etc/rc.conf.local"
local_startup="/usr/local/etc/rc.d"
hostname=""
cleartmp_enable="NO"
cron_enable="YES"
sshd_enable="NO"
sshd_flags=""
sendmail_enable="NO"
syslogd_enable="YES"
syslogd_flags="-s"
ntpd_enable="NO"
inetd_enable="NO"
update_motd="YES"
`

const SSHD_CONFIG = `# Read by sshd(8), where the machine that made this release has one.
PermitRootLogin prohibit-password
UsePAM no
PidFile /var/run/sshd.pid
Subsystem sftp internal-sftp
`

const PROFILE = `# sh(1) and what stands in for csh(1) read this at login.
PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:$HOME/bin
BLOCKSIZE=K
export PATH BLOCKSIZE
: "\${EDITOR:=vi}" "\${PAGER:=less}" "\${LANG:=C.UTF-8}"
export EDITOR PAGER LANG
if [ -n "$BASH_VERSION" ] && [ -r /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi
`

// FreeBSD's root has csh(1) with this prompt; where the machine has no tcsh, bash is called so and shows it too.
const BASHRC = `case $- in *i*) ;; *) return ;; esac
PS1='\\u@\\h:\\w \\$ '
shopt -s checkwinsize
alias h='fc -l' j='jobs -l' la='ls -aF' lf='ls -FA' ll='ls -lAF'
`

const CSHRC = `alias h		history 25
alias j		jobs -l
alias la	ls -aF
alias lf	ls -FA
alias ll	ls -lAF
umask 22
set path = (/sbin /bin /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin $HOME/bin)
setenv EDITOR vi
setenv PAGER less
setenv BLOCKSIZE K
if ($?prompt) then
	set prompt = "%N@%m:%~ %# "
	set promptchars = "%#"
	set filec
	set history = 1000
	set savehist = (1000 merge)
	set autolist = ambiguous
	set autoexpand
	set autorehash
	set mail = (/var/mail/$USER)
endif
`

const PAM = `auth sufficient pam_rootok.so
auth required pam_unix.so
account required pam_unix.so
password required pam_unix.so
session required pam_unix.so
`

const HOSTS = `::1			localhost localhost.my.domain
127.0.0.1		localhost localhost.my.domain
`

const shadow = PASSWD.trimEnd().split('\n').map((line) => `${line.split(':')[0]}:*:19000:0:99999:7:::\n`).join('') // prettier-ignore

/** `/etc` of a release and what else of its files is not a program. */
export const ETC: Readonly<Record<string, TreeFile>> = {
  'etc/passwd': file(PASSWD),
  'etc/group': file(GROUP),
  'etc/shadow': file(shadow, 0o600),
  'etc/gshadow': file('', 0o600),
  'etc/shells': file('# List of acceptable shells for chpass(1).\n/bin/sh\n/bin/csh\n/bin/tcsh\n'),
  'etc/services': file(SERVICES),
  'etc/protocols': file('ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\nipv6-icmp\t58\tIPV6-ICMP\n'),
  'etc/hosts': file(HOSTS),
  'etc/host.conf': file('multi on\n'),
  'etc/nsswitch.conf': file('group: files\nhosts: files dns\nnetworks: files\npasswd: files\nshells: files\nservices: files\nprotocols: files\n'), // prettier-ignore
  'etc/defaults/rc.conf': file(DEFAULTS_RC_CONF),
  'etc/profile': file(PROFILE),
  'etc/bash.bashrc': file(BASHRC),
  // csh(1) does not ask the terminal to mark what is pasted.
  'etc/inputrc': file('set enable-bracketed-paste off\n'),
  'etc/csh.cshrc': file('# System-wide .cshrc file for csh(1).\n'),
  'etc/csh.login': file('# System-wide .login file for csh(1).\n'),
  'etc/crontab': file("# /etc/crontab - root's crontab for FreeBSD\n"),
  'etc/fstab': file(''),
  'etc/login.defs': file('MAIL_DIR /var/mail\nUID_MIN 1001\nUID_MAX 32000\nGID_MIN 1001\nGID_MAX 32000\nENCRYPT_METHOD SHA512\nUMASK 022\nENV_SUPATH PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin\nENV_PATH PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin\n'), // prettier-ignore
  'etc/ssh/sshd_config': file(SSHD_CONFIG),
  // Where vi(1) is Vim: its own runtime files are not in a release, and without a vimrc of the user's it asks for one of them.
  'etc/vim/vimrc': file("set nocompatible backspace=indent,eol,start\nlet $VIMRUNTIME='/etc/vim'\n"),
  'etc/vim/defaults.vim': file(''),
  ...Object.fromEntries(
    ['other', 'su', 'su-l', 'login', 'passwd', 'chpasswd'].map((name) => [`etc/pam.d/${name}`, file(PAM)]),
  ),
  'root/.cshrc': file(CSHRC),
  'root/.login': file(''),
  'root/.profile': file('HOME=/root; export HOME\n'),
  'root/.bashrc': file('. /etc/bash.bashrc\n'),
  'usr/share/skel/dot.profile': file('# $HOME/.profile\n'),
  'usr/share/skel/dot.cshrc': file(CSHRC),
  run: { link: 'var/run' },
  home: { link: 'usr/home' },
  sys: { link: 'usr/src/sys' },
  'usr/local/bin/python3': { link: '../../bin/python3' },
}

/** Folders of a release, with their modes. */
export const FOLDERS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'boot compat dev etc etc/rc.d libexec media mnt net proc rescue root usr usr/home usr/include usr/lib usr/lib32 usr/libdata usr/libexec usr/local usr/local/bin usr/local/sbin usr/local/etc usr/local/etc/rc.d usr/obj usr/share usr/share/skel usr/src var var/cache var/cron var/db var/db/pkg var/empty var/log var/mail var/run var/spool'
      .split(' ')
      .map((name) => [name, 0o755]),
  ),
  tmp: 0o1777,
  'var/tmp': 0o1777,
}
