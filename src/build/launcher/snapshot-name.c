#include "snapshot-name.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// FNV-1a.
static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < length; i++) hash = (hash ^ at[i]) * 0x100000001b3;
  return hash;
}

// V8 refuses a snapshot that was made by another build of Node or for other processor features, so these two name it.
static uint64_t mix_code(uint64_t hash) {
  struct stat code;
  if (stat(NODE_CODE, &code) != 0) return 0;
  const uint64_t identity[] = {(uint64_t)code.st_size, (uint64_t)code.st_mtim.tv_sec, (uint64_t)code.st_mtim.tv_nsec};
  return mix(hash, identity, sizeof identity);
}

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

void snapshot_name(char *name, size_t size) {
  snprintf(name, size, "tsbt-%016llx.blob", (unsigned long long)mix_processor(mix_code(0xcbf29ce484222325)));
}
