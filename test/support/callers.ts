import { compileC } from "./compile-c.js";

/** Children on all CPUs that seek in the same file, so often: CHILDREN CALLS FILE. The offset is the number of the call. */
export const callers = compileC(
  `
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int children = atoi(argv[1]), calls = atoi(argv[2]), file = atoi(argv[3]);
  for (int i = 0; i < children; i++) {
    if (fork() != 0) continue;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(i % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    for (long call = 0; call < calls; call++) syscall(SYS_lseek, file, call, 0);
    _exit(0);
  }
  while (wait(0) > 0) continue;
  return 0;
}`,
);
