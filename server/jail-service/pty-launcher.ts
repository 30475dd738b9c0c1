/**
 * Source of the program between fork and the command of a pty. The forked child holds every descriptor of the service
 * that lacks close-on-exec, among them the masters of all other consoles (node-pty opens them so, and Node cannot set
 * the flag): a shell in one jail could read and type into every other. On FreeBSD an inherited directory makes
 * jail_attach(2) fail besides. So this closes all but 0, 1, 2 before the command starts.
 */
export const PTY_LAUNCHER_SOURCE = `\
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

static void close_all_from(int first) {
#ifdef __linux__
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  for (long fd = first; fd < limit; fd++) close((int)fd);
#else
  closefrom(first);
#endif
}

int main(int argc, char **argv) {
  sigset_t none;
  if (argc < 2) return 2;
  close_all_from(3);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execv(argv[1], argv + 1);
  int error = errno;
  fprintf(stderr, "%s: %s\\n", argv[1], strerror(error));
  return error == ENOENT ? 127 : 126;
}
`
