#include "environment.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "huge-pages.h"
#include "limits.h"

#define PREFIX "TSBT:"

enum { DESCRIPTION_BYTES = 512 };

static char *limits_entry(void) {
  static char entry[DESCRIPTION_BYTES] = "TSBT_LIMITS=";
  const size_t length = strlen(entry);
  describe_limits(entry + length, sizeof entry - length);
  return entry;
}

// Node gives every signal its default action.
static char *ignored_entry(void) {
  static char entry[DESCRIPTION_BYTES] = "TSBT_IGNORED=";
  size_t length = strlen(entry);
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0 || action.sa_handler != SIG_IGN) continue;
    length += (size_t)snprintf(entry + length, sizeof entry - length, "%d,", number);
  }
  return entry;
}

// A start reads and copies some megabytes once, each time into fresh pages: large blocks come from the heap, and are used
// again. Huge pages save three thousand page faults and a tenth of the processor time; where the kernel had to make room for them
// first the slowest starts took half as long again.
#define LARGE_BLOCKS "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864"
static char MALLOC_ENTRY[] = "GLIBC_TUNABLES=" LARGE_BLOCKS;
static char HUGE_MALLOC_ENTRY[] = "GLIBC_TUNABLES=" LARGE_BLOCKS ":glibc.malloc.hugetlb=1";

// For a Node that finds its libraries no other way, unless we have rights that our user does not.
static int is_left(const char *variable) {
#ifdef NEEDS_LIBRARY_PATH
  return strncmp(variable, "LD_LIBRARY_PATH=", strlen("LD_LIBRARY_PATH=")) == 0 && getauxval(AT_SECURE) == 0;
#else
  (void)variable;
  return 0;
#endif
}

// What not every system has of what the archive's Node is linked with lies beside it.
static char *libraries_entry(const char *own) {
  static char entry[PATH_MAX + DESCRIPTION_BYTES] = "LD_LIBRARY_PATH=";
  const size_t length = strlen(entry);
  snprintf(entry + length, sizeof entry - length, "%slib", own);
  return access(entry + length, X_OK) == 0 ? entry : NULL;
}

char **hidden_environment(char *const *original, const char *own) {
  size_t count = 0, bytes = 0;
  for (; original[count] != NULL; count++) bytes += sizeof PREFIX + strlen(original[count]);
  char **all = calloc(2 * count + 5, sizeof *all);
  char *text = malloc(bytes + 1);
  if (all == NULL || text == NULL) return NULL;

  char **next = all;
  for (size_t i = 0; i < count; i++) {
    if (is_left(original[i])) *next++ = original[i];
    *next++ = text;
    text = stpcpy(stpcpy(text, PREFIX), original[i]) + 1;
  }
  *next++ = limits_entry();
  *next++ = ignored_entry();
  *next++ = has_spare_huge_pages() ? HUGE_MALLOC_ENTRY : MALLOC_ENTRY;
  *next = libraries_entry(own);
  return all;
}
