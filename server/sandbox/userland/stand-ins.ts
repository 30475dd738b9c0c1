import { RC_SCRIPTS } from './rc-scripts.ts'
import { script, type TreeFile } from './tree-file.ts'
import { ADDUSER, PW } from './user-scripts.ts'

// Shell variables are written without braces where they can be: this is a template literal.

const SYSRC = `#!/bin/sh
# sysrc(8) of a sandbox's release: reads and changes /etc/rc.conf.
usage() {
	echo "Usage: sysrc [OPTIONS] {name[[+|-]=value] ... | -a | -A | -l | -L [name ...]}" >&2
	exit 1
}
quiet= only_value= all= remove= files= ignore= check= root=
while getopts aAcdDeEf:FhiIj:lLnNqR:svx flag; do
	case $flag in
	a|A) all=1 ;; c) check=1 ;; f) files="$files $OPTARG" ;; i) ignore=1 ;; n) only_value=1 ;;
	q) quiet=1 ;; R) root=$OPTARG ;; x) remove=1 ;; e|E|F|I|N|d|D|s|v|l|L) ;; *) usage ;;
	esac
done
shift $((OPTIND - 1))
chosen=$files
[ -n "$files" ] || files="$root/etc/defaults/rc.conf $root/etc/rc.conf $root/etc/rc.conf.local"
target=$root/etc/rc.conf
[ -z "$chosen" ] || target=$(set -- $chosen; eval "echo \\$$#")

# The value of $1, on standard output; false where it is not set.
lookup() {
	(
		unset "$1" 2>/dev/null
		for file in $files; do [ ! -r "$file" ] || . "$file" >/dev/null 2>&1; done
		eval "[ -n \\"\\\${$1+set}\\" ] && printf '%s\\n' \\"\\$$1\\""
	)
}
# Takes the lines that set $1 out of the file.
forget() {
	[ -f "$target" ] || return 0
	grep -v "^[[:space:]]*$1=" "$target" >"$target.new$$"
	cat "$target.new$$" >"$target"
	rm -f "$target.new$$"
}
assign() {
	quoted=$(printf '%s' "$2" | sed 's/[\\\\"$\`]/\\\\&/g')
	if grep -q "^[[:space:]]*$1=" "$target" 2>/dev/null; then
		awk -v name="$1" -v line="$1=\\"$(printf '%s' "$quoted" | sed 's/\\\\/\\\\\\\\/g')\\"" '
			{ rest = $0; sub(/^[ \\t]+/, "", rest) }
			index(rest, name "=") == 1 { if (!done) print line; done = 1; next }
			{ print }' "$target" >"$target.new$$" && cat "$target.new$$" >"$target" && rm -f "$target.new$$"
	else
		printf '%s="%s"\\n' "$1" "$quoted" >>"$target"
	fi
}
if [ -n "$all" ]; then
	for name in $(cat $files 2>/dev/null | sed -n 's/^[[:space:]]*\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p' | sort -u); do
		value=$(lookup "$name")
		default=$(files="$root/etc/defaults/rc.conf"; lookup "$name" || echo "(unset)")
		[ "$value" = "$default" ] || echo "$name: $value"
	done
	exit 0
fi
[ $# -gt 0 ] || usage
status=0
for word in "$@"; do
	case $word in
	*=*)
		name=$(printf '%s' "$word" | sed 's/[-+]*=.*//' | tr -d '\\n')
		value=$(printf '%s' "$word" | sed '1s/^[^=]*=//')
		case $name in ''|*[!A-Za-z0-9_]*|[0-9]*) echo "sysrc: $name: name contains characters not allowed in shell" >&2; status=1; continue ;; esac
		old=$(lookup "$name")
		case $word in
		"$name+="*) case " $old " in *" $value "*) value=$old ;; *) value="$old\${old:+ }$value" ;; esac ;;
		"$name-="*) new=; for each in $old; do [ "$each" = "$value" ] || new="$new\${new:+ }$each"; done; value=$new ;;
		esac
		if [ -n "$check" ]; then [ "$old" = "$value" ] || status=1; continue; fi
		assign "$name" "$value" || exit 1
		if [ -n "$only_value" ]; then echo "$value"; else echo "$name: $old -> $value"; fi ;;
	*)
		if [ -n "$remove" ]; then
			if grep -q "^[[:space:]]*$word=" "$target" 2>/dev/null; then forget "$word"; else
				[ -n "$ignore" ] || { echo "sysrc: unknown variable '$word'" >&2; status=1; }
			fi
			continue
		fi
		if value=$(lookup "$word"); then
			[ -n "$check" ] && continue
			if [ -n "$only_value" ]; then printf '%s\\n' "$value"; else printf '%s: %s\\n' "$word" "$value"; fi
		elif [ -z "$ignore" ]; then
			[ -n "$check$quiet" ] || echo "sysrc: unknown variable '$word'" >&2
			status=1
		fi ;;
	esac
done
exit $status
`

const PKG = `#!/bin/sh
# A sandbox's release has no packages: there is no FreeBSD kernel below that could run them.
case $1 in
-v|--version) echo "sandbox"; exit 0 ;;
-N) echo "pkg: 0 packages installed"; exit 0 ;;
info|query|version|audit) exit 0 ;;
esac
echo "pkg: this is a sandbox on Linux: there are no FreeBSD packages to install here" >&2
exit 1
`

const LOGIN = `#!/bin/sh
# login(1) of a sandbox's release. Who calls it is root already, so it only puts on the user's clothes:
# no accounting records and no hang-up of the terminal, which belongs to the machine outside.
keep= user=
while getopts fph: flag; do
	case $flag in p) keep=1 ;; f|h) ;; *) echo "usage: login [-fp] [-h hostname] [user]" >&2; exit 1 ;; esac
done
shift $((OPTIND - 1))
user=$1
[ -n "$user" ] || { printf 'login: '; read -r user || exit 1; }
if [ -z "$keep" ]; then exec env -i TERM="\${TERM:-dumb}" /usr/bin/login -p -f "$user"; fi
entry=$(grep "^$user:" /etc/passwd) || { echo "Login incorrect" >&2; exit 1; }
IFS=: read -r name _ uid gid _ home shell <<END
$entry
END
: "\${shell:=/bin/sh}"
export HOME="$home" SHELL="$shell" USER="$name" LOGNAME="$name" MAIL="/var/mail/$name" BLOCKSIZE=K
export PATH="/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:$home/bin"
if [ "$uid" != "$(id -u)" ]; then exec su -l "$name"; fi
cd "$home" 2>/dev/null || { echo "No home directory."; echo "Logging in with home = \\"/\\"."; cd /; HOME=/; }
if [ ! -e "$HOME/.hushlogin" ] && [ -r /etc/motd ]; then cat /etc/motd; fi
# A login shell's name begins with a dash, which only bash can give it.
if [ -x /bin/bash ]; then exec /bin/bash -c 'exec -a "$0" "$1"' "-\${shell##*/}" "$shell"; fi
exec "$shell" -l
`

const SERVICE = `#!/bin/sh
# service(8) of a sandbox's release.
usage() {
	echo "Usage:"
	echo "service [-j <jail name or id>] -e"
	echo "service [-j <jail name or id>] -R"
	echo "service [-j <jail name or id>] [-v] -l | -r"
	echo "service [-j <jail name or id>] [-v] <rc.d script> start|stop|etc."
	exit 1
}
. /etc/rc.subr
scripts() { for file in /etc/rc.d/* /usr/local/etc/rc.d/*; do [ ! -x "$file" ] || echo "$file"; done; }
case $1 in
-e)
	load_rc_config
	for file in $(scripts); do
		variable=$(sed -n 's/^rcvar="*\\([A-Za-z0-9_]*\\)"*$/\\1/p' "$file" | head -n 1)
		if [ -n "$variable" ] && checkyesno "$variable"; then echo "$file"; fi
	done
	exit 0 ;;
-l) scripts | sed 's|.*/||' | sort; exit 0 ;;
-r) scripts; exit 0 ;;
-R) for file in /usr/local/etc/rc.d/*; do [ ! -x "$file" ] || "$file" restart; done; exit 0 ;;
-v) shift ;;
-*|'') usage ;;
esac
name=$1
shift
for folder in /etc/rc.d /usr/local/etc/rc.d; do
	if [ -x "$folder/$name" ]; then
		cd / && exec env -i HOME=/ PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin "$folder/$name" "$@"
	fi
done
echo "$name does not exist in /etc/rc.d or the local startup" >&2
echo "directories (/usr/local/etc/rc.d), or is not executable" >&2
exit 1
`

/** Programs of FreeBSD's that Linux has no like of, as shell scripts. */
export const STAND_INS: Readonly<Record<string, TreeFile>> = {
  'usr/sbin/sysrc': script(SYSRC),
  'usr/sbin/service': script(SERVICE),
  'usr/sbin/pkg': script(PKG),
  'usr/bin/login': script(LOGIN),
  'usr/sbin/pw': script(PW),
  'usr/sbin/adduser': script(ADDUSER),
  ...RC_SCRIPTS,
}
