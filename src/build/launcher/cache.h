#pragma once

#include "place.h"

// What can be started from a snapshot.
typedef struct {
  const char *bundle;
  const char *portable;  // In the archive: its snapshot for the Node that lies beside it, and for all processors.
} Program;

extern const Program COMMAND;
extern const Program LISTER;  // What `-l PATTERN` needs of it, which is there in a third of the time.

// Finds the snapshot to start a program from: beside the program, or in a cache; when there is none it makes one, and says so. What is
// broken, or belongs to others, is passed over with a line of warning. 0: start without.
//
// `environment` is for the program that makes it.
int find_snapshot(char *snapshot, const Program *program, const char *node, const Place *place,
                  char *const *environment);

// `tsbt setup`: makes those that are not there. Returns the exit status.
int set_up(const char *node, const Place *place, char *const *environment);
