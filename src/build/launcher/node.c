#define _GNU_SOURCE
#include "node.h"

#include <fcntl.h>
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

// Past a word and the blanks after it.
static const char *after(const char *word, const char *text) {
  if (text == NULL || strncmp(text, word, strlen(word)) != 0) return NULL;
  text += strlen(word);
  return text + strspn(text, " \n");
}

// Yarn puts a script in front, another at each run, that does nothing but start the Node that Yarn runs on. It has no snapshot.
static void look_behind_script(char *node) {
  static char script[PATH_MAX];
  const int file = open(node, O_RDONLY | O_CLOEXEC);
  const ssize_t length = file < 0 ? 0 : read(file, script, sizeof script - 1);
  if (file >= 0) close(file);
  script[length > 0 ? length : 0] = '\0';
  const char *const path = after("exec \"", after("#!/bin/sh", script));
  const char *const end = path == NULL ? NULL : strpbrk(path, "\"\\$`");
  const char *const rest = end == NULL ? NULL : after("\"$@\"", after("\"", end));
  if (rest == NULL || *rest != '\0' || *path != '/') return;
  script[end - script] = '\0';
  if (is_program(path)) strcpy(node, path);
}

int find_node(char *node, const Place *place) {
  if (find_own(node, place)) return 1;
  if (getauxval(AT_SECURE) == 0 && find_in(node, getenv("PATH"))) {
    look_behind_script(node);
    return 1;
  }
  if (find_in(node, USUAL_FOLDERS)) return 1;
  fputs("ERROR: there is no Node in PATH: install Node 20 or later, or the archive of tsbt that has one\n", stderr);
  return 0;
}
