#include "greet.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

// As in src/cli/greeting.ts, for those who have no launcher; a test compares them.
static const char GREETING[] = "tsbt: probes and expressions of the bpftrace language; :help, Tab, Ctrl-D\ntsbt> ";

static int is_for_prompt(char *const *arguments) {
  return arguments[0] == NULL || (strcmp(arguments[0], "repl") == 0 && arguments[1] == NULL);
}

char **greet(char *const *arguments) {
  static char *greeted[] = {"repl", "--greeted", NULL};
  if (!is_for_prompt(arguments) || geteuid() != 0 || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return NULL;
  const ssize_t length = sizeof GREETING - 1;
  return write(STDOUT_FILENO, GREETING, (size_t)length) == length ? greeted : NULL;
}
