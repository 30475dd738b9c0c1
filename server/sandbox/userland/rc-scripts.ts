import { file, script, type TreeFile } from './tree-file.ts'

const RC_SUBR = `# Functions for rc.d scripts: the part of rc.subr(8) that a sandbox's scripts need.
load_rc_config() {
	. /etc/defaults/rc.conf
	for _file in /etc/rc.conf /etc/rc.conf.local; do [ ! -r "$_file" ] || . "$_file"; done
	[ -z "$1" ] || [ ! -r "/etc/rc.conf.d/$1" ] || . "/etc/rc.conf.d/$1"
}
checkyesno() {
	eval "_value=\\$$1"
	case $_value in [Yy][Ee][Ss]|[Tt][Rr][Uu][Ee]|[Oo][Nn]|1) return 0 ;; *) return 1 ;; esac
}
warn() { echo "$0: WARNING: $*" >&2; }
err() { _code=$1; shift; echo "$0: ERROR: $*" >&2; exit "$_code"; }
# The pid of what runs, from the pid file or by the command's path.
_running() {
	rc_pid=
	if [ -n "$pidfile" ]; then
		[ -r "$pidfile" ] && rc_pid=$(cat "$pidfile") && kill -0 "$rc_pid" 2>/dev/null && return 0
		rc_pid=
		return 1
	fi
	rc_pid=$(pgrep -f -o -- "^$command( |$)" 2>/dev/null)
	[ -n "$rc_pid" ]
}
_not_enabled() {
	echo "Cannot '$1' $name. Set $rcvar to YES in /etc/rc.conf or use 'one$1' instead of '$1'."
	exit 1
}
_do_start() {
	if [ -n "$start_precmd" ]; then $start_precmd || exit 1; fi
	if [ -n "$start_cmd" ]; then $start_cmd; return; fi
	if _running; then echo "$name already running? (pid=$rc_pid)."; exit 1; fi
	if [ ! -x "$command" ]; then
		echo "$name: $command is not here: the machine that made this release has none" >&2
		exit 1
	fi
	echo "Starting $name."
	eval "_flags=\\$\${name}_flags"
	$command $_flags $command_args </dev/null || { echo "$0: WARNING: failed to start $name" >&2; exit 1; }
}
_do_stop() {
	if [ -n "$stop_cmd" ]; then $stop_cmd; return; fi
	if ! _running; then echo "$name not running?"; return 1; fi
	echo "Stopping $name."
	kill "$rc_pid"
	echo "Waiting for PIDS: $rc_pid."
	_tries=50
	while kill -0 "$rc_pid" 2>/dev/null && [ "$_tries" -gt 0 ]; do sleep 0.1; _tries=$((_tries - 1)); done
}
run_rc_command() {
	_action=$1 _one=
	case $_action in
	one*) _one=1 _action=\${_action#one} ;;
	fast*) _action=\${_action#fast} ;;
	force*) _one=1 _action=\${_action#force} ;;
	quiet*) _action=\${_action#quiet} ;;
	esac
	case $_action in
	start|stop|restart|reload)
		if [ -z "$_one" ] && [ -n "$rcvar" ] && ! checkyesno "$rcvar"; then
			case $1 in fast*|quiet*) exit 0 ;; *) _not_enabled "$_action" ;; esac
		fi ;;
	esac
	case $_action in
	start) _do_start ;;
	stop) _do_stop ;;
	restart) _do_stop; _do_start ;;
	reload) _running && kill -HUP "$rc_pid" ;;
	status)
		if _running; then echo "$name is running as pid $rc_pid."; else echo "$name is not running."; exit 1; fi ;;
	enabled) checkyesno "$rcvar" ;;
	enable) sysrc "$rcvar=YES" >/dev/null && echo "$name enabled in /etc/rc.conf" ;;
	disable) sysrc "$rcvar=NO" >/dev/null && echo "$name disabled in /etc/rc.conf" ;;
	rcvar) echo "# $name"; echo "#"; eval "echo \\"$rcvar=\\\\\\"\\$$rcvar\\\\\\"\\""; echo "#   (default: \\"\\")" ;;
	*)
		case " $extra_commands " in
		*" $_action "*) eval "\\$\${_action}_cmd"; return ;;
		esac
		echo "$0: unknown directive '$1'." >&2
		echo "Usage: $0 [fast|force|one|quiet](start|stop|restart|rcvar|enable|disable|enabled|status)" >&2
		exit 1 ;;
	esac
}
`

const RC = `#!/bin/sh
# rc(8) of a sandbox's release: starts what /etc/rc.conf enables.
HOME=/ PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
export HOME PATH
. /etc/rc.subr
load_rc_config
rm -f /var/run/*.pid
for script in /etc/rc.d/* /usr/local/etc/rc.d/*; do
	if [ -x "$script" ]; then "$script" faststart; fi
done
if [ -r /etc/rc.local ]; then echo "Starting local daemons:."; sh /etc/rc.local; fi
echo
date
exit 0
`

const RC_SHUTDOWN = `#!/bin/sh
# rc.shutdown(8) of a sandbox's release: stops what /etc/rc started, the last first.
HOME=/ PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
export HOME PATH
. /etc/rc.subr
load_rc_config
for script in $(ls -r /etc/rc.d/* /usr/local/etc/rc.d/* 2>/dev/null); do
	if [ -x "$script" ] && grep -q 'KEYWORD:.*shutdown' "$script"; then "$script" faststop; fi
done
echo "."
exit 0
`

const SSHD = `#!/bin/sh
# PROVIDE: sshd
# KEYWORD: shutdown
. /etc/rc.subr
name=sshd
rcvar=sshd_enable
command=/usr/sbin/sshd
pidfile=/var/run/sshd.pid
start_precmd=sshd_precmd
sshd_precmd() {
	[ -x "$command" ] || return 0
	mkdir -p /var/run/sshd /var/empty
	for type in rsa ecdsa ed25519; do
		key=/etc/ssh/ssh_host_\${type}_key
		[ -f "$key" ] && continue
		echo "Generating $type host key."
		ssh-keygen -q -t "$type" -f "$key" -N "" && ssh-keygen -l -f "$key.pub"
	done
}
load_rc_config sshd
run_rc_command "$1"
`

const CLEAN_VAR = `#!/bin/sh
# PROVIDE: cleartmp
. /etc/rc.subr
name=cleartmp
rcvar=cleartmp_enable
start_cmd=cleartmp_start
stop_cmd=:
cleartmp_start() { echo "Clearing /tmp."; find /tmp -mindepth 1 -delete; }
load_rc_config cleartmp
run_rc_command "$1"
`

/** `/etc/rc` and the scripts below it. */
export const RC_SCRIPTS: Readonly<Record<string, TreeFile>> = {
  'etc/rc': script(RC),
  'etc/rc.shutdown': script(RC_SHUTDOWN),
  'etc/rc.subr': file(RC_SUBR),
  'etc/rc.d/sshd': script(SSHD),
  'etc/rc.d/cleartmp': script(CLEAN_VAR),
}
