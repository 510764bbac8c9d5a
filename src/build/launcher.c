// The command `tsbt`: becomes Node, started from the snapshot that was made for exactly this Node on this kind of
// processor, or with the plain bundle when there is none. It costs a fraction of a millisecond.
//
// Compiled by src/build/build.mjs, with
//   NODE             the path of the Node that the build ran on
//   NODE_CODE        the file with Node's code: the same, or libnode
//   SNAPSHOT_FLAGS   flags for Node that the snapshot was made with, as C strings with a comma after each
//   PRINT_NAME       only for a variant that prints the name of the snapshot that it would look for

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void snapshot_name(char *name, size_t size) {
  snprintf(name, size, "tsbt-%016llx.blob", (unsigned long long)mix_processor(mix_code(0xcbf29ce484222325)));
}

#ifdef PRINT_NAME

int main(void) {
  char name[64];
  snapshot_name(name, sizeof name);
  puts(name);
  return 0;
}

#else

// A variable that makes Node read a certificate bundle at every start, which takes longer than all the rest. It gets
// another name, and src/cli/start.ts gives it back.
static void hide_certificates(void) {
  const char *file = getenv("NODE_EXTRA_CA_CERTS");
  if (file == NULL) return;
  setenv("TSBT_NODE_EXTRA_CA_CERTS", file, 1);
  unsetenv("NODE_EXTRA_CA_CERTS");
}

int main(int argc, char **argv) {
  // Our own place, whatever link or moved directory we were started through.
  char bundle[PATH_MAX], snapshot[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", bundle, sizeof bundle - 64);
  if (length <= 0) return perror("tsbt: /proc/self/exe"), 1;
  bundle[length] = '\0';
  char *name = strrchr(bundle, '/') + 1;
  const size_t directory = (size_t)(name - bundle);
  memcpy(snapshot, bundle, directory);
  snapshot_name(snapshot + directory, sizeof snapshot - directory);
  strcpy(name, "tsbt.cjs");

  // NODE_OPTIONS may hold V8 flags, which do not go together with a snapshot that was made without them.
  const char *options = getenv("NODE_OPTIONS");
  const int fits = (options == NULL || *options == '\0') && access(snapshot, R_OK) == 0;
  hide_certificates();

  char *prefix[] = {"node", SNAPSHOT_FLAGS "--snapshot-blob", snapshot, bundle};
  const size_t length_of_prefix = sizeof prefix / sizeof *prefix;
  char **args = calloc(length_of_prefix + (size_t)argc, sizeof *args);
  if (args == NULL) return perror("tsbt"), 1;
  memcpy(args, prefix, sizeof prefix);
  memcpy(args + length_of_prefix, argv + 1, ((size_t)argc - 1) * sizeof *args);
  if (fits) execv(NODE, args);

  char **plain = args + length_of_prefix - 2;
  plain[0] = "node";
  execv(NODE, plain);
  execvp("node", plain);  // the Node of the build is gone
  return perror("tsbt: node"), 127;
}

#endif
