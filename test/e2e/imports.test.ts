import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { type Finished, kernelTest, runTsbt } from "../support/index.js";

/** Writes files into a directory of their own and runs one of them there. */
function runFiles(
  files: Readonly<Record<string, string>>,
  file: string,
  options: { open?: string } = {},
): Promise<Finished> {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-imports-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  if (options.open !== undefined) chmodSync(join(directory, options.open), 0o666);
  return runTsbt(["-q", file], { cwd: directory });
}

describe("imports (language.md 15)", () => {
  kernelTest(
    "what is imported runs first, once, from directories and relative to the importing file",
    { matrix: false },
    async () => {
      const files = {
        "lib/a.bt": 'macro twice(x) { x * 2 } begin { print("lib begin"); } end { print("lib end"); }',
        "lib/b.bt": 'import "a.bt"; macro thrice(x) { x * 3 }',
        "main.bt":
          'import "lib"; import "lib/a.bt"; begin { print(twice(4)); print(thrice(2)); } end { print("own end"); }',
      };
      const { stdout, stderr, status } = await runFiles(files, "main.bt");
      expect({ stdout, stderr, status }).toEqual({
        stdout: "lib begin\n8\n6\nlib end\nown end\n\n\n",
        stderr: "",
        status: 0,
      });
    },
  );

  kernelTest("the library's own names are accepted, headers have no effect", { matrix: false }, async () => {
    const { stdout, status } = await runFiles(
      {
        "x.h": "int f(void);",
        "m.bt":
          'import "stdlib"; import "stdlib/strings"; import "stdlib/task/vma.bpf.c"; import "x.h"; begin { print(1); }',
      },
      "m.bt",
    );
    expect({ stdout, status }).toEqual({ stdout: "1\n\n\n", status: 0 });
  });

  const refused: readonly (readonly [claim: string, files: Readonly<Record<string, string>>, stderr: string])[] = [
    [
      "a missing file",
      { "m.bt": 'import "nosuch.bt"; begin { }' },
      'm.bt:1:1-19: ERROR: Unable to find suitable path for import\nimport "nosuch.bt"; begin { }\n~~~~~~~~~~~~~~~~~~\nHINT: checked: nosuch.bt\n',
    ],
    [
      "a name that the library does not have",
      { "m.bt": 'import "stdlib/string"; begin { }' },
      'm.bt:1:1-23: ERROR: Unable to find suitable path for import\nimport "stdlib/string"; begin { }\n~~~~~~~~~~~~~~~~~~~~~~\nHINT: checked: stdlib/string\nHINT: similar to builtins: stdlib/strings/errors.h,stdlib/strings/signal.h,stdlib/strings/strings.bpf.c,stdlib/strings/strings.h,stdlib/strings/syscall.h\n',
    ],
    [
      "a file of another kind",
      { "m.bt": 'import "x.txt"; begin { }', "x.txt": "" },
      'm.bt:1:1-15: ERROR: unknown import type: "x.txt"\nimport "x.txt"; begin { }\n~~~~~~~~~~~~~~\n',
    ],
    [
      "a C program",
      { "m.bt": 'import "x.bpf.c"; begin { }', "x.bpf.c": "" },
      'm.bt:1:1-17: ERROR: cannot import "x.bpf.c": tsbt has no C compiler; only .bt scripts and their directories can be imported\nimport "x.bpf.c"; begin { }\n~~~~~~~~~~~~~~~~\n',
    ],
    [
      "a config block in an imported file",
      { "m.bt": 'import "c.bt"; begin { }', "c.bt": "config = { max_strlen = 5 }" },
      "c.bt:1:1-28: ERROR: invalid `config` within import\nconfig = { max_strlen = 5 }\n~~~~~~~~~~~~~~~~~~~~~~~~~~~\n",
    ],
  ];
  for (const [claim, files, stderr] of refused) {
    kernelTest(`${claim} is refused`, { matrix: false }, async () => {
      const result = await runFiles(files, "m.bt");
      expect({ stderr: result.stderr, status: result.status }).toEqual({ stderr, status: 1 });
    });
  }

  kernelTest("a file that anybody may write to is skipped with a warning", { matrix: false }, async () => {
    const files = { "m.bt": 'import "a.bt"; begin { print(1); }', "a.bt": "begin { print(2); }" };
    const result = await runFiles(files, "m.bt", { open: "a.bt" });
    expect(result.stdout).toBe("1\n\n\n");
    expect(result.stderr).toMatch(/WARNING: skipping due to global write permissions: ".*a\.bt"/);
  });

  kernelTest("files may import each other", { matrix: false }, async () => {
    const files = {
      "a.bt": 'import "b.bt"; begin { print("a"); }',
      "b.bt": 'import "a.bt"; begin { print("b"); }',
      "m.bt": 'import "a.bt"; begin { print("m"); }',
    };
    expect((await runFiles(files, "m.bt")).stdout).toBe("b\na\nm\n\n\n");
  });
});
