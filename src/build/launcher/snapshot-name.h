#pragma once

#include <stddef.h>

// What a snapshot is called that was made of this bundle, by the Node whose code is in the file `node`, on this processor,
// with SNAPSHOT_FLAGS: any other is of no use. Both files are known by size and ends; Node's also by its time, to the second,
// so that a copied or unpacked image keeps its snapshot.
void snapshot_name(char *name, size_t size, const char *node, const char *bundle);
