import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../../src/cli/version.js";
import { PROJECT_DIR, TIME_FACTOR } from "../support/index.js";

const LIMIT_MS = 300_000 * TIME_FACTOR;
const dir = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-launcher-")));
const dist = join(dir, "dist");

function build(node: string, into: string): void {
  const script = join(PROJECT_DIR, "src/build/build.mjs");
  const args = [script, "--dist", into, "--entry", join(PROJECT_DIR, "test/package/entry.ts")];
  const { status, stderr } = spawnSync(node, [...args, "bundle", "launcher", "snapshot"], { encoding: "utf8" });
  expect(`${stderr}${status}`).toBe("0");
}

beforeAll(() => build(process.execPath, dist), LIMIT_MS);
afterAll(() => rmSync(dir, { recursive: true }));

interface Report {
  readonly file: string;
  readonly args: readonly string[];
  readonly isFromSnapshot: boolean;
  readonly inherited: {
    readonly env: readonly string[];
    readonly limits: readonly string[];
    readonly ignoredSignals: readonly number[];
  };
  /** Variables that Node sees. */
  readonly visible: readonly string[];
  /** Of the C library. */
  readonly tunables: string;
  readonly status: number | null;
}

/** Free blocks of 2 MiB, and larger ones as so many. */
function spareHugePages(): number {
  const lines = readFileSync("/proc/buddyinfo", "utf8").trim().split("\n");
  const ofLine = (line: string): number =>
    (line.match(/\d+/g) ?? []).slice(-2).reduce((sum, blocks, i) => sum + Number(blocks) * 2 ** i, 0);
  return lines.reduce((sum, line) => sum + ofLine(line), 0);
}

function launch(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Report {
  const { PATH } = process.env;
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8", env: { PATH, ...env } });
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Report), status };
}

describe("the launcher", () => {
  test("starts from the snapshot, and passes on arguments and status", () => {
    const args = ["-e", "BEGIN { }", "", "--", "--snapshot-blob", "ä\n"];
    expect(launch(join(dist, "tsbt"), args)).toMatchObject({
      file: join(dist, "tsbt.cjs"),
      args: [...args.slice(0, -1), "\xc3\xa4\n"],
      isFromSnapshot: true,
      status: 7,
    });
  });

  test.each(["-V", "--version"])("answers %s itself, with nothing beside it", (option) => {
    const alone = join(dir, `alone${option}`);
    cpSync(join(dist, "tsbt"), alone);
    const { stdout, status } = spawnSync(alone, [option], { encoding: "utf8" });
    expect([stdout, status]).toEqual([`${VERSION}\n`, 0]);
    expect(launch(join(dist, "tsbt"), [option, "-q"]).args).toEqual([option, "-q"]);
  });

  describe("leaves the listing of probes to a smaller program", () => {
    const lists = join(dir, "lists");
    const ours = join(PROJECT_DIR, "dist");

    beforeAll(() => {
      cpSync(dist, lists, { recursive: true });
      for (const name of readdirSync(ours).filter((name) => /^tsbt-list|\.node$|\.blob/.test(name)))
        cpSync(join(ours, name), join(lists, name));
    });

    test.each([
      [
        ["-l", "software:cpu-*"],
        ["software:cpu-clock:", "software:cpu-migrations:"],
      ],
      [["--list", "-v", "software:cpu-cl*"], ["software:cpu-clock:"]],
      [["-vl", "interval"], []],
    ])("%j", (args, lines) => {
      const { stdout, stderr } = spawnSync(join(lists, "tsbt"), args, { encoding: "utf8" });
      expect({ stdout, stderr }).toEqual({ stdout: lines.map((line) => `${line}\n`).join(""), stderr: "" });
    });

    test.each([
      [["-l", "-p", "1", "software:*"]],
      [["-l", "software:*", "hardware:*"]],
      [["-l", "/dev/null"]],
      [["-v", "software:*"]],
      [["-e", "-l"]],
      [["-lq", "software:*"]],
      [["help", "-l"]],
      [["-v", "setup", "-l"]],
    ])("but nothing else: %j", (args) => {
      expect(launch(join(lists, "tsbt"), args).args).toEqual(args);
    });

    test.each([
      [["-l", "software:*,hardware:*"]],
      [["-lv", "iter:task*"]],
      [["-l", "tracepoint:sched:*"]],
      [["-lv", "tracepoint:sched:sched_switch"]],
      [["-l", "struct task_struct*"]],
      [["-l", "nothing.bt"]],
      [["-l", "uprobe:/bin/none:*"]],
      [["-l", ""]],
      [["help", "-l"]],
    ])("that says what the command says: %j", (args) => {
      const said = (command: string, words: readonly string[]): unknown => {
        const { stdout, stderr, status } = spawnSync(command, words, { encoding: "latin1", maxBuffer: 1 << 26 });
        return { stdout, stderr, status };
      };
      expect(said(join(ours, "tsbt"), args)).toEqual(said(process.execPath, [join(ours, "tsbt.cjs"), ...args]));
    });
  });

  test("reads a snapshot without Node's own modules", () => {
    const [blob = ""] = readdirSync(dist).filter((name) => name.endsWith(".blob"));
    expect(statSync(join(dist, blob)).size).toBeLessThan(3e6);
  });

  test("finds its files through a symbolic link, as npm makes them", () => {
    const link = join(dir, "link");
    symlinkSync(join(dist, "tsbt"), link);
    expect(launch(link)).toMatchObject({ file: join(dist, "tsbt.cjs"), isFromSnapshot: true });
  });

  test("finds its files after they have been moved", () => {
    const moved = join(dir, "moved");
    cpSync(dist, moved, { recursive: true });
    expect(launch(join(moved, "tsbt"))).toMatchObject({ file: join(moved, "tsbt.cjs"), isFromSnapshot: true });
  });

  test("uses the plain bundle when no snapshot fits", () => {
    const other = join(dir, "other");
    cpSync(dist, other, { recursive: true });
    const blob = readdirSync(other).find((name) => name.endsWith(".blob"));
    renameSync(join(other, String(blob)), join(other, "tsbt-0123456789abcdef.blob"));
    expect(launch(join(other, "tsbt"), ["a"])).toMatchObject({ args: ["a"], isFromSnapshot: false, status: 7 });
  });

  test("says in one line that a snapshot is broken, or for another Node, and uses the plain bundle", () => {
    const other = join(dir, "broken");
    cpSync(dist, other, { recursive: true });
    const blob = join(other, String(readdirSync(other).find((name) => name.endsWith(".blob"))));
    const said = (): string => spawnSync(join(other, "tsbt"), { encoding: "utf8" }).stderr;
    truncateSync(blob, 1_000_000);
    expect(said()).toBe(`WARNING: the start-up snapshot ${blob} is broken, and not used\n`);
    expect(launch(join(other, "tsbt"), ["a"])).toMatchObject({ args: ["a"], isFromSnapshot: false, status: 7 });
    renameSync(blob, join(other, "tsbt-0123456789abcdef.blob"));
    rmSync(`${blob}.seal`);
    expect(said()).toMatch(/^WARNING: the start-up snapshot was made for another Node or processor: .*\n$/);
  });

  test("hides the environment from Node, and gives it back as it was", () => {
    const variables = {
      NODE_OPTIONS: "--inspect",
      LD_DEBUG: "all",
      "TSBT:X": "1",
      TSBT_LIMITS: "2",
      A: "=b=\u00e4",
      EMPTY: "",
    };
    const { inherited, visible } = launch(join(dist, "tsbt"), [], variables);
    expect(visible).toEqual(["GLIBC_TUNABLES"]); // ours
    expect(inherited.env).toEqual([
      `PATH=${process.env["PATH"]}`,
      ...Object.entries(variables).map(([name, value]) => Buffer.from(`${name}=${value}`).toString("latin1")),
    ]);
  });

  test("asks for huge pages only where many are free", () => {
    const { tunables } = launch(join(dist, "tsbt"));
    expect(tunables).toMatch(/^glibc\.malloc\.mmap_threshold=\d+:glibc\.malloc\.trim_threshold=\d+/);
    const spare = spareHugePages();
    // What others do meanwhile may decide near the border.
    if (spare < 16 || spare > 256) expect(tunables.endsWith(":glibc.malloc.hugetlb=1")).toBe(spare > 64);
  });

  test("tells which limits and ignored signals there were", () => {
    const shell = `trap "" HUP; ulimit -Sn 100; ulimit -Ss 1000; "$1"`;
    const { inherited, isFromSnapshot } = launch("/bin/bash", ["-c", shell, "bash", join(dist, "tsbt")]);
    expect(isFromSnapshot).toBe(true);
    expect(inherited.ignoredSignals).toEqual([1]);
    expect(inherited.limits).toEqual(
      expect.arrayContaining([expect.stringMatching(/^3 1024000 \d+$/), expect.stringMatching(/^7 100 \d+$/)]),
    );
  });

  test("arguments and environment are bytes", () => {
    const shell = `A=$(printf 'a\\377') "$1" "$(printf '\\376b')" c`;
    const { inherited, args } = launch("/bin/sh", ["-c", shell, "sh", join(dist, "tsbt")]);
    expect(args).toEqual(["\xfeb", "c"]);
    expect(inherited.env).toContain("A=a\xff");
  });

  const TOO_LOW = [
    ["ulimit -s 64", "the limit of the stack (ulimit -s) is 64 kB, and tsbt needs 2048 kB"],
    ["ulimit -n 9", "the limit of open files (ulimit -n) is 9, and tsbt needs 40"],
    ["ulimit -v 200000", /^the limit of virtual memory \(ulimit -v\) is 200000 kB, and tsbt needs \d+ kB$/],
    ["ulimit -d 20000", "the limit of data memory (ulimit -d) is 20000 kB, and tsbt needs 300000 kB"],
  ] as const;
  test.each(TOO_LOW)("says in one line that a limit is too low: %s", (limit, message) => {
    // Without the right to raise a hard limit.
    const words = [
      "--bounding-set",
      "-sys_resource",
      "--inh-caps",
      "-sys_resource",
      "/bin/bash",
      "-c",
      `${limit}; exec "$1"`,
    ];
    const { stdout, stderr, status } = spawnSync("setpriv", [...words, "bash", join(dist, "tsbt")], {
      encoding: "utf8",
    });
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
    expect(stderr).toMatch(/^ERROR: .*\n$/);
    expect(stderr.slice("ERROR: ".length, -1)).toEqual(
      typeof message === "string" ? message : expect.stringMatching(message),
    );
  });

  test(
    "uses the Node in PATH when the one it was built with is gone",
    () => {
      const node = join(dir, "node");
      cpSync(process.execPath, node);
      const into = join(dir, "without-node");
      build(node, into);
      expect(launch(join(into, "tsbt"))).toMatchObject({ isFromSnapshot: true });
      rmSync(node);
      expect(launch(join(into, "tsbt"), ["a"])).toMatchObject({ args: ["a"], isFromSnapshot: false, status: 7 });
    },
    LIMIT_MS,
  );
});
