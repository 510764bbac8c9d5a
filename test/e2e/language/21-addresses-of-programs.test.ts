import { describe } from "vitest";
import { checkScript, compileC, kernelTest } from "../../support/index.js";
import { languageTests } from "./language-rows.js";

const PROGRAM = `
signed char one = -1; short two = 2; int four = 4; long eight = 8;
struct { int a[5]; } big = { { 7 } };
int f(int x) { return x; }
int g(int x) { return x + 1; }
int main(void) { return f(one) + g(two) + four + eight + big.a[0] == 21 ? 0 : 1; }
`;

const VALUES =
  'printf("%d %d %d %d %d %d\\n", *uaddr("one"), *uaddr("two"), *uaddr("four"), *uaddr("eight"), *(int32 *)uaddr("big"), sizeof(*uaddr("four")));';

describe("21 Addresses of programs", () => {
  const kinds = [
    ["where they are loaded", ["-O0", "-pie", "-fPIE"], "false"],
    ["where their file says", ["-O0", "-no-pie", "-fno-pie"], "true"],
  ] as const;
  for (const [claim, flags, isFixed] of kinds) {
    kernelTest(`21 uaddr finds the variables of programs ${claim}`, { needs: "uprobe" }, async () => {
      const program = compileC(PROGRAM, { flags });
      await checkScript({
        script: `uprobe:${program}:f, uprobe:${program}:g { ${VALUES} print(elf_is_exe); print((uint64)uaddr("f") == reg("ip")); }`,
        options: ["-c", program],
        stdout: `-1 2 4 8 7 4\n${isFixed}\ntrue\n-1 2 4 8 7 4\n${isFixed}\nfalse\n\n\n`,
      });
    });
  }

  kernelTest("21 uaddr in uretprobes", { needs: ["uprobe", "uprobe-multi"] }, async () => {
    const program = compileC(PROGRAM, { flags: ["-O0", "-pie", "-fPIE"] });
    await checkScript({
      script: `uretprobe:${program}:f { ${VALUES} print(elf_is_exe()); }`,
      options: ["-c", program],
      stdout: "-1 2 4 8 7 4\nfalse\n\n\n",
    });
  });

  kernelTest("21 uaddr from within a function", { needs: "uprobe", matrix: false }, async () => {
    const program = compileC(PROGRAM, { flags: ["-O0", "-pie", "-fPIE"] });
    await checkScript({
      script: `uprobe:${program}:f+4 { ${VALUES} } uprobe:libc:exit { print(uaddr("malloc") > uaddr("nosuch")); }`,
      status: 1,
      stderrMatch: /ERROR: Could not resolve symbol: \/.*libc.*:nosuch$/m,
    });
  });
});

// The reference points into its library in all of these.
languageTests("21 Addresses of programs: where", {
  "20.2 uaddr and elf_is_exe are of user-space probes": [
    {
      script: 'begin { print(uaddr("main")); }',
      says: ['1:15-28 ERROR: __builtin_uaddr can not be used with "begin" probes'],
    },
    {
      script: "begin { print(elf_is_exe); }",
      says: ["1:15-25 ERROR: elf_is_exe can not be used for this probetype: special"],
    },
    {
      script: "interval:s:1 { print(elf_is_exe()); }",
      says: ["1:22-34 ERROR: elf_is_exe can not be used for this probetype: interval"],
    },
    {
      script: "uprobe:libc:malloc { print(uaddr(1)); }",
      options: ["--unsafe"],
      says: ["1:28-36 ERROR: __builtin_uaddr() expects a string literal as the first argument"],
    },
    // The reference prints an address instead of the name.
    {
      script: 'uprobe:libc:malloc { print(uaddr("a b")); }',
      says: [
        '1:28-40 ERROR: __builtin_uaddr() expects a string that is a valid symbol (^[a-zA-Z0-9./_-]+$) as input ("a b" provided)',
      ],
    },
  ],
});
