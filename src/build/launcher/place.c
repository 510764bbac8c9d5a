#define _GNU_SOURCE
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define BUNDLE "tsbt.cjs"
#define FILES_ARGUMENT "--tsbt-files="

int path_in(char *path, const char *folder, const char *name) {
  return snprintf(path, PATH_MAX, "%s%s", folder, name) < PATH_MAX;
}

static int use(Place *place, const char *folder) {
  char bundle[PATH_MAX], real[PATH_MAX];
  if (!path_in(bundle, folder, BUNDLE) || realpath(bundle, real) == NULL) return 0;
  if (strlen(real) + ROOM_FOR_NAME >= PATH_MAX) return 0;
  *(strrchr(real, '/') + 1) = '\0';
  strcpy(place->files, real);
  return 1;
}

// In a package of its own the launcher lies in node_modules/@tsbt/NAME, beside the folder of tsbt or within it.
static int find_files(Place *place) {
  static const char *const FROM_HERE[] = {"", "../../tsbt/dist/", "../../../dist/"};
  for (size_t i = 0; i < sizeof FROM_HERE / sizeof *FROM_HERE; i++) {
    char folder[PATH_MAX];
    if (path_in(folder, place->own, FROM_HERE[i]) && use(place, folder)) return 1;
  }
  return 0;
}

int find_place(Place *place, char ***arguments) {
  const ssize_t length = readlink("/proc/self/exe", place->own, sizeof place->own - ROOM_FOR_NAME);
  if (length <= 0) return perror("tsbt: /proc/self/exe"), 0;
  place->own[length] = '\0';
  *(strrchr(place->own, '/') + 1) = '\0';

  const char *const first = **arguments;
  // Whoever gave this file capabilities meant it, and what lies beside it.
  if (first != NULL && getauxval(AT_SECURE) == 0 && strncmp(first, FILES_ARGUMENT, strlen(FILES_ARGUMENT)) == 0) {
    char folder[PATH_MAX];
    ++*arguments;
    if (path_in(folder, first + strlen(FILES_ARGUMENT), "/") && use(place, folder)) return 1;
  }
  if (find_files(place)) return 1;
  fprintf(stderr, "ERROR: there is no %s beside %s, nor the package tsbt: install it again\n", BUNDLE, place->own);
  return 0;
}
