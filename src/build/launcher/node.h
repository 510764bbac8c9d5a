#pragma once

#include "place.h"

// The Node to become: the one that the build ran on (NODE), if it did; or else the one that lies here, as in the archive; that npm
// put this package beside; or that is in PATH. 0 when there is none, which is said. Names without a folder, and folders that
// are not given from the root, lead to what the working directory holds, and are passed over.
int find_node(char *node, const Place *place);
