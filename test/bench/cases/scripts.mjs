/** Scripts that are compiled, loaded and attached, not run: the examples, and those where the compiler has much to do. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../compile.mjs";

const goals = { bpftrace: { CPU: 0.3 } };

/** LLVM has no stack for one of them, and bpftrace's log no room for what the kernel says about another. */
const accepts = (status, [program]) => status === 0 || program === process.env["BPFTRACE"];

const LARGE = { isAlone: true, runs: 3 };

export const SCRIPTS = {
  ...of("examples"),
  ...of("test/bench/scripts"),
  ...inSizes("prints", [10, 100, 1000, 20_000], (i) => `printf("${i} %s %d\\n", comm, pid);`),
  ...inSizes(
    "branches",
    [10, 100, 1000],
    (i) => `if (pid > ${i}) { printf("%d %s\\n", ${i}, comm); @[${i}] = hist(pid); }`,
  ),
};

/** The same statement again and again, in one probe: what it costs should grow as its number does. */
function inSizes(name, counts, statement) {
  return Object.fromEntries(
    counts.map((count) => {
      const prepare = () => {
        const dir = join(ROOT, ".cache/bench");
        mkdirSync(dir, { recursive: true });
        const path = join(dir, `${name}-${count}.bt`);
        writeFileSync(path, `BEGIN { ${Array.from({ length: count }, (_, i) => statement(i)).join(" ")} exit(); }\n`);
        return { path, accepts };
      };
      // An hour of LLVM's time tells nothing.
      const isLarge = count > 1000;
      return [
        `${count} ${name}`,
        { prepare, args: ({ path }) => ["--dry-run", path], ...(isLarge ? LARGE : { goals }) },
      ];
    }),
  );
}

function of(directory) {
  const files = readdirSync(join(ROOT, directory)).filter((file) => file.endsWith(".bt"));
  return Object.fromEntries(files.map((file) => [basename(file, ".bt"), caseOf(join(ROOT, directory, file))]));
}

/** One of the scripts wants a text. */
function caseOf(path) {
  return { prepare: () => ({ accepts }), args: () => ["--dry-run", path, "hello"], goals };
}
