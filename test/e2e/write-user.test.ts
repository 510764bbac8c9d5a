import { checkScript, compileC, kernelTest } from "../support/index.js";

/** Tells what has become of its own memory. */
const PROGRAM = `
#include <stdio.h>
static char text[16] = "unchanged text";
static volatile int number = 1;
__attribute__((noinline)) void f(char *to, volatile int *n) { __asm__ volatile("" : : "r"(to), "r"(n) : "memory"); }
int main(void) {
  f(text, &number);
  printf("%s, %d\\n", text, number);
  return 0;
}
`;

kernelTest("write_user() changes the memory of the process", { needs: ["write-user", "uprobe"] }, async () => {
  const program = compileC(PROGRAM);
  await checkScript({
    script: `uprobe:${program}:f { $n = (int32)-7; printf("%d %d\\n", write_user(arg0, "new", 3), write_user(arg1, &$n, 4)); }`,
    options: ["--unsafe", "-c", program],
    match: [/^newhanged text, -7$/m, /^1 1$/m],
  });
});

kernelTest("write_user() tells what it cannot write", { needs: ["write-user", "uprobe"] }, async () => {
  const program = compileC(PROGRAM);
  await checkScript({
    script: `uprobe:${program}:f { printf("%d %d\\n", write_user(0, "new", 3), write_user(arg0, "new", 0)); }`,
    options: ["--unsafe", "-c", program],
    match: [/^unchanged text, 1$/m, /^0 1$/m],
  });
});
