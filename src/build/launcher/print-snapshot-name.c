// For build.mjs: the name that the launcher will look for.

#include <stdio.h>

#include "snapshot-name.h"

int main(void) {
  char name[64];
  snapshot_name(name, sizeof name);
  puts(name);
  return 0;
}
