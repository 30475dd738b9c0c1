#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool same_namespace(pid_t pid, const char *kind) {
  char *own = text("/proc/self/ns/%s", kind), *other = text("/proc/%d/ns/%s", (int)pid, kind);
  struct stat left, right;
  bool same = stat(own, &left) == 0 && stat(other, &right) == 0 && left.st_ino == right.st_ino;
  free(own);
  free(other);
  return same;
}

int enter_host(void) {
  if (inside_host()) return 0;
  struct host_handle handle;
  ensure_host(&handle);
  int process = (int)syscall(SYS_pidfd_open, handle.pid, 0);
  if (process < 0) return -1;
  int flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
  bool other_user = !same_namespace(handle.pid, "user");
  if (other_user) flags |= CLONE_NEWUSER;
  /* Only now that the process is held can its number no longer mean another one. */
  char *folder = text("/proc/%d", (int)handle.pid);
  bool alive = start_time_of(folder) == handle.start_time;
  free(folder);
  if (!alive) {
    close(process);
    errno = ESRCH;
    return -1;
  }
  char here[PATH_MAX];
  bool known = getcwd(here, sizeof here) != NULL;
  int result = setns(process, flags), code = errno;
  close(process);
  if (result == 0) {
    if (other_user) give_whole_root();
    if (!known || chdir(here) != 0) result = chdir("/");
    code = errno;
  }
  errno = code;
  return result;
}

/* What programs of the sandbox host find: its own commands first. */
void use_host_environment(void) {
  const char *state = state_folder();
  char *node = host_setting("node");
  char *folder = strdup(node == NULL ? "/usr/bin/node" : node);
  char *slash = strrchr(folder, '/');
  if (slash != NULL) *slash = '\0';
  char *path = text("%s/bin:%s/lib/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:%s", state, state, folder);
  setenv("PATH", path, 1);
  setenv("CELLBLOCK_SANDBOX", state, 1);
  setenv("HOME", "/root", 1);
  free(path);
  free(folder);
  free(node);
}

static volatile pid_t forward_to;
static bool own_group; /* the child has the terminal to itself, as a process group of its own */
static int terminal = -1;

/*
 * What the terminal sends reaches the child by itself; what a process sent us is passed on. So is the end of the
 * terminal, of which the kernel tells only the first process of a session.
 */
static void forward(int number, siginfo_t *info, void *context) {
  (void)context;
  if (forward_to <= 0) return;
  if (number == SIGHUP && own_group) kill(-forward_to, SIGHUP);
  else if (info->si_code <= 0 || number == SIGHUP) kill(forward_to, number);
}

/*
 * Shells find it odd when the group that has the terminal is led from outside of what they can see (dash ends with an
 * error). So, with nothing but a terminal around, the child leads a group of its own, and we look after job control.
 */
static void choose_group(void) {
  if (!isatty(0) || !isatty(1) || !isatty(2) || tcgetpgrp(0) != getpgrp()) return;
  terminal = fcntl(0, F_DUPFD_CLOEXEC, 3);
  own_group = terminal >= 0;
}

/* The child has been stopped: whoever waits for us must see us stopped too, and continues us both. */
static void stop_with(pid_t child) {
  if (!own_group) {
    kill(getpid(), SIGSTOP);
    kill(child, SIGCONT);
    return;
  }
  tcsetpgrp(terminal, getpgrp());
  /* As the first of a session we have nobody who could continue us. */
  if (getsid(0) != getpid()) kill(0, SIGSTOP);
  if (tcgetpgrp(terminal) == getpgrp()) tcsetpgrp(terminal, child);
  kill(-child, SIGCONT);
}

static _Noreturn void child_begins(int (*child_main)(void *), void *argument, const sigset_t *signals) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (own_group) {
    setpgid(0, 0);
    tcsetpgrp(0, getpgrp());
  }
  sigprocmask(SIG_SETMASK, signals, NULL);
  _exit(child_main(argument));
}

/* Ends this process by the signal that ended the child, so that our caller sees the same. */
static int end_by(int number) {
  forward_to = 0;
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  signal(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  sigprocmask(SIG_UNBLOCK, &one, NULL);
  kill(getpid(), number);
  return 128 + number;
}

int run_and_wait(int (*child_main)(void *), void *argument) {
  static const int forwarded[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT};
  choose_group();
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child < 0) die(71, "fork: %s", strerror(errno));
  if (child == 0) child_begins(child_main, argument, &before);
  forward_to = child;
  struct sigaction action = {.sa_sigaction = forward, .sa_flags = SA_SIGINFO | SA_RESTART};
  for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) sigaction(forwarded[i], &action, NULL);
  signal(SIGTSTP, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  sigprocmask(SIG_SETMASK, &before, NULL);
  /* So that the end of a pipe travels past us. */
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  int status;
  for (;;) {
    if (waitpid(child, &status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      die(71, "waitpid: %s", strerror(errno));
    }
    if (!WIFSTOPPED(status)) break;
    stop_with(child);
  }
  if (own_group) tcsetpgrp(terminal, getpgrp());
  return WIFEXITED(status) ? WEXITSTATUS(status) : end_by(WTERMSIG(status));
}

int exec_command(void *argument) {
  char **argv = argument;
  execvp(argv[0], argv);
  int code = errno;
  dprintf(STDERR_FILENO, "%s: %s: %s\n", program, argv[0], code == ENOENT ? "command not found" : strerror(code));
  return code == ENOENT ? 127 : 126;
}
