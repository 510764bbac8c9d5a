/** Scripts that are compiled, loaded and attached, not run: the examples, and those where the compiler has much to do. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../compile.mjs";

const goals = { bpftrace: { CPU: 0.3 } };

/** LLVM has no stack for one of them, and bpftrace's log no room for what the kernel says about another. */
const accepts = (status, [program]) => status === 0 || program === process.env["BPFTRACE"];

export const SCRIPTS = { ...of("examples"), ...of("test/bench/scripts") };

function of(directory) {
  const files = readdirSync(join(ROOT, directory)).filter((file) => file.endsWith(".bt"));
  return Object.fromEntries(files.map((file) => [basename(file, ".bt"), caseOf(join(ROOT, directory, file))]));
}

/** One of the scripts wants a text. */
function caseOf(path) {
  return { prepare: () => ({ accepts }), args: () => ["--dry-run", path, "hello"], goals };
}
