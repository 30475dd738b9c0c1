#include "cb.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * On Linux whoever may make a user namespace is root in it, with everything that was taken from the jail's root, among
 * their own mounts and interfaces. FreeBSD's jails know no such thing, so it is refused here, with what only such a root,
 * or the machine's, has a use for.
 */
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* Calls that older headers do not name; their numbers are the same on every machine. */
#define NEW_open_tree 428
#define NEW_move_mount 429
#define NEW_fsopen 430
#define NEW_fsconfig 431
#define NEW_fsmount 432
#define NEW_clone3 435
#define NEW_mount_setattr 442

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), ANSWER(EPERM)
#define REFUSE_NEW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NEW_##call, 0, 1), ANSWER(EPERM)
#define LOW_WORD 0 /* of a 64-bit argument: all of these machines are little-endian */

int refuse_calls(void) {
#ifdef ARCHITECTURE
  struct sock_filter program_text[] = {
      LOAD(arch),
      /* Another instruction set's calls have other numbers. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      ANSWER(ENOSYS),
      LOAD(nr),
#if defined(__x86_64__)
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      ANSWER(ENOSYS),
#endif
      REFUSE(setns),
      REFUSE(mount),
      REFUSE(umount2),
      REFUSE(pivot_root),
      REFUSE_NEW(open_tree),
      REFUSE_NEW(move_mount),
      REFUSE_NEW(fsopen),
      REFUSE_NEW(fsconfig),
      REFUSE_NEW(fsmount),
      REFUSE_NEW(mount_setattr),
      REFUSE(bpf),
      REFUSE(perf_event_open),
      REFUSE(userfaultfd),
      REFUSE(keyctl),
      REFUSE(add_key),
      REFUSE(request_key),
      REFUSE(init_module),
      REFUSE(finit_module),
      REFUSE(delete_module),
      REFUSE(kexec_load),
      /* Its flags lie where no filter sees them; libc then takes clone. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NEW_clone3, 0, 1),
      ANSWER(ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      LOAD(args[LOW_WORD]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1),
      ANSWER(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof program_text / sizeof *program_text, .filter = program_text};
  /* Without no_new_privs, which would take su away: that needs CAP_SYS_ADMIN, so this comes before it is dropped. */
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
#else
  return 0;
#endif
}
