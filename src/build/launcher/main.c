// The command `tsbt`: becomes Node, started from the snapshot that was made for exactly this Node on this kind of
// processor, or with the plain bundle when there is none. It costs a fraction of a millisecond.
//
// Compiled by src/build/build.mjs, with
//   NODE                the path of the Node that the build ran on
//   NODE_CODE           the file with Node's code: the same, or libnode
//   NODE_FLAGS          flags for every Node, as C strings with a comma after each
//   SNAPSHOT_FLAGS      more of them: those that the snapshot was made with
//   NODE_ADDRESS_SPACE  what this Node reserves when it starts, in kB
//   NEEDS_LIBRARY_PATH  only when this Node does not start without LD_LIBRARY_PATH

#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "limits.h"
#include "snapshot-name.h"
#include "timers.h"

enum { MACHINE_FAILED = 255 };

extern char **environ;

// Our own place, whatever link or moved directory we were started through.
static int find_files(char *bundle, char *snapshot, size_t size) {
  const size_t room = 64;
  ssize_t length = readlink("/proc/self/exe", bundle, size - room);
  if (length <= 0) return 0;
  bundle[length] = '\0';
  char *name = strrchr(bundle, '/') + 1;
  const size_t directory = (size_t)(name - bundle);
  memcpy(snapshot, bundle, directory);
  snapshot_name(snapshot + directory, size - directory);
  strcpy(name, "tsbt.cjs");
  return 1;
}

static char **concatenate(char *const *first, size_t count, char *const *rest) {
  size_t more = 0;
  while (rest[more] != NULL) more++;
  char **all = calloc(count + more + 1, sizeof *all);
  if (all == NULL) return NULL;
  memcpy(all, first, count * sizeof *all);
  memcpy(all + count, rest, more * sizeof *all);
  return all;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

int main(int argc, char **argv) {
  static char bundle[PATH_MAX], snapshot[PATH_MAX];
  if (!find_files(bundle, snapshot, PATH_MAX)) return perror("tsbt: /proc/self/exe"), MACHINE_FAILED;

  char **environment = hidden_environment(environ);
  char *from_snapshot[] = {"node", NODE_FLAGS SNAPSHOT_FLAGS "--snapshot-blob", snapshot, bundle};
  char *plain[] = {"node", NODE_FLAGS bundle};
  char **arguments = argv + (argc > 0);
  char **with_snapshot = concatenate(from_snapshot, COUNT(from_snapshot), arguments);
  char **with_bundle = concatenate(plain, COUNT(plain), arguments);
  if (environment == NULL || with_snapshot == NULL || with_bundle == NULL) return perror("tsbt"), MACHINE_FAILED;

  if (!raise_limits()) return MACHINE_FAILED;
  stop_ignored_timers();
  if (has_full_stack() && access(snapshot, R_OK) == 0) execve(NODE, with_snapshot, environment);
  execve(NODE, with_bundle, environment);
  execvpe("node", with_bundle, environment);  // the Node of the build is gone
  return perror("tsbt: node"), 127;
}
