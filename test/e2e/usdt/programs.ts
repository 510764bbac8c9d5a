/** Programs with USDT probes, for the tests of this folder. */
import { compileC, type CompileOptions } from "../../support/index.js";

export const NEEDS = { needs: "uprobe", package: ["gcc", "libc6-dev", "systemtap-sdt-dev"] } as const;

/** Both ways in which kernels attach to many places. */
export const WAYS = [
  { name: "attached by one link", needs: ["uprobe", "uprobe-multi"], options: [] },
  { name: "attached by perf events", needs: ["uprobe"], options: ["--no-feature", "uprobe_multi"] },
] as const;

/**
 * Waits for lines on its standard input, and runs through its probes once for each. The argument of `test_idx` counts the
 * rounds; `two` is in two places, with arguments of two kinds. Each round ends with a line that says who has a listener.
 */
const SERVER = `
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>
#include <stdio.h>
#define SEMAPHORE(name) unsigned short name##_semaphore __attribute__((section(".probes")))
SEMAPHORE(test_grp_test_idx);
SEMAPHORE(test_grp_many);
SEMAPHORE(test_grp_guarded);
SEMAPHORE(other_two);
int global = 77;
short word = 99;
short table[4] = {10, -20, 30, -40};
__attribute__((noinline)) void index_probe(int i) { STAP_PROBE1(test_grp, test_idx, i); }
__attribute__((noinline)) void two_places(long i) {
  STAP_PROBE2(other, two, i, "text");
  STAP_PROBE2(other, two, (char)-3, i + 1);
}
__attribute__((noinline)) void many_arguments(long i) {
  STAP_PROBE12(test_grp, many, i, i + 1, i + 2, i + 3, i + 4, i + 5, (char)-6, (short)7, (unsigned char)250, ~0U, 10, -11);
}
int main(void) {
  char line[100];
  setvbuf(stdout, 0, _IOLBF, 0);
  puts("ready");
  for (int i = 1; fgets(line, sizeof line, stdin); i++) {
    index_probe(i);
    two_places(i);
    many_arguments(i);
    if (test_grp_guarded_semaphore) STAP_PROBE2(test_grp, guarded, global, table[i & 3]);
    printf("%d: %d %d\\n", i, test_grp_guarded_semaphore, other_two_semaphore);
  }
  return 0;
}
`;

export const server = (options: Pick<CompileOptions, "name" | "flags"> = {}): string =>
  compileC(SERVER, { name: "test-server", flags: ["-O2"], ...options });

/**
 * A note with any text for the arguments: what compilers write depends on them, and on the weather. Registers and memory
 * hold known values.
 */
const SITE = String.raw`
#define SITE(name, args) \
  "990: nop\n" \
  ".pushsection .note.stapsdt,\"\",\"note\"\n .balign 4\n .4byte 992f-991f, 994f-993f, 3\n" \
  "991: .asciz \"stapsdt\"\n992: .balign 4\n" \
  "993: .8byte 990b\n .8byte 0\n .8byte 0\n .asciz \"form\"\n .asciz \"" name "\"\n .asciz \"" args "\"\n994: .balign 4\n" \
  ".popsection\n"
`;

export interface Form {
  readonly name: string;
  /** As a note has them. */
  readonly args: string;
}

/** Goes through all sites once; `rax` is 0x1122334455668899, `rbx` 2, `rcx` the address of four longs, and so on. */
export const formsProgram = (forms: readonly Form[], options: Pick<CompileOptions, "flags"> = {}): string =>
  compileC(
    `${SITE}
long longs[4] = {0x1122334455667788, -2, 3, 0x7fffffffffffffff};
static int local_int = -5;
int main(void) {
  asm volatile("mov $0x1122334455668899, %%rax\\n mov $2, %%rbx\\n lea longs(%%rip), %%rcx\\n mov $-1, %%rdx\\n"
    "mov $0x8000000000000001, %%r12\\n"
${forms.map(({ name, args }) => `    SITE("${name}", "${args.replaceAll("%", "%%")}")`).join("\n")}
    ::"m"(local_int) : "rax", "rbx", "rcx", "rdx", "r12", "memory");
  return 0;
}
`,
    { name: "forms", flags: ["-O1"], ...options },
  );
