#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Holds the jail's first process by its folder in /proc: its number cannot come to mean another one. */
int open_jail(const struct jail *jail, int *folder) {
  char *path = text("%s/%d", proc_of_host(), (int)jail->pid);
  *folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  bool alive = *folder >= 0 && start_time_of(path) == jail->start_time;
  free(path);
  if (alive) return 0;
  if (*folder >= 0) close(*folder);
  errno = ESRCH;
  return -1;
}

/* Joins everything of the jail but its process numbers, which only children take on. */
int join_jail(int folder, bool with_network) {
  static const struct {
    const char *file;
    int kind;
  } spaces[] = {{"ns/net", CLONE_NEWNET}, {"ns/ipc", CLONE_NEWIPC}, {"ns/uts", CLONE_NEWUTS},
                {"ns/cgroup", CLONE_NEWCGROUP}, {"ns/mnt", CLONE_NEWNS}};
  int handles[sizeof spaces / sizeof *spaces];
  /* All are opened before the first is joined: the last takes our /proc away. */
  for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
    handles[i] = openat(folder, spaces[i].file, O_RDONLY | O_CLOEXEC);
    if (handles[i] < 0 && spaces[i].kind != CLONE_NEWCGROUP) return -1;
  }
  for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
    if (spaces[i].kind == CLONE_NEWNET && !with_network) continue;
    if (handles[i] < 0) continue;
    if (setns(handles[i], spaces[i].kind) != 0 && spaces[i].kind != CLONE_NEWCGROUP) return -1;
    close(handles[i]);
  }
  return 0;
}

static int open_only(const char *jid, const char *space, int kind) {
  size_t count;
  struct jail *jails = read_jails(&count);
  const struct jail *jail = find_jail(jails, count, jid);
  int folder;
  if (jail == NULL || open_jail(jail, &folder) != 0) die(1, "jail \"%s\" not found", jid);
  int handle = openat(folder, space, O_RDONLY | O_CLOEXEC);
  if (handle < 0 || setns(handle, kind) != 0) die(1, "%s: %s", space, strerror(errno));
  return 0;
}

/* in-network PID COMMAND ARGUMENT…: the host's own program in the network of a process. Inside the host only. */
int in_network_main(int argc, char **argv) {
  if (argc < 3) die(64, "usage: in-network PID COMMAND ARGUMENT…");
  char *path = text("/proc/%s/ns/net", argv[1]);
  int handle = open(path, O_RDONLY | O_CLOEXEC);
  if (handle < 0 || setns(handle, CLONE_NEWNET) != 0) die(1, "%s: %s", path, strerror(errno));
  return exec_command(argv + 2);
}

/* set-hostname JID NAME. Inside the host only. */
int set_hostname_main(int argc, char **argv) {
  if (argc != 3) die(64, "usage: set-hostname JID NAME");
  open_only(argv[1], "ns/uts", CLONE_NEWUTS);
  if (sethostname(argv[2], strlen(argv[2])) != 0) die(1, "sethostname: %s", strerror(errno));
  return 0;
}
