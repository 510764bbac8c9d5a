#pragma once

#include "place.h"

// Finds the snapshot to start from: beside the program, or in a cache; when there is none it makes one, and says so. What is
// broken, or belongs to others, is passed over with a line of warning. 0: start without.
//
// `environment` is for the program that makes it.
int find_snapshot(char *snapshot, const char *node, const Place *place, char *const *environment);

// `tsbt setup`: makes it anew. Returns the exit status.
int set_up(const char *node, const Place *place, char *const *environment);
