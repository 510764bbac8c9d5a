#pragma once

// The arguments of LISTER: `-l` or `-lv`, and the pattern. NULL when it is not this, and nothing else, that is asked for.
char **listing(char *const *arguments);
