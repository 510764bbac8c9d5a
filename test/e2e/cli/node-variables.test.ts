/** What steers Node does not steer tsbt; programs that it starts have it as it was. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Child, type Finished, kernelTest, runTsbt, tsbtCommand } from "../../support/index.js";

/** Variables that Node, V8, OpenSSL, ICU, libuv, the C library or the dynamic linker read, with values that tell. */
const VARIABLES: Readonly<Record<string, string>> = {
  NODE_OPTIONS: "--require /nonexistent.js --nosuch",
  NODE_PATH: "/nonexistent",
  NODE_EXTRA_CA_CERTS: "/nonexistent/certificates",
  NODE_REDIRECT_WARNINGS: "/nonexistent/warnings",
  NODE_DEBUG: "fs,module,child_process",
  NODE_DEBUG_NATIVE: "mksnapshot,inspector_server",
  NODE_V8_COVERAGE: "/nonexistent/coverage",
  NODE_ICU_DATA: "/nonexistent/icu",
  NODE_PENDING_DEPRECATION: "1",
  NODE_COMPILE_CACHE: "/nonexistent/cache",
  NODE_REPL_EXTERNAL_MODULE: "/nonexistent.js",
  NODE_CHANNEL_FD: "1",
  NODE_UNIQUE_ID: "1",
  NODE_TEST_CONTEXT: "child",
  NODE_NO_WARNINGS: "0",
  FORCE_COLOR: "3",
  UV_THREADPOOL_SIZE: "none",
  UV_USE_IO_URING: "1",
  OPENSSL_CONF: "/nonexistent/openssl.cnf",
  OPENSSL_MODULES: "/nonexistent",
  SSL_CERT_FILE: "/nonexistent/cert",
  SSL_CERT_DIR: "/nonexistent",
  GLIBC_TUNABLES: "glibc.malloc.check=3",
  LD_BIND_NOW: "1",
  TSBT_LIMITS: "3:1:1",
  "TSBT:NODE_OPTIONS": "--nosuch",
};

const SCRIPT = 'begin { printf("ok\\n"); } interval:s:100 { }';

describe("Node's variables", () => {
  for (const [name, value] of Object.entries(VARIABLES)) {
    kernelTest(`${name} changes nothing, and the child has it`, { matrix: false }, async () => {
      const args = ["-q", "-e", SCRIPT, "-c", `/usr/bin/printenv ${name}`];
      const { stdout, stderr, status } = await runTsbt(args, { env: { [name]: value } });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout).toContain("ok\n");
      expect(stdout).toContain(`${value}\n`);
    });
  }

  const words = ["B=2", "A=1", ...Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`), "A=3"];
  const withAll = (...args: string[]): Promise<Finished> =>
    new Child("/usr/bin/env", ["-i", ...words, tsbtCommand(), "-q", ...args]).finished;

  kernelTest("the child has all of them in the order that they were in", { matrix: false }, async () => {
    const { stdout, stderr } = await withAll("-e", "interval:s:100 { }", "-c", "/bin/cat /proc/self/environ");
    expect(stderr).toBe("");
    // env has one of each name.
    expect(stdout).toContain(["B=2", "A=3", ...words.slice(2, -1)].map((word) => `${word}\0`).join(""));
  });

  // The C library takes the launcher's own variable to pieces.
  const OURS = "^(TSBT[:_]|(GLIBC_TUNABLES=)?glibc.malloc.((mmap|trim)_threshold|hugetlb))";

  kernelTest("system() has them, and tsbt itself has one of the launcher's", { matrix: false }, async () => {
    const script = `begin {
      system("printenv NODE_OPTIONS LD_BIND_NOW A");
      system("tr '\\\\0' '\\\\n' < /proc/$PPID/environ | grep -avcE '${OURS}'; true");
    }`;
    const { stdout, stderr } = await withAll("--unsafe", "-e", script);
    expect(stderr).toBe("");
    expect(stdout.split("\n").filter(Boolean)).toEqual([VARIABLES["NODE_OPTIONS"], "1", "3", "0"]);
  });

  kernelTest("the variables of the language are read all the same", { matrix: false }, async () => {
    const { stdout } = await runTsbt(["-q", "-e", 'begin { printf("%s\\n", str("abcdefgh")); }'], {
      env: { BPFTRACE_MAX_STRLEN: "4" },
    });
    expect(stdout).not.toContain("abcdefgh");
  });
});

describe("programs that tsbt starts", () => {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-inherit-"));
  const SHOW = join(directory, "show.sh");
  beforeAll(() => writeFileSync(SHOW, "ulimit -Sn; ulimit -Ss; grep SigIgn /proc/self/status\n"));
  afterAll(() => rmSync(directory, { recursive: true }));

  const shown = /100\n1000\n\s*SigIgn:\t0000000000000001\n/; // an end of the script may come between
  const rows = [
    ["-c", ["-e", "interval:s:100 { }", "-c", `/bin/sh ${SHOW}`]],
    ["system()", ["--unsafe", "-e", `begin { system("/bin/sh ${SHOW}"); }`]],
  ] as const;
  for (const [claim, args] of rows) {
    kernelTest(`of ${claim} have the limits and ignored signals that there were`, { matrix: false }, async () => {
      const shell = 'trap "" HUP; ulimit -Sn 100; ulimit -Ss 1000; exec "$@"';
      const { stdout, stderr } = await new Child("/bin/bash", ["-c", shell, "bash", tsbtCommand(), "-q", ...args])
        .finished;
      expect(stderr).toBe("");
      expect(stdout).toMatch(shown);
    });
  }

  kernelTest("a signal that is ignored does not end tsbt either", { matrix: false }, async () => {
    const words = ["-c", 'trap "" HUP; exec "$@"', "sh", tsbtCommand(), "-e", "interval:s:100 { }"];
    const tsbt = new Child("/bin/sh", words);
    await tsbt.printed("Attached 1 probe", "stderr");
    tsbt.kill("SIGHUP");
    expect(await tsbt.interrupt()).toMatchObject({ status: 0, signal: null });
  });
});
