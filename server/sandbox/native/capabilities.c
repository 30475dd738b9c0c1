#include "cb.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int kept[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER,           CAP_FSETID,     CAP_KILL,       CAP_SETGID,
                           CAP_SETUID, CAP_SETPCAP,     CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_AUDIT_WRITE};

/* Root in a jail keeps what it needs among its own files and processes, and nothing that reaches the host. */
void keep_jail_capabilities(struct jail_rights rights) {
  /* A kernel without filters leaves the capabilities as what holds. */
  if (refuse_calls() != 0 && errno != EINVAL && errno != ENOSYS) die(1, "seccomp: %s", strerror(errno));
  uint64_t mask = 0;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) mask |= 1ULL << kept[i];
  if (rights.raw_sockets || rights.own_network) mask |= 1ULL << CAP_NET_RAW;
  if (rights.own_network) mask |= 1ULL << CAP_NET_ADMIN;
  for (int capability = 0; capability < 64; capability++)
    if ((mask >> capability & 1) == 0 && prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      die(1, "capability %d cannot be dropped: %s", capability, strerror(errno));
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) die(1, "capget: %s", strerror(errno));
  for (int half = 0; half < 2; half++) {
    uint32_t bits = (uint32_t)(mask >> (32 * half));
    data[half].effective &= bits;
    data[half].permitted &= bits;
    data[half].inheritable = 0;
  }
  if (syscall(SYS_capset, &header, data) != 0) die(1, "capset: %s", strerror(errno));
}
