// For build.mjs: the name that the launcher will look for.

#include <stdio.h>

#include "snapshot-name.h"

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  char name[64];
  snapshot_name(name, sizeof name, NODE_CODE, argv[1]);
  puts(name);
  return 0;
}
