#define _GNU_SOURCE
#include "snapshot-name.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { END_BYTES = 4096 };

// FNV-1a.
static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < length; i++) hash = (hash ^ at[i]) * 0x100000001b3;
  return hash;
}

static uint64_t mix_end(uint64_t hash, int file, off_t at) {
  static unsigned char bytes[END_BYTES];
  const ssize_t length = pread(file, bytes, sizeof bytes, at);
  return length > 0 ? mix(hash, bytes, (size_t)length) : hash;
}

// Headers are in front, what the linker adds is at the end, and of a bundle the hash.
static uint64_t mix_file(uint64_t hash, const char *path, int with_time) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return hash;
  struct stat status;
  if (fstat(file, &status) == 0) {
    const uint64_t identity[] = {(uint64_t)status.st_size, with_time ? (uint64_t)status.st_mtim.tv_sec : 0};
    hash = mix(hash, identity, sizeof identity);
    hash = mix_end(hash, file, 0);
    if (status.st_size > END_BYTES) hash = mix_end(hash, file, status.st_size - END_BYTES);
  }
  close(file);
  return hash;
}

// V8 of Node 20 refuses what was made for other features.
static uint64_t mix_processor(uint64_t hash) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d)) {
    const unsigned features[] = {a, c, d};  // b has the number of the processor that we run on
    hash = mix(hash, features, sizeof features);
  }
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
    const unsigned features[] = {b, c, d};
    hash = mix(hash, features, sizeof features);
  }
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) {
    const unsigned features[] = {c, d};
    hash = mix(hash, features, sizeof features);
  }
#else
  const unsigned long features[] = {getauxval(AT_HWCAP), getauxval(AT_HWCAP2)};
  hash = mix(hash, features, sizeof features);
#endif
  return hash;
}

void snapshot_name(char *name, size_t size, const char *node, const char *bundle) {
  static const char *const FLAGS[] = {SNAPSHOT_FLAGS NULL};
  uint64_t hash = mix_processor(0xcbf29ce484222325);
  for (size_t i = 0; FLAGS[i] != NULL; i++) hash = mix(hash, FLAGS[i], strlen(FLAGS[i]) + 1);
  hash = mix_file(hash, node, 1);
  hash = mix_file(hash, bundle, 0);
  snprintf(name, size, "tsbt-%016llx.blob", (unsigned long long)hash);
}
