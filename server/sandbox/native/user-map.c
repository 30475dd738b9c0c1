#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <grp.h>
#include <unistd.h>

static const char *name_of(uid_t uid) {
  static char name[256];
  char *passwd = read_text("/etc/passwd");
  for (char *line = passwd; line != NULL && *line != '\0'; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    unsigned id;
    if (sscanf(line, "%255[^:\n]:%*[^:\n]:%u:", name, &id) == 2 && id == uid) {
      free(passwd);
      return name;
    }
  }
  free(passwd);
  snprintf(name, sizeof name, "%u", uid);
  return name;
}

/* The first range of subordinate ids that `file` gives to the user. */
static bool subordinate_range(const char *file, uid_t uid, unsigned *first, unsigned *count) {
  char *ranges = read_text(file);
  const char *name = name_of(uid);
  bool found = false;
  for (char *line = ranges; !found && line != NULL && *line != '\0'; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    char owner[256];
    if (sscanf(line, "%255[^:\n]:%u:%u", owner, first, count) != 3) continue;
    char number[16];
    snprintf(number, sizeof number, "%u", uid);
    found = *count > 0 && (strcmp(owner, name) == 0 || strcmp(owner, number) == 0);
  }
  free(ranges);
  return found;
}

static bool in_path(const char *name) {
  const char *folders[] = {"/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    char *path = text("%s/%s", folders[i], name);
    bool found = access(path, X_OK) == 0;
    free(path);
    if (found) return true;
  }
  return false;
}

static bool has_many_ids(void) {
  unsigned first, count;
  return in_path("newuidmap") && in_path("newgidmap") && subordinate_range("/etc/subuid", getuid(), &first, &count) &&
         subordinate_range("/etc/subgid", getuid(), &first, &count);
}

static bool run_map(const char *tool, const char *file, pid_t pid, unsigned own) {
  unsigned first, count;
  if (!subordinate_range(file, getuid(), &first, &count)) return false;
  char numbers[5][16];
  snprintf(numbers[0], 16, "%d", (int)pid);
  snprintf(numbers[1], 16, "%u", own);
  snprintf(numbers[2], 16, "%u", first);
  snprintf(numbers[3], 16, "%u", count > 65535 ? 65535 : count);
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 2);
    execlp(tool, tool, numbers[0], "0", numbers[1], "1", "1", numbers[2], numbers[3], (char *)NULL);
    _exit(127);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Maps the caller's ids to root's, and where the machine gives subordinate ids also those of everybody else. */
static bool map_ids(pid_t pid, uid_t uid, gid_t gid) {
  if (has_many_ids() && run_map("newuidmap", "/etc/subuid", pid, uid) && run_map("newgidmap", "/etc/subgid", pid, gid))
    return true;
  char path[64], map[64];
  snprintf(path, sizeof path, "/proc/%d/setgroups", (int)pid);
  write_text(path, "deny");
  snprintf(path, sizeof path, "/proc/%d/uid_map", (int)pid);
  snprintf(map, sizeof map, "0 %u 1", uid);
  if (write_text(path, map) != 0) return false;
  snprintf(path, sizeof path, "/proc/%d/gid_map", (int)pid);
  snprintf(map, sizeof map, "0 %u 1", gid);
  return write_text(path, map) == 0;
}

/* Puts this process into a user namespace of its own, in which it is root. 0, or -1 with errno. */
int enter_user_namespace(void) {
  uid_t uid = getuid();
  gid_t gid = getgid();
  int ready[2], mapped[2];
  if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(mapped, O_CLOEXEC) != 0) return -1;
  pid_t own = getpid();
  pid_t mapper = fork();
  if (mapper < 0) return -1;
  if (mapper == 0) {
    /* Stays outside: only there newuidmap works, and a map is written once. */
    close(mapped[0]);
    close(ready[1]);
    char byte = 'n';
    if (read(ready[0], &byte, 1) != 1 || byte != 'r') _exit(1);
    byte = map_ids(own, uid, gid) ? 'y' : 'n';
    _exit(write(mapped[1], &byte, 1) == 1 ? 0 : 1);
  }
  close(mapped[1]);
  close(ready[0]);
  int result = unshare(CLONE_NEWUSER), code = errno;
  char byte = result == 0 ? 'r' : 'x';
  /* The mapper may only write our map while others of our user may look at us. */
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  if (write(ready[1], &byte, 1) != 1) result = -1;
  close(ready[1]);
  if (result == 0 && (read(mapped[0], &byte, 1) != 1 || byte != 'y')) {
    result = -1;
    code = EPERM;
  }
  close(mapped[0]);
  while (waitpid(mapper, NULL, 0) < 0 && errno == EINTR) {}
  if (result == 0) give_whole_root();
  errno = code;
  return result;
}

/* Leaves behind what the caller's own groups were. Not possible with one id only, and then harmless. */
void give_whole_root(void) {
  if (setgroups(0, NULL) != 0) { /* one id only */ }
  if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) { /* mapped already */ }
}

static bool steps_work(void) {
  pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID) != 0) _exit(1);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) _exit(2);
    pid_t inner = fork();
    if (inner == 0) _exit(mount("proc", "/proc", "proc", 0, NULL) == 0 ? 0 : 3);
    int status = 1;
    waitpid(inner, &status, 0);
    _exit(WEXITSTATUS(status));
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool file_says(const char *path, char expected) {
  char *content = read_text(path);
  bool same = content != NULL && content[0] == expected && (content[1] == '\n' || content[1] == '\0');
  free(content);
  return same;
}

/* Tries the real steps first and reads reasons only when they fail: "root", "user-many", "user-one" or "no: …". */
const char *probe_mode(void) {
  if (geteuid() == 0 && steps_work()) return "root";
  int code[2];
  if (pipe2(code, O_CLOEXEC) != 0) return "no: out of file descriptors";
  pid_t child = fork();
  if (child == 0) {
    int failure = 0;
    if (enter_user_namespace() != 0) failure = errno == 0 ? EPERM : errno;
    else if (!steps_work()) failure = -1;
    _exit(write(code[1], &failure, sizeof failure) == sizeof failure ? 0 : 1);
  }
  close(code[1]);
  int failure = EPERM;
  if (read(code[0], &failure, sizeof failure) != sizeof failure) failure = EPERM;
  close(code[0]);
  waitpid(child, NULL, 0);
  if (failure == 0) return has_many_ids() ? "user-many" : "user-one";
  if (file_says("/proc/sys/kernel/unprivileged_userns_clone", '0'))
    return "no: this kernel lets only root make user namespaces; allow it with "
           "\"sysctl kernel.unprivileged_userns_clone=1\", or run as root";
  if (file_says("/proc/sys/user/max_user_namespaces", '0'))
    return "no: user namespaces are switched off here (user.max_user_namespaces is 0); raise that sysctl, or run as root";
  if (file_says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
    return "no: AppArmor keeps ordinary programs from using user namespaces; allow it with "
           "\"sysctl kernel.apparmor_restrict_unprivileged_userns=0\", or run as root";
  char *status = read_text("/proc/self/status");
  bool filtered = status != NULL && strstr(status, "Seccomp:\t2") != NULL;
  free(status);
  if (filtered)
    return "no: this container's system call filter forbids namespaces; start the container with --privileged, or use a "
           "virtual machine";
  if (failure == -1)
    return "no: namespaces can be made here, but not a /proc of their own, as in a container with a masked /proc; start it "
           "with --privileged, or use a virtual machine";
  return "no: this machine does not allow the namespaces that jails are made of (unshare was refused); run as root, or on a "
         "machine that allows user namespaces";
}
