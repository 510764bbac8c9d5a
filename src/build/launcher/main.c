// The command `tsbt`: becomes Node, started from the snapshot that was made for exactly this Node on this kind of
// processor, or with the plain bundle when there is none. It costs a fraction of a millisecond.
//
// Compiled by src/build/, with
//   VERSION             as a C string
//   NODE_FLAGS          flags for every Node, as C strings with a comma after each
//   SNAPSHOT_FLAGS      more of them: those that the snapshot is made with
//   NODE_ADDRESS_SPACE  what Node reserves when it starts, in kB
// and in a clone, where it is known which Node it will be,
//   NODE                the path of the Node that the build ran on
//   NODE_CODE           the file with Node's code: the same, or libnode
//   NEEDS_LIBRARY_PATH  only when this Node does not start without LD_LIBRARY_PATH

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "environment.h"
#include "greet.h"
#include "limits.h"
#include "listing.h"
#include "node.h"
#include "place.h"
#include "timers.h"

enum { MACHINE_FAILED = 255, NO_NODE = 127 };

extern char **environ;

static char **concatenate(char *const *first, size_t count, char *const *rest) {
  size_t more = 0;
  while (rest[more] != NULL) more++;
  char **all = calloc(count + more + 1, sizeof *all);
  if (all == NULL) return NULL;
  memcpy(all, first, count * sizeof *all);
  memcpy(all + count, rest, more * sizeof *all);
  return all;
}

// A script of that name comes first.
static int is_setup(char *const *arguments) {
  struct stat status;
  return arguments[0] != NULL && strcmp(arguments[0], "setup") == 0 && arguments[1] == NULL &&
         (stat("setup", &status) != 0 || S_ISDIR(status.st_mode));
}

// Nothing else is as short: the answer needs no Node.
static int is_question_for_version(char *const *arguments) {
  return arguments[0] != NULL && arguments[1] == NULL &&
         (strcmp(arguments[0], "-V") == 0 || strcmp(arguments[0], "--version") == 0);
}

static int has_told_version(void) {
  static const char line[] = "tsbt v" VERSION "\n";
  return write(STDOUT_FILENO, line, sizeof line - 1) == sizeof line - 1;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

int main(int argc, char **argv) {
  static Place place;
  static char node[PATH_MAX], bundle[PATH_MAX], snapshot[PATH_MAX];
  char **arguments = argv + (argc > 0);
  // Where it cannot be told Node says why.
  if (is_question_for_version(arguments) && has_told_version()) return 0;
  if (!find_place(&place, &arguments)) return MACHINE_FAILED;
  if (!find_node(node, &place)) return NO_NODE;

  char **environment = hidden_environment(environ, place.own);
  char *from_snapshot[] = {"node", NODE_FLAGS SNAPSHOT_FLAGS "--snapshot-blob", snapshot, bundle};
  char *plain[] = {"node", NODE_FLAGS bundle};
  char **with_snapshot = concatenate(from_snapshot, COUNT(from_snapshot), arguments);
  char **with_bundle = concatenate(plain, COUNT(plain), arguments);
  if (environment == NULL || with_snapshot == NULL || with_bundle == NULL) return perror("tsbt"), MACHINE_FAILED;

  if (!raise_limits()) return MACHINE_FAILED;
  stop_ignored_timers();
  if (is_setup(arguments)) return set_up(node, &place, environment);
  char *const *const listed = listing(arguments);
  if (listed != NULL && has_full_stack() && find_snapshot(snapshot, &LISTER, node, &place, environment)) {
    path_in(bundle, place.files, LISTER.bundle);
    char **const list = concatenate(from_snapshot, COUNT(from_snapshot), listed);
    if (list != NULL) execve(node, list, environment);
  }
  path_in(bundle, place.files, COMMAND.bundle);
  if (has_full_stack() && find_snapshot(snapshot, &COMMAND, node, &place, environment)) {
    char **greeted = greet(arguments);
    if (greeted != NULL) with_snapshot = concatenate(from_snapshot, COUNT(from_snapshot), greeted);
    if (with_snapshot != NULL) execve(node, with_snapshot, environment);
  }
  execve(node, with_bundle, environment);
  return perror("tsbt: node"), NO_NODE;
}
