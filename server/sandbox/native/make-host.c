#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int report = -1; /* the pipe to whoever asked for a host */

static _Noreturn void fail(const char *what) {
  dprintf(report, "the sandbox host cannot be made: %s: %s\n", what, strerror(errno));
  _exit(1);
}

/* Flags that a user namespace may not take off a mount that it did not make. */
static unsigned long kept_flags(const char *path) {
  struct statvfs status;
  if (statvfs(path, &status) != 0) return 0;
  unsigned long flags = 0;
  if (status.f_flag & ST_NOSUID) flags |= MS_NOSUID;
  if (status.f_flag & ST_NODEV) flags |= MS_NODEV;
  if (status.f_flag & ST_NOEXEC) flags |= MS_NOEXEC;
  if (status.f_flag & ST_NOATIME) flags |= MS_NOATIME;
  if (status.f_flag & ST_NODIRATIME) flags |= MS_NODIRATIME;
  if (status.f_flag & ST_RELATIME) flags |= MS_RELATIME;
  return flags;
}

static void bind_path(const char *root, const char *path, bool read_only) {
  struct stat status;
  if (stat(path, &status) != 0) return;
  char *target = text("%s%s", root, path);
  if (S_ISDIR(status.st_mode)) {
    if (make_folders(target, 0755) != 0) fail(target);
  } else {
    int file = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) fail(target);
    close(file);
  }
  if (mount(path, target, NULL, MS_BIND | MS_REC, NULL) != 0) fail(target);
  if (read_only && mount(NULL, target, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | kept_flags(target), NULL) != 0) fail(target);
  free(target);
}

/* Where the machine has a link (/bin -> usr/bin) the host has the same; where it has a folder, that folder. */
static void copy_top_level(const char *root, const char *name) {
  char *path = text("/%s", name), *target = text("%s/%s", root, name), link[PATH_MAX];
  ssize_t length = readlink(path, link, sizeof link - 1);
  if (length > 0) {
    link[length] = '\0';
    if (symlink(link, target) != 0 && errno != EEXIST) fail(target);
  } else bind_path(root, path, true);
  free(path);
  free(target);
}

static void make_root(const char *root) {
  static const char *links[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
  static const char *shared[] = {"/usr",      "/nix",       "/etc/alternatives", "/etc/ld.so.cache",
                                 "/etc/ssl",  "/etc/terminfo"};
  static const char *folders[] = {"proc", "run", "tmp", "var/log", "root", "mnt", "etc"};
  if (mount(root, root, NULL, MS_BIND | MS_REC, NULL) != 0) fail(root);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    char *folder = text("%s/%s", root, folders[i]);
    if (make_folders(folder, 0755) != 0) fail(folder);
    free(folder);
  }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) copy_top_level(root, links[i]);
  for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) bind_path(root, shared[i], true);
  bind_path(root, "/dev", false);
  char *proc = text("%s/proc", root), *run = text("%s/run", root), *tmp = text("%s/tmp", root), *var = text("%s/var/run", root);
  if (mount("proc", proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) fail("/proc");
  if (mount("tmpfs", run, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0) fail("/run");
  if (mount("tmpfs", tmp, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0) fail("/tmp");
  if (symlink("../run", var) != 0 && errno != EEXIST) fail(var);
  char *prefix = host_setting("node_prefix");
  if (prefix != NULL && prefix[0] == '/') bind_path(root, prefix, true);
  /* Last, since it may lie under any of the folders above. */
  const char *state = state_folder();
  char *target = text("%s%s", root, state);
  if (make_folders(target, 0755) != 0) fail(target);
  if (mount(state, target, NULL, MS_BIND, NULL) != 0) fail(target);
  char *mark = text("%s/etc/cellblock-sandbox", root);
  if (write_text_atomic(mark, state) != 0) fail(mark);
  if (chdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0) fail("pivot_root");
  if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) fail("umount");
  /* Jails are slaves of this: datasets that are mounted later appear in them, and go. */
  if (mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) != 0) fail("/");
}

static void loopback_up(void) {
  int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo"};
  if (handle < 0 || ioctl(handle, SIOCGIFFLAGS, &request) != 0) fail("lo");
  request.ifr_flags |= IFF_UP;
  if (ioctl(handle, SIOCSIFFLAGS, &request) != 0) fail("lo");
  close(handle);
}

static void boot(void) {
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    use_host_environment();
    char *node = host_setting("node"), *bundle = state_path("lib/commands.mjs");
    execl(node, node, bundle, "host-boot", (char *)NULL);
    dprintf(2, "%s: %s\n", node, strerror(errno));
    _exit(127);
  }
  int status;
  while (waitpid(child, &status, 0) != child)
    if (errno != EINTR) fail("waitpid");
  if (status != 0) {
    dprintf(report, "the sandbox host could not finish its start (exit code %d)\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    _exit(1);
  }
}

static void be_nameless(void) {
  /* Our arguments would show the state folder to whoever lists processes. */
  hide_arguments("init");
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
}

static _Noreturn void host_main(void) {
  setsid();
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  umask(022);
  char *name = host_setting("hostname"), *root = state_path("hostroot");
  if (name == NULL || sethostname(name, strlen(name)) != 0) fail("sethostname");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("/");
  make_root(root);
  loopback_up();
  boot();
  be_nameless();
  int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  dup2(null, 1);
  dup2(null, 2);
  dprintf(report, "ok\n");
  close(report);
  close_others();
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  for (;;) {
    pid_t ended;
    while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) bury_jail_of(ended);
    int number;
    sigwait(&children, &number);
  }
}

/* In between: makes the namespaces, whose first process then is the host. */
static _Noreturn void maker_main(void) {
  int namespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
  if (geteuid() != 0 || unshare(namespaces) != 0) {
    if (enter_user_namespace() != 0 || unshare(namespaces) != 0) {
      dprintf(report, "%s\n", strchr(probe_mode(), ':') ? strchr(probe_mode(), ':') + 2 : strerror(errno));
      _exit(1);
    }
  }
  int hold[2];
  if (pipe2(hold, O_CLOEXEC) != 0) fail("pipe");
  pid_t first = fork();
  if (first < 0) fail("fork");
  if (first == 0) {
    char byte;
    close(hold[1]);
    /* Not before the number under which it can be found and ended is written. */
    if (read(hold[0], &byte, 1) != 1) _exit(1);
    close(hold[0]);
    host_main();
  }
  dprintf(report, "pid %d\n", (int)first);
  char *folder = text("/proc/%d", (int)first), *net = text("%s/ns/net", folder), *boot_id = read_text("/proc/sys/kernel/random/boot_id");
  struct stat status;
  if (boot_id == NULL || stat(net, &status) != 0) fail(net);
  char *content = text("%d %llu %.36s %lu\n", (int)first, start_time_of(folder), boot_id, (unsigned long)status.st_ino);
  if (write_text_atomic(state_path("run/host.starting"), content) != 0) fail("run/host.starting");
  if (write(hold[1], "g", 1) != 1) fail("pipe");
  _exit(0);
}

/* Makes the host and waits until it is ready. Its process number as seen from here; dies with one sentence. */
pid_t make_host(void) {
  int result[2];
  if (pipe2(result, O_CLOEXEC) != 0) die(71, "pipe: %s", strerror(errno));
  pid_t maker = fork();
  if (maker < 0) die(71, "fork: %s", strerror(errno));
  if (maker == 0) {
    close(result[0]);
    report = result[1];
    maker_main();
  }
  close(result[1]);
  FILE *lines = fdopen(result[0], "r");
  char line[1024], sentence[1024] = "it ended without a word";
  int pid = 0;
  bool ready = false;
  while (fgets(line, sizeof line, lines) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "ok") == 0) ready = true;
    else if (sscanf(line, "pid %d", &pid) != 1) snprintf(sentence, sizeof sentence, "%s", line);
  }
  fclose(lines);
  while (waitpid(maker, NULL, 0) < 0 && errno == EINTR) {}
  if (!ready) die(1, "%s", sentence);
  char *starting = state_path("run/host.starting"), *handle = state_path("run/host");
  char *link = state_path("host"), *temporary = state_path("host.tmp"), *target = text("/proc/%d/root", pid);
  unlink(temporary);
  if (symlink(target, temporary) != 0 || rename(temporary, link) != 0) die(1, "%s: %s", link, strerror(errno));
  if (rename(starting, handle) != 0) die(1, "%s: %s", handle, strerror(errno));
  return pid;
}
