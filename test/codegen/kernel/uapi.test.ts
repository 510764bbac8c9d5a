/** Constants of the kernel's interface are those of its headers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { compileC, kernelTest, run } from "../../support/index.js";
import { ENUMERATORS, FIELDS, type FieldName, MACROS } from "../../support/uapi-names.js";

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

/** C that prints, of each field that the header has, where it lies, and of the others nothing. */
const offsetsProgram = (fields: readonly FieldName[]): string => `
${HEADERS.map((header) => `#include <${header}>`).join("\n")}
#include <stddef.h>
#include <stdio.h>
int main(void) {
#line 1
${fields.map(({ type, path }) => `printf("${type} ${path} %zu\\n", offsetof(${type}, ${path}));`).join("\n")}
return 0;
}
`;

kernelTest(
  "fields lie where the headers that are installed have them",
  { root: false, package: ["gcc", "libc6-dev"] },
  async () => {
    // Fields that are newer than the headers are what the compiler complains of; test/kernel/uapi.test.ts knows those.
    const unknown = await linesWithErrors(offsetsProgram(FIELDS));
    const known = FIELDS.filter((_, i) => !unknown.includes(i + 1));
    const { stdout } = await run(compileC(offsetsProgram(known), { name: "uapi-fields", flags: ["-O0"] }));
    expect(stdout.trim().split("\n")).toEqual(known.map(({ type, path, offset }) => `${type} ${path} ${offset}`));
    expect(known.length).toBeGreaterThan(FIELDS.length - 12);
  },
);

async function linesWithErrors(source: string): Promise<readonly number[]> {
  const dir = mkdtempSync(join(tmpdir(), "tsbt-uapi-"));
  const file = join(dir, "fields.c");
  writeFileSync(file, source);
  const { stderr } = await run("gcc", ["-fsyntax-only", file]);
  rmSync(dir, { recursive: true });
  return [...stderr.matchAll(/fields\.c:(\d+):\d+: \w*error/g)].map(([, line]) => Number(line));
}
