#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct user {
  char *name, *home, *shell;
  uid_t uid;
  gid_t gid;
};

static struct {
  int folder;
  struct jail_rights rights;
  const char *username, *working_folder;
  bool host_user, clean;
  char **command;
  char *variables[64];
  int variable_count;
  struct user user;
  gid_t groups[64];
  int group_count;
} entry;

static _Noreturn void usage(void) {
  dprintf(STDERR_FILENO, "usage: jexec [-l] [-d working-directory] [-e name=value]\n"
                         "             [-u username | -U username] jail [command ...]\n");
  exit(1);
}

/* libc would ask the name services of whoever's root this is; a jail's files are read as text, no more. */
static bool parse_user(char *line, struct user *user) {
  char *fields[7];
  for (int i = 0; i < 7; i++)
    if ((fields[i] = strsep(&line, ":")) == NULL) return false;
  user->name = fields[0];
  user->uid = (uid_t)strtoul(fields[2], NULL, 10);
  user->gid = (gid_t)strtoul(fields[3], NULL, 10);
  user->home = fields[5];
  user->shell = fields[6];
  return true;
}

static bool find_user(const char *name, struct user *found) {
  char *passwd = read_text("/etc/passwd");
  for (char *rest = passwd, *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;)
    if (parse_user(line, found) && (name == NULL ? found->uid == 0 : strcmp(found->name, name) == 0)) return true;
  return false;
}

static void find_groups(void) {
  entry.groups[entry.group_count++] = entry.user.gid;
  char *groups = read_text("/etc/group");
  for (char *rest = groups, *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
    char *name = strsep(&line, ":"), *password = strsep(&line, ":"), *id = strsep(&line, ":"), *members = line;
    if (name == NULL || password == NULL || id == NULL || members == NULL) continue;
    for (char *member; (member = strsep(&members, ",")) != NULL;)
      if (strcmp(member, entry.user.name) == 0 && entry.group_count < 64)
        entry.groups[entry.group_count++] = (gid_t)strtoul(id, NULL, 10);
  }
}

static void look_up_user(const char *name) {
  if (!find_user(name, &entry.user)) {
    if (name != NULL) die(1, "%s: no such user", name);
    entry.user = (struct user){.name = "root", .home = "/root", .shell = "/bin/sh"};
  }
  find_groups();
}

static void use_user_environment(void) {
  if (entry.clean) {
    char *terminal = getenv("TERM");
    if (terminal != NULL) terminal = strdup(terminal);
    clearenv();
    if (terminal != NULL) setenv("TERM", terminal, 1);
  }
  setenv("PATH", text("/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:%s/bin", entry.user.home), 1);
  setenv("BLOCKSIZE", "K", 1);
  setenv("MAIL", text("/var/mail/%s", entry.user.name), 1);
  setenv("USER", entry.user.name, 1);
  setenv("HOME", entry.user.home, 1);
  setenv("SHELL", entry.user.shell[0] == '\0' ? "/bin/sh" : entry.user.shell, 1);
}

static void become_user(void) {
  /* With only one user id there are no groups to leave, and everybody is root. */
  if (setgroups((size_t)entry.group_count, entry.groups) != 0 && entry.user.uid != 0) die(1, "setgroups: %s", strerror(errno));
  if (setresgid(entry.user.gid, entry.user.gid, entry.user.gid) != 0) die(1, "setgid: %s", strerror(errno));
  if (setresuid(entry.user.uid, entry.user.uid, entry.user.uid) != 0) die(1, "setusercontext: %s", strerror(errno));
}

static int jail_process(void *argument) {
  (void)argument;
  /* Nobody in the jail may look into this process while it still holds something of the host. */
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (join_jail(entry.folder, true) != 0) die(1, "jail_attach: %s", strerror(errno));
  if (chdir(entry.working_folder == NULL ? "/" : entry.working_folder) != 0)
    die(1, "chdir(): %s: %s", entry.working_folder == NULL ? "/" : entry.working_folder, strerror(errno));
  if (entry.clean || entry.username != NULL) {
    if (!entry.host_user) look_up_user(entry.username);
    use_user_environment();
  }
  for (int i = 0; i < entry.variable_count; i++) putenv(entry.variables[i]);
  keep_jail_capabilities(entry.rights);
  if (entry.username != NULL) become_user();
  if (entry.clean && entry.username != NULL && entry.working_folder == NULL && chdir(entry.user.home) != 0)
    die(1, "chdir: %s: %s", entry.user.home, strerror(errno));
  /* After the change of user, which takes it back. */
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  close_others();
  if (entry.command[0] != NULL) {
    execvp(entry.command[0], entry.command);
    die(1, "execvp: %s: %s", entry.command[0], strerror(errno));
  }
  const char *shell = getenv("SHELL");
  if (shell == NULL || access(shell, X_OK) != 0) shell = "/bin/sh";
  execlp(shell, shell, "-i", (char *)NULL);
  die(1, "execlp: %s: %s", shell, strerror(errno));
}

int jexec_main(int argc, char **argv) {
  int user_flags = 0;
  opterr = 0;
  for (int letter; (letter = getopt(argc, argv, "+d:e:lnu:U:")) != -1;) switch (letter) {
    case 'd': entry.working_folder = optarg; break;
    case 'e':
      if (strchr(optarg, '=') == NULL || entry.variable_count == 64) usage();
      entry.variables[entry.variable_count++] = optarg;
      break;
    case 'l': entry.clean = true; break;
    case 'n': break;
    case 'u':
    case 'U':
      entry.username = optarg;
      entry.host_user = letter == 'u';
      user_flags |= letter == 'u' ? 1 : 2;
      break;
    default: usage();
    }
  if (optind >= argc || user_flags == 3) usage();
  const char *name = argv[optind];
  entry.command = argv + optind + 1;
  if (enter_host() != 0) die(1, "jail_attach: %s", strerror(errno));
  size_t count;
  struct jail *jails = read_jails(&count);
  const struct jail *jail = find_jail(jails, count, name);
  if (jail == NULL || open_jail(jail, &entry.folder) != 0) die(1, "jail \"%s\" not found", name);
  if (entry.host_user) look_up_user(entry.username);
  entry.rights.own_network = strcmp(jail_parameter(jail, "vnet") ? jail_parameter(jail, "vnet") : "", "new") == 0;
  entry.rights.raw_sockets = jail_flag(jail, "allow.raw_sockets");
  int processes = openat(entry.folder, "ns/pid", O_RDONLY | O_CLOEXEC);
  if (processes < 0 || setns(processes, CLONE_NEWPID) != 0) die(1, "jail_attach(%d): %s", jail->jid, strerror(errno));
  close(processes);
  return run_and_wait(jail_process, NULL);
}
