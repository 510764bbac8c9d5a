#define _GNU_SOURCE
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// Of each page some bytes are looked at: a file that was cut off, that a crash has left with pages of zeros, or that is another
// one, is found in a fifth of a millisecond. src/build/snapshot/seal.mjs computes the same.
enum { PAGE = 4096, SAMPLE_WORDS = 16 };
enum { SEAL_BYTES = 128 };
enum { RETRY_SECONDS = 24 * 60 * 60 };

static uint32_t checksum(const uint32_t *words, size_t bytes) {
  uint32_t hash = 0x811c9dc5;
  for (size_t at = 0; at + SAMPLE_WORDS * sizeof *words <= bytes; at += PAGE) {
    for (size_t i = 0; i < SAMPLE_WORDS; i++) hash = (hash ^ words[at / sizeof *words + i]) * 0x01000193;
  }
  return hash;
}

static int is_trusted(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) return 0;
  return (status.st_uid == 0 || status.st_uid == geteuid()) && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int open_file(int folder, const char *name, SnapshotOwner owner) {
  const int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status;
  if (file < 0 || ((owner == OF_ANYONE || is_trusted(file)) && fstat(file, &status) == 0 && S_ISREG(status.st_mode))) {
    return file;
  }
  close(file);
  return -1;
}

static int is_recent(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) return 0;
  const time_t age = time(NULL) - status.st_mtim.tv_sec;
  return age >= 0 && age < RETRY_SECONDS;
}

static int matches(int blob, unsigned long long size, uint32_t sum) {
  struct stat status;
  if (fstat(blob, &status) != 0 || (unsigned long long)status.st_size != size) return 0;
  void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, blob, 0);
  if (bytes == MAP_FAILED) return 0;
  const int is_same = checksum(bytes, size) == sum;
  munmap(bytes, size);
  return is_same;
}

static SnapshotState examine(int folder, const char *name, SnapshotOwner owner) {
  char seal_name[NAME_MAX], seal[SEAL_BYTES];
  const int blob = open_file(folder, name, owner);
  snprintf(seal_name, sizeof seal_name, "%s.seal", name);
  const int seal_file = open_file(folder, seal_name, owner);
  SnapshotState state = blob < 0 || seal_file < 0 ? SNAPSHOT_MISSING : SNAPSHOT_BROKEN;
  if (seal_file >= 0) {
    const ssize_t length = read(seal_file, seal, sizeof seal - 1);
    seal[length > 0 ? length : 0] = '\0';
    if (strncmp(seal, "impossible", strlen("impossible")) == 0) {
      state = is_recent(seal_file) ? SNAPSHOT_IMPOSSIBLE : SNAPSHOT_MISSING;
    } else if (blob >= 0 && strncmp(seal, "tsbt ", strlen("tsbt ")) == 0) {
      char *end;
      const unsigned long long size = strtoull(seal + strlen("tsbt "), &end, 10);
      if (matches(blob, size, (uint32_t)strtoul(end, NULL, 16))) state = SNAPSHOT_WHOLE;
    }
    close(seal_file);
  }
  if (blob >= 0) close(blob);
  return state;
}

// A name that ends in "/" is that of what a link leads to.
static int open_trusted(const char *folder) {
  char path[PATH_MAX];
  const int length = snprintf(path, sizeof path, "%s", folder);
  if (length >= PATH_MAX) return errno = ENAMETOOLONG, -1;
  if (length > 1 && path[length - 1] == '/') path[length - 1] = '\0';
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

SnapshotState examine_snapshot(const char *folder, const char *name, SnapshotOwner owner) {
  const int directory = owner == TRUSTED ? open_trusted(folder) : open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  // A link, which is none with O_NOFOLLOW. What is out of our reach is like nothing.
  if (directory < 0) return errno == ENOTDIR || errno == ELOOP ? SNAPSHOT_FOREIGN : SNAPSHOT_MISSING;
  const SnapshotState state =
      owner == OF_ANYONE || is_trusted(directory) ? examine(directory, name, owner) : SNAPSHOT_FOREIGN;
  close(directory);
  return state;
}
