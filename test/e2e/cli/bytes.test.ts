/** Arguments, paths and the environment are byte strings: what is no UTF-8 passes as it is. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { Child, compileC, kernelTest, tsbtCommand } from "../../support/index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-bytes-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Node cannot pass such words on; `$X` is the byte 0xff, and `tsbt` the command. */
async function shell(text: string): Promise<string> {
  const begin = `X=$(printf '\\377'); tsbt() { "$TSBT" -q "$@"; }\n`;
  const { stdout, stderr } = await new Child("/bin/sh", ["-c", begin + text], {
    cwd: directory,
    env: { TSBT: tsbtCommand() },
  }).finished;
  expect(stderr).toBe("");
  return stdout;
}

const FILES = `
  printf '%s' 'begin { printf("file %s\\n", str($1)); }' > "s$X.bt"
  printf '#define N 5\\n' > "h$X.h"
  mkdir -p "d$X"; printf 'macro five() { 5 }' > "d$X/m$X.bt"
  printf '%s' "import \\"d$X/m$X.bt\\"; begin { printf(\\"%d\\\\n\\", five()); }" > "i$X.bt"
  printf '%s' "import \\"d$X\\"; begin { printf(\\"%d\\\\n\\", five()); }" > "j$X.bt"
  printf 'function_of_none\\n' > "t$X"
  cp "$PROGRAM" "p$X"`;

beforeAll(() => {
  const program = compileC("int named_here(void) { return 1; } int main(void) { return named_here() - 1; }");
  const words = ["-c", `X=$(printf '\\377'); ${FILES}`];
  execFileSync("/bin/sh", words, { cwd: directory, env: { ...process.env, PROGRAM: program } });
});

const HERE = String.raw`begin { $s = str($1); printf("%d %rh\n", strlen($s), buf($1, strlen($s))); }`;

const ROWS: readonly (readonly [claim: string, shell: string, output: string])[] = [
  ["a parameter", `tsbt -e '${HERE}' "p\${X}q"`, "3 70 ff 71\n"],
  ["a parameter of a file", `tsbt "s$X.bt" "a$X"`, "file a\xff\n"],
  ["a parameter by name", `tsbt -e 'begin { print(getopt("o", "")); }' -- "--o=$X"`, "\xff\n"],
  ["a parameter that is UTF-8", `tsbt -e 'begin { print(str($1)); }' "ä"`, "\xc3\xa4\n"],
  ["text of -e", `tsbt -e "begin { print(\\"$X\\"); }"`, "\xff\n"],
  ["a program of -c", `tsbt -e 'begin { print(1); } interval:s:100 { }' -c "./p$X"`, "1\n"],
  ["a program of -c in PATH", `PATH="$PATH:$PWD"; tsbt -e 'begin { print(1); } interval:s:100 { }' -c "p$X"`, "1\n"],
  ["arguments of -c", `tsbt -e 'interval:s:100 { }' -c "/bin/echo $X"`, "\xff\n"],
  ["the environment of -c", `A=$X tsbt -e 'interval:s:100 { }' -c "/usr/bin/printenv A"`, "\xff\n"],
  ["the environment of system()", `A=$X tsbt --unsafe -e 'begin { system("printenv A"); }'`, "\xff\n"],
  ["a command of system()", `tsbt --unsafe -e "begin { system(\\"echo $X\\"); }"`, "\xff\n"],
  ["a file of cat()", `tsbt -e "begin { cat(\\"h$X.h\\"); }"`, "#define N 5\n"],
  ["a file of -o", `tsbt -o "o$X" -e 'begin { print(1); }'; cat "o$X"`, "1\n"],
  ["a file of --include", `tsbt -I . --include "h$X.h" -e 'begin { print(N); }'`, "5\n"],
  ["an imported file", `tsbt "i$X.bt"`, "5\n"],
  ["an imported directory", `tsbt "j$X.bt"`, "5\n"],
  ["names in a list", `tsbt -l "uprobe:./p$X:named_h*"`, "uprobe:./p\xff:named_here\n"],
  ["names in a list by a pattern", `tsbt -l "uprobe:./p*:named_h*"`, "uprobe:./p\xff:named_here\n"],
  ["a script that is listed", `tsbt -l "s$X.bt"`, ""],
  ["a script that is formatted", `tsbt --fmt "s$X.bt"; tsbt --fmt -o "f$X" "s$X.bt"; wc -l < "f$X"`, "}\n4\n"],
  ["a variable of the language", `BPFTRACE_COLOR=$X tsbt -e 'begin { }' 2>&1`, "current value is \xff!"],
];

for (const [claim, command, output] of ROWS) {
  kernelTest(`bytes in ${claim}`, { matrix: false, package: "gcc" }, async () => {
    expect(await shell(command)).toContain(output);
  });
}

kernelTest("a file of -o has the name that was given, and messages name it so", { matrix: false }, async () => {
  await shell(`tsbt -o "named$X" -e 'begin { print(1); }'`);
  expect(readdirSync(directory, { encoding: "latin1" })).toContain("named\xff");
  expect(readFileSync(Buffer.from(join(directory, "named\xff"), "latin1"), "latin1")).toContain("1\n");
  const { stderr } = await new Child("/bin/sh", ["-c", `"$TSBT" "$(printf 'none\\377')"`], {
    env: { TSBT: tsbtCommand() },
  }).finished;
  expect(stderr).toContain("'none\xff'");
});
