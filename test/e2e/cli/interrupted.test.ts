/** Signals that come all the time keep no call from being done: a profiler's, those of children, those of a terminal. */
import { describe, expect } from "vitest";
import { Child, compileC, type Finished, kernelTest, tsbtCommand } from "../../support/index.js";

/** Runs a command and, from when it has a handler of SIGUSR1, sends it signals every millisecond. Says on standard error how many. */
const STORM = `
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int SIGNALS[] = {SIGUSR1, SIGCHLD, SIGWINCH, SIGURG, SIGCONT};

static int handles(pid_t pid) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *status = fopen(path, "r");
  unsigned long long caught = 0;
  while (status && fgets(line, sizeof line, status)) sscanf(line, "SigCgt: %llx", &caught);
  if (status) fclose(status);
  return caught >> (SIGUSR1 - 1) & 1;
}

int main(int argc, char **argv) {
  const pid_t child = fork();
  if (child == 0) return execv(argv[1], argv + 1);
  int status, storms = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    usleep(1000);
    if (storms == 0 && !handles(child)) continue;
    for (unsigned i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) kill(child, SIGNALS[i]);
    storms++;
  }
  fprintf(stderr, "%d storms\\n", storms);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
`;

/** Keeps a timer over exec whose signal is ignored. */
const TIMER = `
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>
int main(int argc, char **argv) {
  signal(SIGALRM, SIG_IGN);
  signal(SIGPROF, SIG_IGN);
  const struct itimerval often = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &often, 0);
  setitimer(ITIMER_PROF, &often, 0);
  return execv(argv[1], argv + 1);
}
`;

const run = (program: string, ...args: string[]): Promise<Finished> =>
  new Child(compileC(program), [tsbtCommand(), "-q", ...args], { timeoutMs: 60_000 }).finished;

/** The verifier is busy with it for many times a millisecond. */
const LONG = `begin { ${Array.from({ length: 150 }, (_, i) => `if (pid > ${i}) { @[${i}] = hist(pid); printf("%s", comm); }`).join(" ")} }`;

describe("under signals every millisecond", () => {
  kernelTest("a program is loaded that takes long to verify", { package: "gcc", matrix: false }, async () => {
    const { stderr, status } = await run(STORM, "--dry-run", "-e", LONG);
    expect(stderr).not.toContain("ERROR");
    expect(stderr).toMatch(/\d\d storms\n$/);
    expect(status).toBe(0);
  });

  kernelTest("events are opened, maps read and cleared, commands run", { package: "gcc", matrix: false }, async () => {
    const script = `begin { for ($i : 0..3000) { @[$i] = $i; } system("sleep 0.1; echo done"); }
      profile:hz:499 { @n = count(); } interval:ms:100 { print(@, 1); clear(@); exit(); }
      end { clear(@n); }`;
    const { stdout, stderr, status } = await run(STORM, "--unsafe", "-e", script);
    expect(stderr).not.toContain("ERROR");
    expect(stdout).toMatch(/^done\n+@\[2999\]: 2999\n+$/);
    expect(status).toBe(0);
  });

  kernelTest("a child is started, and its end seen", { package: "gcc", matrix: false }, async () => {
    const script = "profile:hz:99 /pid == cpid/ { @ = count(); } end { clear(@); }";
    const { stdout, stderr, status } = await run(
      STORM,
      "-e",
      script,
      "-c",
      "/bin/sh -c echo${IFS}child;exec${IFS}sleep${IFS}0.2",
    );
    expect(stderr).not.toContain("ERROR");
    expect(stdout).toMatch(/^child\n+$/);
    expect(status).toBe(0);
  });
});

kernelTest("a timer whose signal is ignored changes nothing", { package: "gcc", matrix: false }, async () => {
  const { stdout, status, signal } = await run(TIMER, "-e", 'interval:ms:50 { printf("ok\\n"); exit(); }');
  expect({ stdout, status, signal }).toEqual({ stdout: "ok\n\n\n", status: 0, signal: null });
});
