/* A private clock for a server: loaded before the C library (LD_PRELOAD), it shifts the
 * time of day by the nanoseconds in the file SOAK_CLOCK, and nothing else.  Writing
 * another number into the file sets the clock of all processes that have it mapped, at
 * once.  Monotonic clocks are not changed, as when a real clock is set.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static const int64_t no_shift = 0;
static const volatile int64_t *shift = &no_shift;

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("SOAK_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *found = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);
    if (found != MAP_FAILED)
        shift = found;
    close(fd);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    /* A system call, since the C library's function is the one we replace. */
    int failed = (int)syscall(SYS_clock_gettime, which, now);
    if (failed || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE))
        return failed;
    int64_t shifted = now->tv_sec * SECOND + now->tv_nsec + *shift;
    now->tv_sec = shifted / SECOND;
    now->tv_nsec = shifted % SECOND;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone; /* obsolete and unused */
    if (clock_gettime(CLOCK_REALTIME, &exact))
        return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *also_here) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact))
        return -1;
    if (also_here)
        *also_here = exact.tv_sec;
    return exact.tv_sec;
}
