#define _GNU_SOURCE
#include "node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static const char USUAL_FOLDERS[] = "/usr/local/bin:/usr/bin:/bin";

static int is_program(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

#ifdef NODE

static int find_own(char *node, const Place *place) {
  (void)place;
  strcpy(node, NODE);
  return is_program(node);
}

#else

// PREFIX/lib/node_modules/… and PREFIX/bin/node.
static int find_own(char *node, const Place *place) {
  if (path_in(node, place->own, "node") && is_program(node)) return 1;
  const char *const modules = strstr(place->own, "/lib/node_modules/");
  return modules != NULL &&
         snprintf(node, PATH_MAX, "%.*s/bin/node", (int)(modules - place->own), place->own) < PATH_MAX &&
         is_program(node);
}

#endif

static int find_in(char *node, const char *folders) {
  for (const char *folder = folders; folder != NULL && *folder != '\0';) {
    const char *const end = strchrnul(folder, ':');
    const int length = snprintf(node, PATH_MAX, "%.*s/node", (int)(end - folder), folder);
    if (*folder == '/' && length < PATH_MAX && is_program(node)) return 1;
    folder = *end == '\0' ? NULL : end + 1;
  }
  return 0;
}

int find_node(char *node, const Place *place) {
  if (find_own(node, place)) return 1;
  if (getauxval(AT_SECURE) == 0 && find_in(node, getenv("PATH"))) return 1;
  if (find_in(node, USUAL_FOLDERS)) return 1;
  fputs("ERROR: there is no Node in PATH: install Node 20 or later, or the archive of tsbt that has one\n", stderr);
  return 0;
}
