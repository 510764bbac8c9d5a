#pragma once

#include <limits.h>

// Folders, with a slash at the end.
typedef struct {
  char own[PATH_MAX];    // where the launcher is, whatever link or moved folder it was started through
  char files[PATH_MAX];  // where the bundle is
} Place;

enum { ROOM_FOR_NAME = 128 };

// Takes what the package's shell script (src/build/package/tsbt.sh) says of the place off the arguments. 0 when there is no
// bundle, which is said.
int find_place(Place *place, char ***arguments);

// The path of `name` in a folder; 0 when it is too long.
int path_in(char *path, const char *folder, const char *name);
