/** Standard streams that are closed or take nothing, and directories that are gone: nothing crashes, and what can be said is. */
import { describe, expect } from "vitest";
import { Child, type Finished, kernelTest, tsbtCommand } from "../../support/index.js";

const SCRIPT = 'begin { printf("ok\\n"); @a = 1; }';

/** `$T` is tsbt. */
const shell = (text: string): Promise<Finished> =>
  new Child("/bin/bash", ["-c", `T=$1; S=$2; ${text}`, "bash", tsbtCommand(), SCRIPT]).finished;

const FULL = "ERROR: write: No space left on device\n";
const OUTPUT = "ok\n\n\n@a: 1\n";

describe("standard streams", () => {
  const rows: readonly (readonly [claim: string, shell: string, expected: Partial<Finished>])[] = [
    ["standard input is closed", '"$T" -q -e "$S" <&-', { stdout: OUTPUT, stderr: "", status: 0 }],
    ["standard output is closed", '"$T" -q -e "$S" >&-', { stderr: "", status: 0 }],
    ["standard error is closed", '"$T" -e "$S" 2>&-', { stdout: OUTPUT, status: 0 }],
    ["all are closed", '"$T" --unsafe -e "begin { system(\\"echo\\"); }" -c /bin/true <&- >&- 2>&-', { status: 0 }],
    ["standard output is full", '"$T" -q -e "$S" >/dev/full', { stderr: FULL, status: 255 }],
    ["standard output is full: JSON", '"$T" -q -f json -e "$S" >/dev/full', { stderr: FULL, status: 255 }],
    ["standard output is full: --help", '"$T" --help >/dev/full', { stderr: FULL, status: 255 }],
    ["standard output is full: --version", '"$T" --version >/dev/full', { stderr: FULL, status: 255 }],
    ["standard output is full: --fmt", '"$T" --fmt -e "$S" >/dev/full', { stderr: FULL, status: 255 }],
    ["standard output is full: -l", '"$T" -l "interval:*" >/dev/full', { stderr: FULL, status: 255 }],
    ["the file of -o is full", '"$T" -q -o /dev/full -e "$S"', { stderr: FULL, status: 255 }],
    ["standard error is full", '"$T" -e "$S" 2>/dev/full', { stdout: OUTPUT, status: 0 }],
    ["standard error is full, and something is wrong", '"$T" -e "begin { foo(); }" 2>/dev/full', { status: 1 }],
    ["a reader of help goes away", '"$T" --help | head -c 4; echo ${PIPESTATUS[0]}', { stdout: "tsbt0\n", stderr: "" }],
    [
      "a file may not grow",
      'ulimit -f 0; "$T" -q -o /tmp/$$.none -e "$S"; R=$?; rm /tmp/$$.none; exit $R',
      {
        stderr: "ERROR: write: File too large\n",
        status: 255,
      },
    ],
    ["standard input is a directory", '"$T" - < /', { stderr: "ERROR: read: Is a directory\n", status: 255 }],
  ];
  for (const [claim, text, expected] of rows) {
    kernelTest(claim, { matrix: false }, async () => {
      expect(await shell(text)).toMatchObject(expected);
    });
  }
});

describe("surroundings", () => {
  kernelTest("there may be no environment at all", { matrix: false }, async () => {
    expect(await shell('env -i "$T" -q -e "$S"')).toMatchObject({ stdout: OUTPUT, stderr: "", status: 0 });
  });

  kernelTest("the directory may be gone, and its files are missing", { matrix: false }, async () => {
    const gone = "D=$(mktemp -d); cd $D; rmdir $D;";
    expect(await shell(`${gone} "$T" -q -e "$S"`)).toMatchObject({ stdout: OUTPUT, stderr: "", status: 0 });
    expect(await shell(`${gone} "$T" -q x.bt`)).toMatchObject({
      stderr: "ERROR: failed to open file 'x.bt': No such file or directory\n",
      status: 1,
    });
    expect(await shell(`${gone} "$T" -q -o x -e "$S"`)).toMatchObject({
      stderr: 'ERROR: Failed to open output file: "x": No such file or directory\n',
      status: 1,
    });
  });
});
