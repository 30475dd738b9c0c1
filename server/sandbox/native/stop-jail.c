#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 5

static void nap(void) { nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL); }

/* Asks every process of the jail to end, and waits until they have, as jail(8) does for stop.timeout seconds. */
static void ask_to_end(int folder, long seconds) {
  int processes = openat(folder, "ns/pid", O_RDONLY | O_CLOEXEC);
  if (processes < 0 || setns(processes, CLONE_NEWPID) != 0) return;
  pid_t inside = fork();
  if (inside == 0) {
    kill(-1, SIGTERM);
    kill(-1, SIGCONT);
    for (long waited = 0; waited < seconds * 1000 && kill(-1, 0) == 0; waited += STEP_MS) {
      /* Shells at a terminal do not hear TERM; what they would hear is that their terminal is gone. */
      if (waited == 20 * STEP_MS) kill(-1, SIGHUP);
      nap();
    }
    _exit(0);
  }
  while (inside > 0 && waitpid(inside, NULL, 0) < 0 && errno == EINTR) {}
}

/* stop-jail JID SECONDS: returns when nothing of the jail is left. Inside the host only. */
int stop_jail_main(int argc, char **argv) {
  if (argc != 3) die(64, "usage: stop-jail JID SECONDS");
  size_t count;
  struct jail *jails = read_jails(&count);
  const struct jail *jail = find_jail(jails, count, argv[1]);
  if (jail == NULL) return 0;
  int process = (int)syscall(SYS_pidfd_open, jail->pid, 0);
  int folder = -1;
  if (process < 0 || open_jail(jail, &folder) != 0) return bury_dead_jails();
  pid_t asker = fork();
  if (asker == 0) {
    ask_to_end(folder, atol(argv[2]));
    _exit(0);
  }
  while (waitpid(asker, NULL, 0) < 0 && errno == EINTR) {}
  syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
  poll(&(struct pollfd){.fd = process, .events = POLLIN}, 1, 5000);
  /* The host's first process clears up after it. */
  char *file = text("%s/run/jails/%d", state_folder(), jail->jid);
  for (int waited = 0; waited < 200 && access(file, F_OK) == 0; waited++) nap();
  return bury_dead_jails();
}
