import { statSync } from "node:fs";
import { expect } from "vitest";
import { run } from "./child.js";
import { compileC } from "./compile-c.js";
import { kernelTest } from "./kernel-test.js";

const SOURCE = '#include <stdio.h>\nint main(void) { puts("compiled"); return 0; }\n';

kernelTest("a test program is compiled once", { root: false, package: ["gcc", "libc6-dev"] }, async () => {
  const program = compileC(SOURCE, { name: "greet" });
  expect((await run(program)).stdout).toBe("compiled\n");
  const before = statSync(program).mtimeMs;
  expect(compileC(SOURCE, { name: "greet" })).toBe(program);
  expect(statSync(program).mtimeMs).toBe(before);
});
