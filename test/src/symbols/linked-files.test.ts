import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { linkedFiles, type PathOptions } from "../../../src/symbols/index.js";
import { compileC, kernelTest } from "../../support/index.js";

const OPTIONS: PathOptions = { arch: "x86_64", pid: undefined, searchPath: undefined, acceptsAnyFile: false };
const SOURCE = "int main(void) { return 0; }";

kernelTest(
  "what a program is linked with, and what that is",
  { root: false, matrix: false, package: ["gcc", "libc6-dev"] },
  () => {
    const program = compileC(SOURCE, { name: "linked" });
    const [first, ...libraries] = linkedFiles(program, OPTIONS);
    expect(first).toBe(program);
    expect(libraries.some((path) => path.endsWith("/libc.so.6"))).toBe(true);
    // The C library itself needs it.
    expect(libraries.some((path) => path.includes("/ld-linux"))).toBe(true);
    const alone = compileC(SOURCE, { name: "alone", flags: ["-static"] });
    expect(linkedFiles(alone, OPTIONS)).toEqual([alone]);
    expect(linkedFiles("/nowhere", OPTIONS)).toEqual(["/nowhere"]);
  },
);

kernelTest(
  "what stands where a program has its libraries, and is none, is not opened",
  { root: false, matrix: false, package: ["gcc", "libc6-dev"] },
  () => {
    const directory = mkdtempSync(join(tmpdir(), "tsbt-linked-"));
    try {
      const pipe = join(directory, "libc.so.6");
      // Whoever opened it would wait for a writer.
      execFileSync("mkfifo", [pipe]);
      const program = compileC(SOURCE, { name: "piped", flags: [`-Wl,-rpath,${directory}`] });
      const libraries = linkedFiles(program, OPTIONS).filter((path) => path.endsWith("/libc.so.6"));
      expect(libraries).toHaveLength(1);
      expect(libraries).not.toContain(pipe);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
