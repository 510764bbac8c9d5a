import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommand } from "./command-stage.js";
import { notTried, type Stage } from "./stage.js";

/** Instrumented code is slower, and so is the loader. */
const TIME_FACTOR = "4";

/** As `src/build/build.mjs` calls it. */
const HEADERS = dirname(dirname(process.execPath));
const GYP_OPTIONS = [
  "--jobs=max",
  "--loglevel=error",
  ...(existsSync(join(HEADERS, "include/node/node_api.h")) ? [`--nodedir=${HEADERS}`] : []),
];

interface Sanitizer {
  readonly flags: readonly string[];
  /** Loaded before all else: Node itself is not instrumented. */
  readonly libraries: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Test files that it cannot run. */
  readonly exclude: readonly string[];
}

const SANITIZERS = {
  address: {
    flags: ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
    libraries: ["libasan.so", "libubsan.so"],
    // Node frees little of what it has when it ends.
    options: { ASAN_OPTIONS: "detect_leaks=0" },
    exclude: [],
  },
  thread: {
    flags: ["-fsanitize=thread"],
    libraries: ["libtsan.so"],
    // What Node and its libraries do among themselves is theirs.
    options: { TSAN_OPTIONS: "ignore_noninstrumented_modules=1 exitcode=66 halt_on_error=1" },
    // The programs of children that are forked from many threads crash where its library is loaded into them.
    exclude: ["test/native/child.test.ts"],
  },
} as const satisfies Record<string, Sanitizer>;

/** A stage that builds the addon with a sanitizer and runs its tests with that one. */
export function sanitizerStage(kind: keyof typeof SANITIZERS): Stage {
  const { flags, libraries, options, exclude }: Sanitizer = SANITIZERS[kind];
  const name = `sanitize-${kind}`;
  const claim = `the ${kind} sanitizer has nothing to say of native/`;
  const run: Stage["run"] = async () => {
    const found = libraries.map((library) => fileOf(library));
    if (found.includes(undefined)) return [notTried(name, claim, `the compiler has no ${libraries.join(", ")}`)];
    const dir = mkdtempSync(join(tmpdir(), "tsbt-sanitize."));
    try {
      for (const part of ["binding.gyp", "native", "package.json"]) cpSync(part, join(dir, part), { recursive: true });
      symlinkSync(join(process.cwd(), "node_modules"), join(dir, "node_modules"));
      const gyp = [process.execPath, "node_modules/node-gyp/bin/node-gyp.js", "rebuild", "-C", dir, ...GYP_OPTIONS];
      const all = [...flags, "-fno-omit-frame-pointer", "-g"].join(" ");
      const built = await runCommand(gyp, { env: { CXXFLAGS: all, LDFLAGS: all } });
      if (built !== 0) return [{ file: name, claim, state: "failed", reason: `node-gyp ended with ${built}` }];
      const vitest = [process.execPath, "node_modules/vitest/vitest.mjs", "run", "test/native"];
      const status = await runCommand([...vitest, ...exclude.flatMap((file) => ["--exclude", file])], {
        env: {
          ...options,
          LD_PRELOAD: found.join(":"),
          TSBT_ADDON: join(dir, "build/Release/tsbt.node"),
          TSBT_TIME_FACTOR: TIME_FACTOR,
        },
      });
      if (status === 0) return [{ file: name, claim, state: "passed" }];
      return [{ file: name, claim, state: "failed", reason: `vitest ended with ${status}` }];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
  return { name, what: `test/native with the ${kind} sanitizer`, run };
}

/** Where the compiler has a library of its own. */
function fileOf(library: string): string | undefined {
  const path = execFileSync("gcc", [`-print-file-name=${library}`], { encoding: "utf8" }).trim();
  return path === library ? undefined : path;
}
