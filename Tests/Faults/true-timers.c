// Preloaded before libfaketime, which moves the end of every absolute timer by as much as it moves the clock. A machine
// whose clock is set does that to timers of that clock only, and the program has none: it waits by the clock that
// nobody can set.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int fd, int flags, const struct itimerspec *end, struct itimerspec *before) {
    return (int)syscall(SYS_timerfd_settime, fd, flags, end, before);
}
