#pragma once

#include <stddef.h>

// The name of the snapshot that was made for exactly this Node on this kind of processor.
void snapshot_name(char *name, size_t size);
