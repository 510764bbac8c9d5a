/** The program that is traced: one round makes every event that the rows of this folder wait for. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Child, compileC } from "../../support/index.js";

const SOURCE = String.raw`
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#define SDT_PROBE(name, value) __asm__ volatile( \
  "990: nop\n" \
  ".pushsection .note.stapsdt,\"\",\"note\"\n .balign 4\n .4byte 992f-991f, 994f-993f, 3\n" \
  "991: .asciz \"stapsdt\"\n992: .balign 4\n" \
  "993: .8byte 990b\n .8byte 0\n .8byte 0\n .asciz \"contract\"\n .asciz \"" name "\"\n .asciz \"-4@%0\"\n994: .balign 4\n" \
  ".popsection\n" :: "r"(value))
volatile long watched;
int step_one(int number) { return number + 1; }
int step_two(int number) { return number + 2; }
static void fault(void) {
  char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[0] = 1;
  munmap(page, 4096);
}
static void work(void) {
  clock_t end = clock() + CLOCKS_PER_SEC / 50;
  while (clock() < end);
}
int main(void) {
  char line[10];
  int null = open("/dev/null", O_WRONLY);
  setvbuf(stdout, 0, _IOLBF, 0);
  printf("watched %p\n", (void *)&watched);
  for (int round = 1; fgets(line, sizeof line, stdin); round++) {
    syscall(SYS_getpid);
    syscall(SYS_getppid);
    syscall(SYS_getpgid, 0);
    pwrite(null, line, 1, 0);
    watched = round;
    step_one(round);
    step_two(round);
    SDT_PROBE("one", round);
    SDT_PROBE("two", round);
    fault();
    work();
    printf("round %d\n", round);
  }
  return 0;
}
`;

export const targetPath = (): string => compileC(SOURCE, { name: "contract" });

export class Target {
  /** Address of a variable that each round writes. */
  readonly watched: string;
  private readonly child: Child;
  private rounds = 0;

  private constructor(child: Child, watched: string) {
    this.child = child;
    this.watched = watched;
  }

  static async start(): Promise<Target> {
    const child = new Child(targetPath(), [], { input: "open", timeoutMs: 60_000 });
    await child.printed(/^watched \S+$/m);
    return new Target(child, /^watched (\S+)$/m.exec(child.stdout)?.[1] ?? "");
  }

  get pid(): number {
    return this.child.pid;
  }

  async round(): Promise<void> {
    this.rounds++;
    this.child.write("\n");
    await this.child.printed(new RegExp(`^round ${this.rounds}$`, "m"));
  }

  /** In which breakpoints would show. */
  instructions(): string {
    const maps = readFileSync(`/proc/${this.pid}/maps`, "latin1").split("\n");
    const code = maps.find((line) => line.includes(" r-xp ") && line.endsWith(targetPath()));
    const [start = 0, end = 0] = (code?.split(" ")[0] ?? "").split("-").map((hex) => parseInt(hex, 16));
    const bytes = Buffer.alloc(end - start);
    const memory = openSync(`/proc/${this.pid}/mem`, "r");
    readSync(memory, bytes, 0, bytes.length, start);
    closeSync(memory);
    return bytes.toString("hex");
  }

  /** @returns its exit status, or null when it was killed */
  async end(): Promise<number | null> {
    this.child.closeInput();
    return (await this.child.finished).status;
  }
}
