#define _GNU_SOURCE
#include "CImageCodecs.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the list of system calls is for x86-64 and ARM64"
#endif

#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/// Only what decoding needs: bytes in and out of what is open, memory, waiting, ending.
static int filter_calls(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(SYS_read),
        ALLOW(SYS_write),
        ALLOW(SYS_brk),
        ALLOW(SYS_mmap),
        ALLOW(SYS_munmap),
        ALLOW(SYS_mremap),
        ALLOW(SYS_mprotect),
        ALLOW(SYS_madvise),
        ALLOW(SYS_futex),
        // The runtime's own thread waits for events that never come; refused, it would ask again without end.
#if defined(SYS_epoll_wait)
        ALLOW(SYS_epoll_wait),
#endif
        ALLOW(SYS_epoll_pwait),
        ALLOW(SYS_clock_gettime),
        ALLOW(SYS_getrandom),
        ALLOW(SYS_rt_sigprocmask),
        ALLOW(SYS_rt_sigreturn),
        ALLOW(SYS_sched_getaffinity),
        ALLOW(SYS_exit),
        ALLOW(SYS_exit_group),
        // The C library asks for the machine's memory before it sorts, and does without an answer.
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    // All threads of the process are bound, not only this one.
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0) return 0;
    // A kernel built without filters leaves the limits below as the walls.
    return errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

static int limit(__rlimit_resource_t resource, uint64_t value) {
    struct rlimit both = {value, value};
    return setrlimit(resource, &both);
}

int codec_confine(uint64_t memory_bytes, uint64_t cpu_seconds) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 1;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return 2;
    if (limit(RLIMIT_AS, memory_bytes) != 0) return 3;
    if (limit(RLIMIT_CPU, cpu_seconds) != 0) return 4;
    if (limit(RLIMIT_NOFILE, 3) != 0) return 5;
    if (limit(RLIMIT_FSIZE, 0) != 0) return 6;
    if (limit(RLIMIT_CORE, 0) != 0) return 7;
    if (limit(RLIMIT_NPROC, 0) != 0) return 8;
    if (filter_calls() != 0) return 9;
    return 0;
}
