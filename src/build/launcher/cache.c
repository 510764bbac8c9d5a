#define _GNU_SOURCE
#include "cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snapshot-name.h"
#include "snapshot.h"

// For everyone, made by root. Whoever else has no right to write there has a folder of his own; root's would be that of
// whoever's HOME it has been given.
static const char SHARED[] = "/var/cache/tsbt/";
static const char IN_HOME[] = "/.cache/tsbt/";

const Program COMMAND = {"tsbt.cjs", "tsbt.blob"};
const Program LISTER = {"tsbt-list.cjs", "tsbt-list.blob"};

enum { MACHINE_FAILED = 255 };

// The file that Node's code is in.
static const char *code_of(const char *node) {
#ifdef NODE
  if (strcmp(node, NODE) == 0) return NODE_CODE;
#endif
  return node;
}

static void name_of_snapshot(char *name, const Program *program, const char *node, const Place *place) {
  char bundle[PATH_MAX];
  path_in(bundle, place->files, program->bundle);
  snapshot_name(name, ROOM_FOR_NAME, code_of(node), bundle);
}

static int personal_folder(char *folder) {
  const char *const home = getenv("HOME");
  return geteuid() != 0 && getauxval(AT_SECURE) == 0 && home != NULL && *home == '/' &&
         path_in(folder, home, IN_HOME) && strlen(folder) + ROOM_FOR_NAME < PATH_MAX;
}

static int own_folder(char *folder) { return geteuid() == 0 ? path_in(folder, SHARED, "") : personal_folder(folder); }

static int has(const char *folder, const char *name) {
  char path[PATH_MAX];
  return path_in(path, folder, name) && access(path, R_OK) == 0;
}

static int is_portable(const Program *program, const char *node, const Place *place) {
  char beside[PATH_MAX];
  return path_in(beside, place->files, "node") && strcmp(node, beside) == 0 && has(place->files, program->portable);
}

// Whether we may write to a folder, or make it. It is asked at each start where nothing can be kept.
static int can_be_made(const char *folder) {
  char path[PATH_MAX];
  if (!path_in(path, folder, "")) return 0;
  for (char *end; (end = strrchr(path, '/')) != NULL; *end = '\0') {
    if (access(path, F_OK) == 0) return access(path, W_OK) == 0;
  }
  return 0;
}

// What is beside the program.
static SnapshotState examine_beside(char *snapshot, const Program *program, const char *node, const Place *place,
                                    const char *name) {
  if (is_portable(program, node, place)) name = program->portable;
  const SnapshotState state = examine_snapshot(place->files, name, OF_ANYONE);
  if (state == SNAPSHOT_BROKEN) {
    fprintf(stderr, "WARNING: the start-up snapshot %s%s is broken, and not used\n", place->files, name);
  }
  return path_in(snapshot, place->files, name) ? state : SNAPSHOT_MISSING;
}

static void say_foreign(const char *folder) {
  fprintf(stderr, "WARNING: others may write to %.*s: no start-up snapshot is taken from there\n",
          (int)strlen(folder) - 1, folder);
}

static SnapshotState examine_cache(char *snapshot, const char *folder, const char *name) {
  const SnapshotState state = examine_snapshot(folder, name, TRUSTED);
  if (state == SNAPSHOT_FOREIGN) say_foreign(folder);
  return path_in(snapshot, folder, name) ? state : SNAPSHOT_MISSING;
}

// Runs setup.cjs. Its output is not what the user has asked for, and goes to standard error.
static int run_setup(const Program *program, const char *node, const Place *place, char *const *environment,
                     const char *folder, const char *name, const char *how) {
  char setup[PATH_MAX];
  if (!path_in(setup, place->files, "setup.cjs")) return MACHINE_FAILED;
  char *const arguments[] = {"node",         NODE_FLAGS setup, (char *)how,
                             (char *)node,   (char *)folder,   (char *)name,
                             (char *)program->bundle,          SNAPSHOT_FLAGS NULL};
  const pid_t child = fork();
  if (child == 0) {
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execve(node, arguments, environment);
    _exit(127);
  }
  int status;
  while (child > 0 && waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return MACHINE_FAILED;
  }
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : MACHINE_FAILED;
}

#ifdef NODE

// A clone has one that the build made; for a while, when it is being built, none.
static void say_stale(const Place *place) {
  DIR *const folder = opendir(place->files);
  if (folder == NULL) return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *const suffix = strrchr(entry->d_name, '.');
    if (suffix == NULL || strcmp(suffix, ".blob") != 0 || strncmp(entry->d_name, "tsbt-", 5) != 0) continue;
    fputs("WARNING: the start-up snapshot was made for another Node or processor: `npm run build` makes one for this\n",
          stderr);
    break;
  }
  closedir(folder);
}

#endif

int find_snapshot(char *snapshot, const Program *program, const char *node, const Place *place,
                  char *const *environment) {
  char name[ROOM_FOR_NAME], folder[PATH_MAX];
  if (!has(place->files, program->bundle)) return 0;
  name_of_snapshot(name, program, node, place);
  SnapshotState state = examine_beside(snapshot, program, node, place, name);
  if (state == SNAPSHOT_WHOLE) return 1;
#ifdef NODE
  if (state == SNAPSHOT_MISSING && program == &COMMAND) say_stale(place);
  return 0;
#endif
  state = examine_cache(snapshot, SHARED, name);
  if (state != SNAPSHOT_WHOLE && personal_folder(folder)) state = examine_cache(snapshot, folder, name);
  if (state == SNAPSHOT_WHOLE) return 1;
  if (state == SNAPSHOT_IMPOSSIBLE || state == SNAPSHOT_FOREIGN || !own_folder(folder)) return 0;
  if (!has(place->files, "setup.cjs") || !can_be_made(folder)) return 0;
  if (state == SNAPSHOT_BROKEN) fprintf(stderr, "WARNING: the start-up snapshot %s is broken, and made anew\n", snapshot);
  if (run_setup(program, node, place, environment, folder, name, "first-run") != 0) return 0;
  return path_in(snapshot, folder, name) && examine_snapshot(folder, name, TRUSTED) == SNAPSHOT_WHOLE;
}

static int set_up_program(const Program *program, const char *node, const Place *place, char *const *environment) {
  char name[ROOM_FOR_NAME], folder[PATH_MAX], beside[PATH_MAX];
  name_of_snapshot(name, program, node, place);
  if (examine_beside(beside, program, node, place, name) == SNAPSHOT_WHOLE) {
    printf("There is nothing to do: starts use %s\n", beside);
    return 0;
  }
  if (!own_folder(folder)) return fputs("ERROR: there is no HOME to keep a start-up snapshot in\n", stderr), 1;
  return run_setup(program, node, place, environment, folder, name, "setup");
}

int set_up(const char *node, const Place *place, char *const *environment) {
  const int status = set_up_program(&COMMAND, node, place, environment);
  return status == 0 ? set_up_program(&LISTER, node, place, environment) : status;
}
