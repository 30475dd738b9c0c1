#include "cb.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int as_root_main(int argc, char **argv);

/* Becomes the sandbox's root without leaving the machine's files: joins the host's user namespace, or makes a like one. */
static void become_root(bool needs_host) {
  if (geteuid() == 0 || inside_host()) return;
  struct host_handle handle;
  if (needs_host) ensure_host(&handle);
  if (!host_is_alive(&handle)) {
    if (enter_user_namespace() != 0) die(1, "%s", probe_mode());
    return;
  }
  int process = (int)syscall(SYS_pidfd_open, handle.pid, 0);
  if (process < 0 || setns(process, CLONE_NEWUSER) != 0) die(1, "the sandbox's root cannot be used: %s", strerror(errno));
  close(process);
  give_whole_root();
}

/* as-root [--without-host] COMMAND ARGUMENT… */
int as_root_main(int argc, char **argv) {
  int at = 1;
  bool needs_host = true;
  if (at < argc && strcmp(argv[at], "--without-host") == 0) {
    needs_host = false;
    at++;
  }
  if (at >= argc) die(64, "no command given");
  become_root(needs_host);
  if (needs_host) {
    const char *path = getenv("PATH");
    setenv("PATH", text("%s/bin:%s", state_folder(), path == NULL ? "/usr/bin:/bin" : path), 1);
    setenv("CELLBLOCK_SANDBOX", state_folder(), 1);
  }
  execvp(argv[at], argv + at);
  die(errno == ENOENT ? 127 : 126, "%s: %s", argv[at], errno == ENOENT ? "command not found" : strerror(errno));
}
