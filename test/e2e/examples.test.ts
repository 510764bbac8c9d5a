import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Child, kernelTest, PROJECT_DIR, runTsbt, TracingChild } from "../support/index.js";

const EXAMPLES_DIR = join(PROJECT_DIR, "examples");

/** What a shell of the test does while the example looks at that shell alone. */
interface Row {
  readonly file: string;
  readonly commands: string;
  readonly stdout: readonly RegExp[];
  /** The script prints while it runs: wait for this before it is interrupted. */
  readonly printed?: RegExp;
}

const LOOP = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

const ROWS: readonly Row[] = [
  {
    file: "files-opened.bt",
    commands: "read x < /etc/hostname; exec 3< /etc/passwd",
    printed: /\/etc\/passwd/,
    stdout: [/^PID {6}COMM {13}FILE$/m, /^\d+ +sh +\/etc\/hostname$/m, /^\d+ +sh +\/etc\/passwd$/m],
  },
  {
    file: "processes-executed.bt",
    commands: "exec /bin/true",
    printed: /\/bin\/true/,
    stdout: [/^PID {6}UID {4}BY {15}PROGRAM$/m, /^\d+ +0 +sh +\/bin\/true$/m],
  },
  {
    file: "syscalls-by-process.bt",
    commands: "read x < /etc/hostname; echo done",
    stdout: [/^@syscalls\[sh, \d+\]: [1-9]\d*$/m],
  },
  {
    file: "syscall-dispatcher.bt",
    commands: "read x < /etc/hostname; exec /bin/true",
    printed: /exits/,
    stdout: [
      /^sh +opens \/etc\/hostname$/m,
      /^sh +becomes \/bin\/true$/m,
      /^true +exits with 0$/m,
      /^@bytes_asked_for\[sh\]: [1-9]\d*$/m,
    ],
  },
  {
    file: "read-sizes.bt",
    commands: "read x < /etc/passwd; echo done",
    stdout: [/^@bytes\[sh\]:$/m, /^\[\d+\] +\d+ \|@+ *\|$|^\[\d+K?, \d+K?\) +\d+ \|@+ *\|$/m],
  },
  {
    file: "read-latency.bt",
    commands: "read x < /etc/passwd; echo done",
    stdout: [/^@us\[sh\]:$/m, /\|@+ *\|$/m],
  },
  {
    file: "cpu-profile.bt",
    commands: `${LOOP}; ${LOOP}; echo done`,
    stdout: [/^@samples\[sh\]: [1-9]\d*$/m],
  },
  {
    file: "hot-stacks.bt",
    commands: `${LOOP}; ${LOOP}; echo done`,
    stdout: [/^@stacks\[sh, $/m, /^ {8}(\S+\+\d+|0x[0-9a-f]+)$/m, /^\]: [1-9]\d*$/m],
  },
  {
    file: "malloc-sizes.bt",
    commands: "exec /bin/ls -l /etc",
    stdout: [/^@bytes\[ls\]:$/m, /^@total\[ls\]: [1-9]\d*$/m, /\|@+ *\|$/m],
  },
  {
    file: "parents.bt",
    commands: "exec /bin/true",
    printed: /<- .* <- /,
    stdout: [/^true \(\d+\) <- .+ \(\d+\) <- .+ \(\d+\)$/m],
  },
];

/** Examples whose programs the tracer runs itself. */
const TRIALS: readonly (Pick<Row, "file" | "stdout"> & { readonly option: string })[] = [
  { file: "powers-of-two.bt", option: "--test", stdout: [/ 2 tests ran\./, /PASSED.* 2 tests\./] },
  {
    file: "cost-of-maps.bt",
    option: "--bench",
    stdout: ["nothing", "count", "count-by-cpu", "add-one", "histogram", "start-and-stop", "print"].map(
      (name) => new RegExp(`^${name} +\\d+ +\\d+$`, "m"),
    ),
  },
];

describe("every example runs, and prints what it says", () => {
  for (const row of ROWS) kernelTest(row.file, { timeoutMs: 40_000 }, () => runExample(row));

  for (const { file, option, stdout } of TRIALS) {
    kernelTest(file, { timeoutMs: 40_000 }, async () => {
      const result = await runTsbt([option, join(EXAMPLES_DIR, file)]);
      expect(result).toMatchObject({ stderr: "", status: 0 });
      for (const pattern of stdout) expect(result.stdout).toMatch(pattern);
    });
  }

  test("no example is left out", () => {
    expect([...ROWS, ...TRIALS].map((row) => row.file).sort()).toEqual(readdirSync(EXAMPLES_DIR).sort());
  });
});

/** The shell waits until the probes are attached; the trace is interrupted when it has ended. */
async function runExample({ file, commands, stdout, printed }: Row): Promise<void> {
  const shell = new Child("/bin/sh", ["-c", `read go; ${commands}`], { input: "open" });
  const tsbt = new TracingChild(["-p", String(shell.pid), join(EXAMPLES_DIR, file)]);
  await tsbt.attached();
  shell.write("go\n");
  await shell.finished;
  if (printed !== undefined) await tsbt.printed(printed);
  // The end of the process ends the trace too.
  const result = await tsbt.finished;
  expect(result.stderr.replace(/^Attached \d+ probes?\n/m, "")).toBe("");
  expect(result.status).toBe(0);
  for (const pattern of stdout) expect(result.stdout).toMatch(pattern);
}
