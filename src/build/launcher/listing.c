#include "listing.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  const char *word;
  int lists, is_verbose;
} Form;

static const Form FORMS[] = {
    {"-l", 1, 0}, {"--list", 1, 0}, {"-v", 0, 1}, {"--verbose", 0, 1}, {"-lv", 1, 1}, {"-vl", 1, 1},
};

static const Form *form_of(const char *word) {
  for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
    if (strcmp(word, FORMS[i].word) == 0) return &FORMS[i];
  }
  return NULL;
}

char **listing(char *const *arguments) {
  static char *found[] = {NULL, "*", NULL};
  int lists = 0, is_verbose = 0, patterns = 0;
  for (; *arguments != NULL; arguments++) {
    const Form *const form = form_of(*arguments);
    if (form != NULL) {
      lists |= form->lists;
      is_verbose |= form->is_verbose;
    } else {
      // A word in front may be a command: `help -l` is about the option.
      if (**arguments == '-' || !lists || patterns++ > 0) return NULL;
      found[1] = *arguments;
    }
  }
  // The probes of a script are found by the compiler.
  if (!lists || (patterns > 0 && access(found[1], F_OK) == 0)) return NULL;
  found[0] = is_verbose ? "-lv" : "-l";
  return found;
}
