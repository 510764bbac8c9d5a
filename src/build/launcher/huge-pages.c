#include "huge-pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Of 2 MiB, where others have 4 KiB.
enum { ORDER = 9, SMALL_PAGE = 4096 };

// A start takes some ten of them. Others want some at the same time, and the kernel keeps some back.
enum { MANY = 64 };

// "Node 0, zone   Normal    5    2 …": how many free blocks there are of one page, of two, of four.
static unsigned long long huge_pages_in(const char *line) {
  const char *at = strstr(line, "zone");
  if (at == NULL) return 0;
  at += strlen("zone");
  at += strspn(at, " ");
  at += strcspn(at, " ");
  unsigned long long count = 0;
  char *end;
  for (int order = 0;; order++, at = end) {
    const unsigned long long blocks = strtoull(at, &end, 10);
    if (end == at) return count;
    if (order >= ORDER) count += blocks << (order - ORDER);
  }
}

int has_spare_huge_pages(void) {
  char line[512];
  unsigned long long count = 0;
  FILE *const file = sysconf(_SC_PAGESIZE) == SMALL_PAGE ? fopen("/proc/buddyinfo", "re") : NULL;
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) count += huge_pages_in(line);
  fclose(file);
  return count >= MANY;
}
