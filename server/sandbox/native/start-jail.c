#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
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
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a mount of the jail's fstab is: nullfs SOURCE on DESTINATION, with options. */
struct wanted_mount {
  const char *type, *source, *destination, *options;
};

static struct {
  const char *root, *hostname, *domainname, *state, *draft;
  bool own_network, loopback, devices;
  struct jail_rights rights;
  struct wanted_mount *mounts;
  int mount_count;
} wanted;

static int report = -1;

static _Noreturn void fail(const char *what) {
  dprintf(report, "%s: %s\n", what, strerror(errno));
  _exit(1);
}

/*
 * Opens a place in the jail's tree as the jail would: its links cannot lead out of it. With `plain` no link is
 * followed at all, as for the folders that every jail has.
 */
static int open_in_root(int root, const char *path, bool plain) {
  struct open_how how = {
      .flags = O_PATH | O_CLOEXEC | (plain ? O_DIRECTORY : 0),
      .resolve = plain ? RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS : RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  while (plain && *path == '/') path++;
  return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

static int folder_in_root(int root, const char *name) {
  int folder = open_in_root(root, name, true);
  if (folder < 0 && errno == ENOENT && mkdirat(root, name, 0755) == 0) folder = open_in_root(root, name, true);
  if (folder < 0) fail(name);
  return folder;
}

static const char *by_handle(int handle) {
  static char paths[4][64];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, 64, "/proc/self/fd/%d", handle);
  return path;
}

static bool has_option(const char *options, const char *name) {
  size_t length = strlen(name);
  for (const char *at = options; at != NULL; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
    if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0')) return true;
  return false;
}

static void mount_wanted(int root, const struct wanted_mount *mount_line) {
  int place = open_in_root(root, mount_line->destination, false);
  if (place < 0) fail(mount_line->destination);
  const char *target = by_handle(place);
  unsigned long flags = (has_option(mount_line->options, "ro") ? MS_RDONLY : 0) |
                        (has_option(mount_line->options, "nosuid") ? MS_NOSUID : 0) |
                        (has_option(mount_line->options, "noexec") ? MS_NOEXEC : 0);
  if (strcmp(mount_line->type, "tmpfs") == 0) {
    if (mount("tmpfs", target, "tmpfs", flags | MS_NODEV, "mode=1777") != 0) fail(mount_line->destination);
  } else if (strcmp(mount_line->type, "nullfs") == 0) {
    if (mount(mount_line->source, target, NULL, MS_BIND, NULL) != 0) fail(mount_line->source);
    /* The handle still names what lies below; the mount is found by asking again. */
    int mounted = open_in_root(root, mount_line->destination, false);
    if (flags != 0 && mount(NULL, by_handle(mounted), NULL, MS_BIND | MS_REMOUNT | flags, NULL) != 0)
      fail(mount_line->destination);
    if (mounted >= 0) close(mounted);
  }
  /* Every jail has its proc, dev and fd already; other types have no counterpart here. */
  close(place);
}

static void make_device(int dev, const char *name, unsigned minor, unsigned major) {
  if (mknodat(dev, name, S_IFCHR | 0666, makedev(major, minor)) == 0) return;
  /* Not allowed in a user namespace: the machine's own node is bound instead. */
  int file = openat(dev, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  char *source = text("/dev/%s", name);
  if (file < 0 || mount(source, by_handle(file), NULL, MS_BIND, NULL) != 0) fail(source);
  close(file);
  free(source);
}

static void make_devices(int root) {
  int place = folder_in_root(root, "dev");
  if (mount("devfs", by_handle(place), "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,mode=755") != 0) fail("/dev");
  close(place);
  int dev = open_in_root(root, "dev", true);
  if (dev < 0) fail("/dev");
  int folder = openat(dev, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mode_t before = umask(0);
  make_device(folder, "null", 3, 1);
  make_device(folder, "zero", 5, 1);
  make_device(folder, "full", 7, 1);
  make_device(folder, "random", 8, 1);
  make_device(folder, "urandom", 9, 1);
  make_device(folder, "tty", 0, 5);
  umask(before);
  if (mkdirat(folder, "pts", 0755) != 0) fail("/dev/pts");
  int pts = openat(folder, "pts", O_PATH | O_CLOEXEC);
  if (mount("devpts", by_handle(pts), "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=666,mode=620,gid=5") != 0 &&
      mount("devpts", by_handle(pts), "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=666,mode=620") != 0)
    fail("/dev/pts");
  if (symlinkat("pts/ptmx", folder, "ptmx") != 0 || symlinkat("/proc/self/fd", folder, "fd") != 0 ||
      symlinkat("fd/0", folder, "stdin") != 0 || symlinkat("fd/1", folder, "stdout") != 0 ||
      symlinkat("fd/2", folder, "stderr") != 0)
    fail("/dev");
  close(pts);
  close(folder);
  close(dev);
}

/* What shows or changes the machine through /proc: read-only, or hidden. */
static void protect_proc(int root) {
  static const char *frozen[] = {"proc/sys", "proc/irq", "proc/bus", "proc/fs", "proc/sysrq-trigger"};
  static const char *hidden[] = {"proc/kcore", "proc/keys", "proc/timer_list", "proc/sched_debug", "proc/kmsg", "proc/kallsyms"};
  unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  for (size_t i = 0; i < sizeof frozen / sizeof *frozen; i++) {
    int place = open_in_root(root, frozen[i], false);
    if (place < 0) continue;
    if (mount(by_handle(place), by_handle(place), NULL, MS_BIND, NULL) != 0) fail(frozen[i]);
    int mounted = open_in_root(root, frozen[i], false);
    if (mount(NULL, by_handle(mounted), NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | flags, NULL) != 0) fail(frozen[i]);
    close(mounted);
    close(place);
  }
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
    int place = open_in_root(root, hidden[i], false);
    if (place < 0) continue;
    if (mount("/dev/null", by_handle(place), NULL, MS_BIND, NULL) != 0) fail(hidden[i]);
    close(place);
  }
}

static void loopback_up(void) {
  int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo"};
  if (handle < 0 || ioctl(handle, SIOCGIFFLAGS, &request) != 0) fail("lo0");
  request.ifr_flags |= IFF_UP;
  if (ioctl(handle, SIOCSIFFLAGS, &request) != 0) fail("lo0");
  close(handle);
}

static void enter_root(void) {
  /* Slave, not private: a dataset that the host mounts or unmounts below a jail's root does so in the jail too. */
  if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) fail("/");
  if (mount(wanted.root, wanted.root, NULL, MS_BIND | MS_REC, NULL) != 0) fail(wanted.root);
  int root = open(wanted.root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) fail(wanted.root);
  for (int i = 0; i < wanted.mount_count; i++) mount_wanted(root, &wanted.mounts[i]);
  if (wanted.devices) make_devices(root);
  int proc = folder_in_root(root, "proc");
  if (mount("procfs", by_handle(proc), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) fail("/proc");
  close(proc);
  protect_proc(root);
  if (fchdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0) fail("pivot_root");
  if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) fail("umount");
  close(root);
}

/* The jail's first process: it holds the namespaces, and takes leave of whatever ended without a parent. */
static _Noreturn void jail_main(void) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  setsid();
  umask(022);
  int null = open("/dev/null", O_RDWR);
  if (sethostname(wanted.hostname, strlen(wanted.hostname)) != 0) fail("host.hostname");
  if (setdomainname(wanted.domainname, strlen(wanted.domainname)) != 0) fail("host.domainname");
  if (wanted.own_network && wanted.loopback) loopback_up();
  enter_root();
  dup2(null, 0);
  dup2(null, 1);
  dup2(null, 2);
  keep_jail_capabilities(wanted.rights);
  /* Its arguments tell paths of the host, and FreeBSD's ps shows no such process at all. */
  hide_arguments("jail");
  struct sigaction ignore = {.sa_handler = SIG_IGN, .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &ignore, NULL);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  dprintf(report, "ok\n");
  close_others();
  for (;;) pause();
}

static void read_arguments(int argc, char **argv) {
  wanted.hostname = wanted.domainname = "";
  wanted.devices = true;
  wanted.mounts = calloc((size_t)argc, sizeof *wanted.mounts);
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--own-network") == 0) wanted.own_network = true;
    else if (strcmp(argv[i], "--loopback") == 0) wanted.loopback = true;
    else if (strcmp(argv[i], "--no-devices") == 0) wanted.devices = false;
    else if (strcmp(argv[i], "--raw-sockets") == 0) wanted.rights.raw_sockets = true;
    else if (strcmp(argv[i], "--vnet") == 0) wanted.rights.own_network = true;
    else if (i + 1 < argc && strcmp(argv[i], "--root") == 0) wanted.root = argv[++i];
    else if (i + 1 < argc && strcmp(argv[i], "--hostname") == 0) wanted.hostname = argv[++i];
    else if (i + 1 < argc && strcmp(argv[i], "--domainname") == 0) wanted.domainname = argv[++i];
    else if (i + 2 < argc && strcmp(argv[i], "--state") == 0) {
      wanted.draft = argv[++i];
      wanted.state = argv[++i];
    } else if (i + 4 < argc && strcmp(argv[i], "--mount") == 0) {
      wanted.mounts[wanted.mount_count++] = (struct wanted_mount){argv[i + 1], argv[i + 2], argv[i + 3], argv[i + 4]};
      i += 4;
    } else die(64, "unknown option %s", argv[i]);
  }
  if (wanted.root == NULL || wanted.state == NULL) die(64, "--root or --state is missing");
}

/* From now on there is no jail that nobody knows of, whoever is killed when. */
static void write_state(pid_t first, unsigned long long start) {
  char *draft = read_text(wanted.draft);
  if (draft == NULL) fail(wanted.draft);
  char *content = text("pid %d\nstart %llu\n%s", (int)first, start, draft);
  if (write_text_atomic(wanted.state, content) != 0) fail(wanted.state);
  free(content);
  free(draft);
}

/* start-jail --root FOLDER --state DRAFT FILE …: prints the number and the start time of the jail's first process. Inside the host only. */
int start_jail_main(int argc, char **argv) {
  read_arguments(argc, argv);
  int result[2], hold[2];
  if (pipe2(result, O_CLOEXEC) != 0 || pipe2(hold, O_CLOEXEC) != 0) die(71, "pipe: %s", strerror(errno));
  report = result[1];
  fflush(stdout);
  pid_t maker = fork();
  if (maker < 0) die(71, "fork: %s", strerror(errno));
  if (maker == 0) {
    int namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWCGROUP;
    if (wanted.own_network) namespaces |= CLONE_NEWNET;
    if (unshare(namespaces) != 0 && unshare(namespaces & ~CLONE_NEWCGROUP) != 0) fail("unshare");
    pid_t first = fork();
    if (first < 0) fail("fork");
    if (first == 0) {
      char byte;
      close(hold[1]);
      if (read(hold[0], &byte, 1) != 1) _exit(1);
      jail_main();
    }
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/%d", (int)first);
    unsigned long long start = start_time_of(folder);
    dprintf(report, "pid %d %llu\n", (int)first, start);
    write_state(first, start);
    if (write(hold[1], "g", 1) != 1) fail("pipe");
    /* It becomes a child of the host's first process with our end, and so may outlive this command. */
    _exit(0);
  }
  close(hold[0]);
  close(hold[1]);
  close(result[1]);
  waitpid(maker, NULL, 0);
  FILE *lines = fdopen(result[0], "r");
  char line[4096], sentence[4096] = "";
  int pid = 0;
  unsigned long long start = 0;
  bool ready = false;
  while (fgets(line, sizeof line, lines) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "ok") == 0) ready = true;
    else if (sscanf(line, "pid %d %llu", &pid, &start) != 2) snprintf(sentence, sizeof sentence, "%s", line);
  }
  fclose(lines);
  if (!ready) {
    if (pid > 1) kill(pid, SIGKILL);
    unlink(wanted.state);
    dprintf(STDERR_FILENO, "%s\n", sentence[0] == '\0' ? "the jail ended as it started" : sentence);
    return 1;
  }
  printf("%d %llu\n", pid, start);
  return 0;
}
