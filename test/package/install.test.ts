/** The packages of npm, installed as users do it, and what is done with start-up snapshots then. */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Registry } from "../../packaging/check/registry.js";
import { linksIn, markdownBelow, withoutDeadLinks } from "../../packaging/pages.js";
import { kernelTest, PROJECT_DIR, TIME_FACTOR } from "../support/index.js";

const LIMIT_MS = 900_000 * TIME_FACTOR;
const NEEDS = { timeoutMs: 120_000 };
const dir = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-install-")));
const project = join(dir, "project");
const tsbt = join(project, "node_modules/.bin/tsbt");
const addon = join(project, "node_modules/@tsbt/linux-x64/tsbt.node");

/** The registry answers meanwhile. */
async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${output}`);
}

beforeAll(async () => {
  await run(process.execPath, ["packaging/package.mjs", "npm", "--target", "linux-x64", "--out", dir], PROJECT_DIR);
  const packed = readdirSync(join(dir, "npm")).filter((name) => name.endsWith(".tgz"));
  const registry = await Registry.start(packed.map((name) => join(dir, "npm", name)));
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  const flags = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--registry",
    registry.url,
    "--cache",
    join(dir, "cache"),
  ];
  await run("npm", ["install", ...flags, "tsbt"], project);
  registry.stop();
}, LIMIT_MS);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of bash where nothing is in /var/cache yet. `$1` is the command, `$2` a script that says hi. */
function alone(script: string, env: NodeJS.ProcessEnv = {}): Result {
  const outer = `mount --make-rprivate / && mount -t tmpfs -o mode=755 tmpfs /var/cache && cd "$3" && ${script}`;
  const args = ["--mount", "/bin/bash", "-c", outer, "bash", tsbt, HI, dir];
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync("unshare", args, { encoding: "utf8", env: { PATH, HOME: dir, ...env } });
  return { status, stdout: stdout.replaceAll(/^\n/gm, ""), stderr };
}

const HI = 'BEGIN { printf("hi\\n"); exit(); }';
const MADE = /^tsbt: made a start-up snapshot for Node v\S+ in \/var\/cache\/tsbt: \d+\.\d MB, \d+\.\d s, once\n/;
const ATTACHED = "Attached 1 probe\n";
const QUIET = { status: 0, stdout: "hi\n", stderr: ATTACHED };

describe("the packages", () => {
  const manifestOf = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8")) as Record<string, unknown>;

  test("run nothing when they are installed, and bring nothing that is not theirs", () => {
    for (const name of ["tsbt", "@tsbt/linux-x64"]) {
      expect(Object.keys(manifestOf(name))).not.toEqual(expect.arrayContaining(["scripts"]));
      expect(manifestOf(name)).not.toHaveProperty("dependencies");
    }
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "@tsbt",
      "tsbt",
    ]);
  });

  test("are for a platform each, of one version", () => {
    const { version, optionalDependencies } = manifestOf("tsbt") as { version: string; optionalDependencies: object };
    const names = ["linux-x64", "linux-x64-musl", "linux-arm64", "linux-arm64-musl"].map((name) => `@tsbt/${name}`);
    expect(optionalDependencies).toEqual(Object.fromEntries(names.map((name) => [name, version])));
    expect(manifestOf("@tsbt/linux-x64")).toMatchObject({ version, os: ["linux"], cpu: ["x64"], libc: ["glibc"] });
  });

  test("links in their pages lead to what is in them", () => {
    const folder = join(project, "node_modules/tsbt");
    const dead = markdownBelow(folder).flatMap((page) =>
      linksIn(readFileSync(join(folder, page), "utf8"))
        .filter((target) => !existsSync(join(folder, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
    expect(linksIn(readFileSync(join(folder, "README.md"), "utf8"))).toContain("examples/README.md");
  });

  test("links to what is not become words", () => {
    const text = "[a](gone.md#x), [`b`](there.md), [c](https://example.org), [d](#here)";
    expect(withoutDeadLinks(text, (target) => target === "there.md")).toBe(text.replace("[a](gone.md#x)", "a"));
  });
});

describe("the start-up snapshot of an installed package", () => {
  kernelTest("is made at the first run, which says so once, for everyone to use", NEEDS, () => {
    const { stderr, ...first } = alone(`"$1" -e "$2"`);
    expect(first).toEqual({ status: 0, stdout: "hi\n" });
    expect(stderr).toMatch(MADE);
    expect(stderr.replace(MADE, "")).toBe(ATTACHED);
    const second = alone(
      `"$1" setup 2> /dev/null && "$1" -e "$2" && stat -c '%u %a' /var/cache/tsbt /var/cache/tsbt/*`,
    );
    expect(second).toEqual({ ...QUIET, stdout: `hi\n0 755\n${"0 644\n".repeat(4)}` });
  });

  kernelTest("of the program that lists probes is made when it is first asked", NEEDS, () => {
    const { stderr, ...rest } = alone(`for i in 1 2; do "$1" -l 'software:cpu-cl*'; done`);
    expect(rest).toEqual({ status: 0, stdout: "software:cpu-clock:\n".repeat(2) });
    expect(stderr.replace(MADE, "")).toBe("");
    expect(stderr).not.toBe("");
  });

  kernelTest("a system call of the command's own child is traced", NEEDS, () => {
    const script = `tracepoint:syscalls:sys_enter_openat /pid == cpid/ { printf("%s\\n", str(args.filename)); }`;
    const { stdout } = alone(`"$1" -e '${script}' -c '/bin/cat /etc/hostname'`);
    expect(stdout).toContain("\n/etc/hostname\n");
  });

  kernelTest("is made anew when it is broken, with a line of warning", NEEDS, () => {
    const damage = {
      zeros: `dd if=/dev/zero of="$blob" bs=4096 seek=700 count=9 conv=notrunc status=none`,
      "cut off": `truncate -s 100000 "$blob"`,
      "another file": `cp /bin/bash "$blob"`,
    };
    for (const command of Object.values(damage)) {
      const { stderr, ...rest } = alone(
        `"$1" setup 2> /dev/null; blob=$(ls -S /var/cache/tsbt/*.blob | head -1); ${command}; "$1" -e "$2" && "$1" -e "$2"`,
      );
      expect(rest).toEqual({ status: 0, stdout: "hi\nhi\n" });
      const [warning = "", made = "", ...others] = stderr.split(/(?<=\n)/);
      expect(warning).toMatch(/^WARNING: the start-up snapshot \/var\/cache\/tsbt\/\S+ is broken, and made anew\n$/);
      expect(made).toMatch(MADE);
      expect(others).toEqual([ATTACHED, ATTACHED]);
    }
  });

  kernelTest("is not taken from where others may write, nor put there", NEEDS, () => {
    for (const change of [
      "chown 1000 /var/cache/tsbt",
      "chmod 777 /var/cache/tsbt",
      "rm -r /var/cache/tsbt; mkdir -m 755 /var/cache/elsewhere; ln -s elsewhere /var/cache/tsbt",
    ]) {
      const result = alone(
        `"$1" setup 2> /dev/null; ${change}; sleep 1; touch /var/cache/since; "$1" -e "$2"; find /var/cache/tsbt/ -newer /var/cache/since -type f`,
      );
      const warning = "WARNING: others may write to /var/cache/tsbt: no start-up snapshot is taken from there\n";
      expect(result).toEqual({ ...QUIET, stderr: warning + ATTACHED });
    }
  });

  kernelTest("files of another user are replaced", NEEDS, () => {
    const { stderr, ...rest } = alone(
      `"$1" setup 2> /dev/null; chown 1000 /var/cache/tsbt/*; "$1" -e "$2"; find /var/cache/tsbt -type f -user 0 | wc -l`,
    );
    expect(rest).toEqual({ status: 0, stdout: "hi\n2\n" });
    expect(stderr).toMatch(MADE);
  });

  kernelTest("without a place for it nothing is said at a start, and setup tells", NEEDS, () => {
    const readOnly = "mount -o remount,ro /var/cache";
    expect(alone(`${readOnly}; "$1" -e "$2"`)).toEqual(QUIET);
    expect(alone(`${readOnly}; "$1" setup`)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^ERROR: no start-up snapshot: EROFS: read-only file system, access '\/var\/cache'\n$/,
      ) as string,
    });
  });

  kernelTest("root has none in a HOME; a user has his own", NEEDS, () => {
    const capabilities = "+bpf,+perfmon,+dac_read_search,+dac_override";
    const user = `chmod 755 "$3"; mkdir -p /var/cache/user; chown 1000 /var/cache/user; HOME=/var/cache/user setpriv --reuid 1000 --clear-groups --inh-caps ${capabilities} --ambient-caps ${capabilities}`;
    const { stderr, ...rest } = alone(
      `${user} "$1" -e "$2" && ${user} "$1" -e "$2" && stat -c %u /var/cache/user/.cache/tsbt/*.blob && HOME=/var/cache/user "$1" -e "$2" && ls -d /var/cache/tsbt`,
    );
    expect(rest).toEqual({ status: 0, stdout: "hi\nhi\n1000\nhi\n/var/cache/tsbt\n" });
    expect(stderr.split("\n").map((line) => line.replace(/ for Node v\S+|: \d.*/g, ""))).toEqual([
      "tsbt: made a start-up snapshot in /var/cache/user/.cache/tsbt",
      "Attached 1 probe",
      "Attached 1 probe",
      "tsbt: made a start-up snapshot in /var/cache/tsbt",
      "Attached 1 probe",
      "",
    ]);
  });

  kernelTest("is none for a program that chooses a Node each time", NEEDS, () => {
    const shim = `mkdir /var/cache/bin; printf '#!/bin/sh\\nexec ${process.execPath} "$@"\\n' > /var/cache/bin/node; chmod 755 /var/cache/bin/node; PATH=/var/cache/bin:$PATH`;
    expect(alone(`${shim} "$1" -e "$2"`)).toEqual(QUIET);
    expect(alone(`${shim} "$1" setup`)).toMatchObject({
      status: 1,
      stderr: `ERROR: no start-up snapshot: /var/cache/bin/node is not Node itself but starts ${process.execPath}\n`,
    });
  });

  kernelTest("is that of the Node behind the script that Yarn puts in front", NEEDS, () => {
    const script = `#!/bin/sh\n\nexec "${process.execPath}"  "$@"\n`;
    const front = `mkdir /var/cache/bin && printf '%s' '${script}' > /var/cache/bin/node && chmod 755 /var/cache/bin/node`;
    const { stderr, ...rest } = alone(`${front} && PATH=/var/cache/bin:$PATH "$1" -e "$2" && "$1" -e "$2"`);
    expect(rest).toEqual({ status: 0, stdout: "hi\nhi\n" });
    expect(stderr).toMatch(MADE);
    expect(stderr.replace(MADE, "")).toBe(ATTACHED + ATTACHED);
  });

  kernelTest("the environment steers neither its making nor the choice of Node", NEEDS, () => {
    const evil = `printf '#!/bin/sh\\necho steered\\n' > node; chmod 755 node; mkdir -p bin; cp node bin/node; PATH=.::bin:$PATH`;
    const { stdout, stderr } = alone(`${evil} "$1" -e "$2"; rm -r node bin`, {
      NODE_OPTIONS: "--require /nonexistent.js",
      NODE_PATH: dir,
      TMPDIR: "/nonexistent",
      XDG_CACHE_HOME: dir,
      CDPATH: "/",
    });
    expect({ stdout, stderr: stderr.replace(MADE, "") }).toEqual({ stdout: "hi\n", stderr: ATTACHED });
    expect(readdirSync(dir)).not.toContain("tsbt");
  });

  kernelTest("a script of the name setup is run", NEEDS, () => {
    const { stdout } = alone(`cd /var/cache && echo "$2" > setup && "$1" setup`);
    expect(stdout).toBe("hi\n");
  });
});

describe("Yarn's Plug'n'Play", () => {
  kernelTest("has launcher and addon in folders of their own, of the same version", NEEDS, () => {
    const { version } = JSON.parse(readFileSync(join(project, "node_modules/tsbt/package.json"), "utf8")) as {
      version: string;
    };
    const unplug = (name: string, label: string): string =>
      `mkdir -p ${label}/node_modules/${dirname(name)} && cp -a "${project}/node_modules/${name}" ${label}/node_modules/${name}`;
    const { stderr, ...rest } = alone(
      [
        "mkdir -p /var/cache/unplugged && cd /var/cache/unplugged",
        unplug("tsbt", `tsbt-npm-${version}-0123456789`),
        unplug("@tsbt/linux-x64", `@tsbt-linux-x64-npm-${version}-abcdef0123`),
        "mkdir -p @tsbt-linux-x64-npm-0.0.1-abcdef0123/node_modules/@tsbt/linux-x64",
        `tsbt-npm-${version}-0123456789/node_modules/tsbt/bin/tsbt.bin -e "$2"`,
      ].join(" && "),
    );
    expect(rest).toEqual({ status: 0, stdout: "hi\n" });
    expect(stderr.replace(MADE, "")).toBe(ATTACHED); // only the launcher makes a snapshot
    expect(stderr).toMatch(MADE);
  });
});

describe("the addon of an installed package", () => {
  const failing = (change: string): Result =>
    alone(`cp -a "${project}" /var/cache/copy && cd /var/cache/copy/node_modules && ${change} && .bin/tsbt -e "$2"`);
  const ours = /^tsbt: made .*\n/gm;

  kernelTest("when it is left out, the message names the package", NEEDS, () => {
    const { status, stderr } = failing("rm -r @tsbt");
    expect(stderr).toMatch(
      /^ERROR: the package @tsbt\/linux-x64 is missing, as when optional dependencies are left out: npm install @tsbt\/linux-x64@\d\S+\n$/,
    );
    expect(status).toBe(255);
  });

  kernelTest("when it is broken or of another version, the message says what to install again", NEEDS, () => {
    const broken = failing("echo broken > @tsbt/linux-x64/tsbt.node");
    expect(broken.stderr.replace(ours, "")).toMatch(
      /^ERROR: the addon \S+ cannot be used: file too short; install @tsbt\/linux-x64@\d\S+ again\n$/,
    );
    const { version } = JSON.parse(readFileSync(join(project, "node_modules/tsbt/package.json"), "utf8")) as {
      version: string;
    };
    const stale = readFileSync(addon)
      .toString("latin1")
      .replace(`\0${version}\0`, `\0${version.replace(/.$/, "x")}\0`);
    writeFileSync(join(dir, "stale.node"), stale, "latin1");
    const other = failing(`cp "${join(dir, "stale.node")}" @tsbt/linux-x64/tsbt.node`);
    expect(other.stderr.replace(ours, "")).toMatch(
      /^ERROR: the addon \S+ cannot be used: it is of tsbt \S+x, and this is tsbt \S+; install @tsbt\/linux-x64@\d\S+ again\n$/,
    );
  });
});
