#pragma once

#include <stddef.h>

// The limits that we, Node or src/cli/limits.ts change.
void describe_limits(char *text, size_t size);

// Gives Node what it crashes without. When that cannot be, says so and returns 0.
int raise_limits(void);

// Whether the stack is as large as Node has been told in the snapshot's flags.
int has_full_stack(void);
