#pragma once

// Of a snapshot, by its seal: the file beside it that its maker writes last (src/build/snapshot/seal.mjs).
typedef enum {
  SNAPSHOT_MISSING,     // or not finished: there is no seal
  SNAPSHOT_BROKEN,      // not what was sealed
  SNAPSHOT_FOREIGN,     // the folder is not to be trusted
  SNAPSHOT_IMPOSSIBLE,  // not long ago none could be made
  SNAPSHOT_WHOLE,
} SnapshotState;

// Whose files count.
typedef enum {
  OF_ANYONE,  // beside the program, which might as well be another
  TRUSTED,    // root's or our own, in a folder likewise, that nobody else may write
} SnapshotOwner;

SnapshotState examine_snapshot(const char *folder, const char *name, SnapshotOwner owner);
