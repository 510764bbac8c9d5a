/** Constants of the kernel's interface are those of its headers. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { compileC, kernelTest, run } from "../../support/index.js";
import { ENUMERATORS, MACROS } from "../../support/uapi-names.js";

const HEADERS = ["linux/bpf.h", "linux/perf_event.h", "linux/hw_breakpoint.h"];

kernelTest(
  "numbers are those of the headers that are installed",
  { root: false, package: ["gcc", "libc6-dev"] },
  async () => {
    // Helpers are named by a macro that pastes.
    const text = HEADERS.map((header) => readFileSync(`/usr/include/${header}`, "latin1")).join("");
    const isKnown = ([name]: readonly [string, number]): boolean =>
      new RegExp(`\\b${name.replace(/^BPF_FUNC_/, "")}\\b`).test(text);
    const known = [...ENUMERATORS.filter(isKnown), ...MACROS];
    const includes = HEADERS.map((header) => `#include <${header}>`).join("\n");
    const lines = known.map(([name]) => `printf("%s %llu\\n", "${name}", (unsigned long long)(${name}));`);
    const program = compileC(`${includes}\n#include <stdio.h>\nint main(void) {\n${lines.join("\n")}\nreturn 0;\n}\n`, {
      name: "uapi",
      flags: ["-O0"],
    });
    const { stdout } = await run(program);
    expect(stdout.trim().split("\n")).toEqual(known.map(([name, value]) => `${name} ${value}`));
    // Of kernels that are newer than the headers: test/kernel/uapi.test.ts knows those.
    expect(ENUMERATORS.length - known.length + MACROS.length).toBeLessThan(5);
  },
);
