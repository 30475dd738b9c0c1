/** `pw(8)`: users and groups straight in /etc; the options that people and Ansible's modules use. */
export const PW = `#!/bin/sh
# pw(8) of a sandbox's release.
fail() { status=$1; shift; echo "pw: $*" >&2; exit "$status"; }
case $1 in
user|group) what=$1; verb=$2; shift 2 ;;
user*|group*) what=$(echo "$1" | sed 's/^\\(user\\|group\\).*/\\1/'); verb=$(echo "$1" | sed 's/^\\(user\\|group\\)//'); shift ;;
lock|unlock) what=user; verb=$1; shift ;;
*) fail 64 "usage: pw user|group add|del|mod|show|next [options]" ;;
esac
name= id= comment= home= shell= group= groups= make= remove= descriptor= newname= members= add= drop= all= skeleton=/usr/share/skel quiet= unique=
case $1 in -*|'') ;; *) name=$1; shift ;; esac
while getopts V:R:C:qn:u:g:c:d:s:G:mk:rh:H:l:M:aow:b:e:p:L:NPYyi:d:Z flag; do
	case $flag in
	n) name=$OPTARG ;; u) id=$OPTARG ;; c) comment=$OPTARG ;; d) home=$OPTARG; drop=$OPTARG ;; s) shell=$OPTARG ;;
	g) if [ "$what" = user ]; then group=$OPTARG; else id=$OPTARG; fi ;;
	G) groups=$OPTARG ;; m) make=1; add=\${OPTARG:-} ;; k) skeleton=$OPTARG ;; r) remove=1 ;; h|H) descriptor=$OPTARG ;;
	l) newname=$OPTARG ;; M) members=$OPTARG ;; a) all=1 ;; q) quiet=1 ;; o) unique=no ;; [VRCwbepLNPYyiZ]) ;;
	*) exit 64 ;;
	esac
done
shift $((OPTIND - 1))
if [ "$what" = group ] && [ -n "$make" ]; then add=$1; fi
case $name in *:*|-*|*[!A-Za-z0-9._-]*) fail 65 "invalid character in $what name '$name'" ;; esac

# Puts what standard input says in the place of file $1, in one step.
replace() { cat >"$1.pw$$" && chmod "$(stat -c %a "$1")" "$1.pw$$" && mv "$1.pw$$" "$1"; }
field() { awk -F: -v key="$2" -v column="$3" '$1 == key { print $column; exit }' "$1"; }
known() { [ -n "$(field "$1" "$2" 1)" ]; }
next_id() { awk -F: 'BEGIN { id = 1001 } { used[$3] = 1 } END { while (id in used) id++; print id }' "$1"; }
group_id() {
	case $1 in *[!0-9]*|'') field /etc/group "$1" 3 ;; *) echo "$1" ;; esac
}
# Makes user $1 a member of exactly the groups $2 (comma-separated).
set_groups() {
	for one in $(echo "$2" | tr , ' '); do [ -n "$(group_id "$one")" ] || fail 67 "group \\\`$one' does not exist"; done
	awk -F: -v OFS=: -v user="$1" -v wanted="$2" '
		BEGIN { n = split(wanted, list, ","); for (i = 1; i <= n; i++) want[list[i]] = 1 }
		{
			n = split($4, member, ","); text = ""
			for (i = 1; i <= n; i++) if (member[i] != user) text = text (text == "" ? "" : ",") member[i]
			if ($1 in want || $3 in want) text = text (text == "" ? "" : ",") user
			$4 = text; print
		}' /etc/group | replace /etc/group
}
read_password() {
	[ -n "$descriptor" ] || return 0
	if [ "$descriptor" = - ]; then usermod_hash '*'; return; fi
	eval "read -r password <&$descriptor" || true
	printf '%s:%s\\n' "$name" "$password" | chpasswd || fail 1 "password not set"
}
usermod_hash() {
	awk -F: -v OFS=: -v user="$name" -v hash="$1" '$1 == user { $2 = hash } { print }' /etc/shadow | replace /etc/shadow
}

case $what:$verb in
user:add)
	[ -n "$name" ] || fail 64 "login name required"
	! known /etc/passwd "$name" || fail 65 "login name \\\`$name' already exists"
	[ -n "$id" ] || id=$(next_id /etc/passwd)
	if [ -z "$unique" ] && [ -n "$(awk -F: -v id="$id" '$3 == id' /etc/passwd)" ]; then fail 65 "uid \\\`$id' has already been allocated"; fi
	if [ -z "$group" ]; then
		group=$(field /etc/group "$name" 3)
		if [ -z "$group" ]; then
			group=$id
			[ -z "$(awk -F: -v id="$id" '$3 == id' /etc/group)" ] || group=$(next_id /etc/group)
			echo "$name:x:$group:" >>/etc/group
		fi
	fi
	gid=$(group_id "$group")
	[ -n "$gid" ] || fail 67 "group \\\`$group' is not defined"
	home=\${home:-/home/$name} shell=\${shell:-/bin/sh}
	case $shell in /*) ;; *) shell=/bin/$shell ;; esac
	printf '%s:x:%s:%s:%s:%s:%s\\n' "$name" "$id" "$gid" "\${comment:-User &}" "$home" "$shell" >>/etc/passwd
	printf '%s:*:%s:0:99999:7:::\\n' "$name" "$(($(date +%s) / 86400))" >>/etc/shadow
	[ -z "$groups" ] || set_groups "$name" "$groups"
	if [ -n "$make" ]; then
		mkdir -p "$home"
		for file in "$skeleton"/dot.*; do
			[ ! -f "$file" ] || cp "$file" "$home/.\${file##*/dot.}"
		done
		chown -R "$id:$gid" "$home" || fail 73 "$home: owner not changed: this sandbox holds only one user id"
	fi
	read_password ;;
user:mod)
	known /etc/passwd "$name" || fail 67 "no such user \\\`$name'"
	gid=
	if [ -n "$group" ]; then gid=$(group_id "$group"); [ -n "$gid" ] || fail 67 "group \\\`$group' is not defined"; fi
	case $shell in ''|/*) ;; *) shell=/bin/$shell ;; esac
	awk -F: -v OFS=: -v user="$name" -v id="$id" -v gid="$gid" -v comment="$comment" -v home="$home" -v shell="$shell" -v new="$newname" '
		$1 == user {
			if (id != "") $3 = id
			if (gid != "") $4 = gid
			if (comment != "") $5 = comment
			if (home != "") $6 = home
			if (shell != "") $7 = shell
			if (new != "") $1 = new
		} { print }' /etc/passwd | replace /etc/passwd
	if [ -n "$newname" ]; then
		awk -F: -v OFS=: -v user="$name" -v new="$newname" '$1 == user { $1 = new } { print }' /etc/shadow | replace /etc/shadow
		name=$newname
	fi
	[ -z "$groups" ] || set_groups "$name" "$groups"
	if [ -n "$make" ]; then home=$(field /etc/passwd "$name" 6); mkdir -p "$home"; chown "$name" "$home"; fi
	read_password ;;
user:del)
	known /etc/passwd "$name" || fail 67 "no such user \\\`$name'"
	home=$(field /etc/passwd "$name" 6)
	set_groups "$name" ""
	for file in /etc/passwd /etc/shadow; do awk -F: -v user="$name" '$1 != user' "$file" | replace "$file"; done
	[ -n "$(field /etc/group "$name" 4)" ] || awk -F: -v user="$name" '$1 != user' /etc/group | replace /etc/group
	case $home in /home/*|/usr/home/*) [ -z "$remove" ] || rm -rf "$home" ;; esac ;;
user:show)
	if [ -n "$all" ]; then sed 's/^\\([^:]*\\):x:\\([0-9]*\\):\\([0-9]*\\):/\\1:*:\\2:\\3::0:0:/' /etc/passwd; exit 0; fi
	if [ -n "$id" ] && [ -z "$name" ]; then name=$(awk -F: -v id="$id" '$3 == id { print $1; exit }' /etc/passwd); fi
	known /etc/passwd "$name" || fail 67 "no such user \\\`$name'"
	awk -F: -v user="$name" '$1 == user' /etc/passwd | sed 's/^\\([^:]*\\):x:\\([0-9]*\\):\\([0-9]*\\):/\\1:*:\\2:\\3::0:0:/' ;;
user:next) echo "$(next_id /etc/passwd):$(next_id /etc/group)" ;;
user:lock)
	known /etc/passwd "$name" || fail 67 "no such user \\\`$name'"
	usermod_hash "*LOCKED*$(field /etc/shadow "$name" 2)" ;;
user:unlock)
	known /etc/passwd "$name" || fail 67 "no such user \\\`$name'"
	usermod_hash "$(field /etc/shadow "$name" 2 | sed 's/^\\*LOCKED\\*//')" ;;
group:add)
	[ -n "$name" ] || fail 64 "group name required"
	! known /etc/group "$name" || fail 65 "group name \\\`$name' already exists"
	[ -n "$id" ] || id=$(next_id /etc/group)
	[ -z "$(awk -F: -v id="$id" '$3 == id' /etc/group)" ] || fail 65 "gid \\\`$id' has already been allocated"
	echo "$name:x:$id:$members" >>/etc/group ;;
group:mod)
	known /etc/group "$name" || fail 67 "unknown group \\\`$name'"
	awk -F: -v OFS=: -v group="$name" -v id="$id" -v members="$members" -v add="$add" -v drop="$drop" -v new="$newname" '
		$1 == group {
			if (id != "") $3 = id
			if (members != "") $4 = members
			if (add != "") $4 = $4 ($4 == "" ? "" : ",") add
			if (drop != "") {
				n = split($4, member, ","); $4 = ""
				for (i = 1; i <= n; i++) if (member[i] != drop) $4 = $4 ($4 == "" ? "" : ",") member[i]
			}
			if (new != "") $1 = new
		} { print }' /etc/group | replace /etc/group ;;
group:del)
	known /etc/group "$name" || fail 67 "unknown group \\\`$name'"
	awk -F: -v group="$name" '$1 != group' /etc/group | replace /etc/group ;;
group:show)
	if [ -n "$all" ]; then sed 's/:x:/:*:/' /etc/group; exit 0; fi
	known /etc/group "$name" || fail 67 "unknown group \\\`$name'"
	awk -F: -v group="$name" '$1 == group' /etc/group | sed 's/:x:/:*:/' ;;
group:next) next_id /etc/group ;;
*) fail 64 "usage: pw user|group add|del|mod|show|next [options]" ;;
esac
`

/** `adduser(8)`: its questions, over pw. */
export const ADDUSER = `#!/bin/sh
# adduser(8) of a sandbox's release.
ask() { # question, default; the answer is in $answer
	if [ -n "$2" ]; then printf '%s [%s]: ' "$1" "$2"; else printf '%s: ' "$1"; fi
	read -r answer || { echo; exit 1; }
	[ -n "$answer" ] || answer=$2
}
while :; do
	while :; do
		ask Username ''
		case $answer in
		'') echo "adduser: ERROR: You must enter a username"; continue ;;
		-*|*[!a-zA-Z0-9._-]*) echo "adduser: ERROR: Invalid character in user name"; continue ;;
		esac
		if pw usershow "$answer" >/dev/null 2>&1; then echo "adduser: ERROR: User exists!"; continue; fi
		user=$answer; break
	done
	ask 'Full name' ''; full=$answer
	ask 'Uid (Leave empty for default)' ''; uid=$answer
	ask 'Login group' "$user"; group=$answer
	ask "Login group is $group. Invite $user into other groups?" ''; groups=$(echo "$answer" | tr ' ' ,)
	ask 'Login class' default
	ask 'Shell (sh csh tcsh nologin)' sh
	case $answer in nologin) shell=/usr/sbin/nologin ;; /*) shell=$answer ;; *) shell=/bin/$answer ;; esac
	ask 'Home directory' "/home/$user"; home=$answer
	ask 'Home directory permissions (Leave empty for default)' ''; mode=$answer
	ask 'Use password-based authentication?' yes; password=
	if [ "$answer" = yes ]; then
		ask 'Use an empty password? (yes/no)' no
		ask 'Use a random password? (yes/no)' no; random=$answer
		if [ "$random" = yes ]; then password=$(od -An -N9 -tx1 /dev/urandom | tr -d ' ')
		else
			while :; do
				stty -echo 2>/dev/null
				printf 'Enter password: '; read -r password; echo
				printf 'Enter password again: '; read -r again; echo
				stty echo 2>/dev/null
				[ "$password" != "$again" ] || break
				echo "Passwords did not match!"
			done
		fi
	fi
	ask 'Lock out the account after creation?' no; locked=$answer
	printf '%-11s: %s\\n' Username "$user" Password "$([ -n "$password" ] && echo '*****' || echo '<disabled>')" 'Full Name' "$full" Uid "\${uid:-$(pw usernext | cut -d: -f1)}" Class '' Groups "$group $groups" Home "$home" 'Home Mode' "$mode" Shell "$shell" Locked "$locked"
	ask 'OK? (yes/no)' yes
	if [ "$answer" = yes ]; then
		[ "$group" = "$user" ] && group=
		set -- -n "$user" -c "\${full:-User &}" -d "$home" -s "$shell" -m
		[ -z "$uid" ] || set -- "$@" -u "$uid"
		[ -z "$group" ] || set -- "$@" -g "$group"
		[ -z "$groups" ] || set -- "$@" -G "$groups"
		if { if [ -n "$password" ]; then printf '%s\\n' "$password" | pw useradd "$@" -h 0; else pw useradd "$@"; fi; }; then
			[ -z "$mode" ] || chmod "$mode" "$home"
			[ "$locked" != yes ] || pw lock "$user"
			echo "adduser: INFO: Successfully added ($user) to the user database."
			[ "$random" != yes ] || echo "adduser: INFO: Password for ($user) is: $password"
		else
			echo "adduser: ERROR: There was an error adding user ($user)."
		fi
	fi
	ask 'Add another user? (yes/no)' no
	[ "$answer" = yes ] || break
done
echo Goodbye!
`
