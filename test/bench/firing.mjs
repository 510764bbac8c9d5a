/**
 * Programs that fire events by the hundred thousand: one round for each line that they read, after which they print how many
 * nanoseconds one turn took. While they run, the kernel keeps statistics of BPF programs.
 */
import { compile } from "./compile.mjs";

export const firingProgram = (name, { declarations = "", turn }) =>
  compile(
    name,
    `
#include <linux/bpf.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
${declarations}
enum { TURNS = 200000 };
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}
int main(void) {
  union bpf_attr attr = {.enable_stats.type = BPF_STATS_RUN_TIME};
  if (syscall(SYS_bpf, BPF_ENABLE_STATS, &attr, sizeof attr) < 0) return perror("BPF_ENABLE_STATS"), 1;
  char line[10];
  while (fgets(line, sizeof line, stdin)) {
    double start = now();
    for (long i = 0; i < TURNS; i++) { ${turn} }
    printf("%.1f\\n", (now() - start) / TURNS);
    fflush(stdout);
  }
  return 0;
}
`,
  );
