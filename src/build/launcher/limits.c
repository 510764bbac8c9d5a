#include "limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

static const int CHANGED[] = {RLIMIT_STACK, RLIMIT_NOFILE, RLIMIT_MEMLOCK};

// What Node needs besides: for its threads, V8's heap, ring buffers and what has been read of the kernel.
// With so many some are free, and counting takes long.
enum { MANY_DESCRIPTORS = 1024 };
enum { FULL_STACK = 24 << 10 };
enum { WORKING_ADDRESS_SPACE = 560000, WORKING_DATA = 300000 };

typedef struct {
  int resource;
  const char *name;
  const char *option;  // of ulimit
  const char *unit;
  rlim_t unit_bytes;
  rlim_t wanted;
  rlim_t needed;
} Need;

// Limits of memory are there to be kept; the others merely have to be high enough.
static const Need NEEDS[] = {
    {RLIMIT_STACK, "the stack", "-s", " kB", 1024, FULL_STACK, 2 << 10},
    {RLIMIT_NOFILE, "open files", "-n", "", 1, 256, 40},
    {RLIMIT_AS, "virtual memory", "-v", " kB", 1024, 0, NODE_ADDRESS_SPACE + WORKING_ADDRESS_SPACE},
    {RLIMIT_DATA, "data memory", "-d", " kB", 1024, 0, WORKING_DATA},
};

void describe_limits(char *text, size_t size) {
  for (size_t i = 0; i < sizeof CHANGED / sizeof *CHANGED; i++) {
    struct rlimit limit;
    if (getrlimit(CHANGED[i], &limit) != 0) continue;
    const int length = snprintf(text, size, "%d:%llu:%llu,", CHANGED[i], (unsigned long long)limit.rlim_cur,
                                (unsigned long long)limit.rlim_max);
    text += length;
    size -= (size_t)length;
  }
}

// The hard limit too, where we may.
static void raise(int resource, struct rlimit *limit, rlim_t wanted) {
  const rlim_t hard = limit->rlim_max;
  *limit = (struct rlimit){wanted, hard < wanted ? wanted : hard};
  if (setrlimit(resource, limit) == 0) return;
  *limit = (struct rlimit){hard, hard};
  setrlimit(resource, limit);
}

// Those that we were given, but for the standard ones.
static rlim_t inherited_descriptors(rlim_t limit) {
  rlim_t count = 0;
  if (limit > MANY_DESCRIPTORS) return 0;
  for (int fd = 3; (rlim_t)fd < limit; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static int provide(const Need *need) {
  struct rlimit limit;
  if (getrlimit(need->resource, &limit) != 0) return 1;
  if (limit.rlim_cur < need->wanted * need->unit_bytes) {
    raise(need->resource, &limit, need->wanted * need->unit_bytes);
  }
  const rlim_t taken = need->resource == RLIMIT_NOFILE ? inherited_descriptors(limit.rlim_cur) : 0;
  const rlim_t needed = need->needed + taken;
  if (limit.rlim_cur >= needed * need->unit_bytes) return 1;
  fprintf(stderr, "ERROR: the limit of %s (ulimit %s) is %llu%s, and tsbt needs %llu%s\n", need->name, need->option,
          (unsigned long long)(limit.rlim_cur / need->unit_bytes), need->unit, (unsigned long long)needed, need->unit);
  return 0;
}

int raise_limits(void) {
  for (size_t i = 0; i < sizeof NEEDS / sizeof *NEEDS; i++) {
    if (!provide(&NEEDS[i])) return 0;
  }
  return 1;
}

int has_full_stack(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= (rlim_t)FULL_STACK * 1024;
}
