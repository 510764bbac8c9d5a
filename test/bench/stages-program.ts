/**
 * Compiles one script with V8's profiler beside it, loads it, and writes the profile: what `stages.mjs` runs. As the
 * command does, it starts with everything exercised and nothing optimised.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import type { BpfObject } from "../../codegen/object.js";
import { readProgram } from "../../src/cli/read-program.js";
import { warmUp } from "../../src/start-up/warm-up.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { native, useAddon } from "../../src/kernel/native.js";
import { Bpf } from "../../src/runtime/bpf.js";
import { load } from "../../src/runtime/loader.js";

const [, , addon = "", script = "", output = "", interval = "", ...positional] = process.argv;

useAddon(addon);
await warmUp();
const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.setSamplingInterval", { interval: Number(interval) });
session.post("Profiler.start");
const object = compileScript();
session.post("Profiler.stop", (error, result) => {
  if (error !== null) throw error;
  // Without the profiler, whose signals interrupt the verifier.
  writeFileSync(output, JSON.stringify({ profile: result.profile, loadMs: loadMs(object) }));
});

function compileScript(): BpfObject {
  const facts = new LiveFacts({ onWarning: () => {} });
  const options = { ...DEFAULT_OPTIONS, positional, isUnsafe: true };
  const { object, diagnostics } = compile(readProgram({ kind: "file", path: script }), facts, FULL_LANGUAGE, options);
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return object;
}

function loadMs(object: BpfObject): number {
  const options = { ringBytes: 1 << 20, logBytes: 1 << 20, onLog: undefined };
  const start = performance.now();
  try {
    load(object, new Bpf(native()), options).close();
  } catch (error) {
    // Where a program is compiled that no kernel takes, the stages are of interest all the same.
    console.error(`not loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  return performance.now() - start;
}
