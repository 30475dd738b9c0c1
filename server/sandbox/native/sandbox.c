#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Left in the host's own root, so that a command knows whether it is inside already. */
#define MARK "/etc/cellblock-sandbox"

const char *state_folder(void) {
  static char folder[PATH_MAX];
  static bool looked = false;
  if (!looked) {
    looked = true;
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (length < 0) length = 0;
    folder[length] = '\0';
    const char *tail = "/lib/cb";
    size_t size = strlen(tail);
    if ((size_t)length > size && strcmp(folder + length - size, tail) == 0) folder[(size_t)length - size] = '\0';
    else folder[0] = '\0';
  }
  return folder[0] == '\0' ? NULL : folder;
}

char *state_path(const char *relative) {
  const char *state = state_folder();
  if (state == NULL) die(1, "this helper does not lie in a sandbox");
  return text("%s/%s", state, relative);
}

char *host_setting(const char *key) {
  char *path = state_path("lib/host.conf");
  char *content = read_text(path);
  if (content == NULL) die(1, "%s cannot be read: %s", path, strerror(errno));
  char *value = line_value(content, key);
  free(content);
  free(path);
  return value;
}

bool inside_host(void) {
  const char *state = state_folder();
  if (state == NULL) return false;
  char *mark = read_text(MARK);
  bool inside = mark != NULL && strcmp(mark, state) == 0;
  free(mark);
  return inside;
}

unsigned long long start_time_of(const char *proc_folder) {
  char *path = text("%s/stat", proc_folder);
  char *stat = read_text(path);
  free(path);
  if (stat == NULL) return 0;
  /* The name in parentheses may hold anything: the fields are counted from the last one. */
  char *at = strrchr(stat, ')');
  unsigned long long start = 0;
  char condition = 'Z';
  if (at != NULL && sscanf(at + 1, " %c", &condition) == 1 && condition != 'Z' && condition != 'X') {
    at += 1;
    for (int field = 3; at != NULL && field < 22; field++) at = strchr(at + 1, ' ');
    if (at != NULL) start = strtoull(at, NULL, 10);
  }
  free(stat);
  return start;
}

static bool boot_is(const char *expected) {
  char *boot = read_text("/proc/sys/kernel/random/boot_id");
  bool same = boot != NULL && strncmp(boot, expected, 36) == 0;
  free(boot);
  return same;
}

static bool handle_is_alive(const char *file, struct host_handle *handle) {
  char *path = state_path(file);
  char *content = read_text(path);
  free(path);
  if (content == NULL) return false;
  char boot[64] = "";
  int pid = 0;
  bool alive = sscanf(content, "%d %llu %63s %lu", &pid, &handle->start_time, boot, &handle->net_inode) == 4;
  handle->pid = pid;
  free(content);
  if (!alive || pid <= 1 || !boot_is(boot)) return false;
  char *folder = text("/proc/%d", pid), *net = text("%s/ns/net", folder);
  struct stat status;
  alive = start_time_of(folder) == handle->start_time && stat(net, &status) == 0 && status.st_ino == handle->net_inode;
  free(folder);
  free(net);
  return alive;
}

bool host_is_alive(struct host_handle *handle) { return handle_is_alive("run/host", handle); }

const char *proc_of_host(void) {
  static char folder[64];
  if (folder[0] == '\0') {
    struct host_handle handle;
    if (inside_host()) strcpy(folder, "/proc");
    else if (host_is_alive(&handle)) snprintf(folder, sizeof folder, "/proc/%d/root/proc", (int)handle.pid);
    else return "/nonexistent";
  }
  return folder;
}

/* Locks are flock(2): the kernel gives them back however their holder ends. */
static int lock_host(void) {
  char *path = state_path("run/host.lock");
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) die(1, "%s: %s", path, strerror(errno));
  while (flock(file, LOCK_EX) != 0)
    if (errno != EINTR) die(1, "%s: %s", path, strerror(errno));
  free(path);
  return file;
}

static void end_host(const struct host_handle *handle) {
  int process = (int)syscall(SYS_pidfd_open, handle->pid, 0);
  char *folder = text("/proc/%d", (int)handle->pid);
  if (process >= 0 && start_time_of(folder) == handle->start_time) syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
  for (int waited = 0; waited < 500 && start_time_of(folder) == handle->start_time; waited++)
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  if (process >= 0) close(process);
  free(folder);
}

void ensure_host(struct host_handle *handle) {
  if (host_is_alive(handle)) return;
  char *run = state_path("run");
  if (make_folders(run, 0700) != 0) die(1, "%s: %s", run, strerror(errno));
  int lock = lock_host();
  if (!host_is_alive(handle)) {
    struct host_handle unfinished;
    /* Somebody was killed between making a host and finishing it. */
    if (handle_is_alive("run/host.starting", &unfinished)) end_host(&unfinished);
    make_host();
    if (!host_is_alive(handle)) die(1, "the sandbox host ended as soon as it was made");
  }
  close(lock);
  free(run);
}

int stop_host(void) {
  struct host_handle handle;
  char *run = state_path("run");
  if (access(run, F_OK) != 0) return 0;
  int lock = lock_host();
  if (host_is_alive(&handle)) end_host(&handle);
  if (handle_is_alive("run/host.starting", &handle)) end_host(&handle);
  unlink(state_path("run/host"));
  unlink(state_path("host"));
  close(lock);
  return 0;
}
