import { describe, expect, test } from "vitest";
import type { ScriptMap } from "../../../codegen/object.js";
import { loadFailureText, type LoadFailureOptions } from "../../../src/core/load-failure.js";
import { SystemError } from "../../../src/kernel/system-error.js";
import { UnsupportedFeatureError, VerifierError } from "../../../src/runtime/errors.js";
import { mapFailure } from "../../../src/runtime/map-failure.js";
import { map, SPAN } from "../runtime/objects.js";

const FAILURE = { code: "EACCES", errno: 13, syscall: "bpf" };
const OPTIONS: LoadFailureOptions = {
  isVerbose: false,
  color: false,
  facts: { supports: () => true },
  logBytes: 1000,
};
const EXCERPT = "begin { print(1); }\n        ~~~~~~~~\n";

const refusal = (log: string, lastWords: string): VerifierError =>
  new VerifierError(FAILURE, { program: "begin_1", log, lastWords, span: SPAN });

function textOf(error: unknown, options: Partial<LoadFailureOptions> = {}): string {
  const found = loadFailureText(error, { ...OPTIONS, ...options });
  if (found === undefined) throw error;
  return found;
}

test("a refusal shows the script's line and the kernel's last words", () => {
  expect(textOf(refusal("…\nR0 invalid\n", "R0 invalid"))).toBe(
    "ERROR: Error loading BPF program for begin_1. Error code: -13 (Permission denied). " +
      "Use -v for full kernel error log.\n" +
      `stdin:1:9-17: NOTE: This is where the kernel's verifier stopped.\n${EXCERPT}HINT: the kernel said: R0 invalid\n`,
  );
});

test("with -v the whole log follows, and a warning when it was cut", () => {
  const verbose = textOf(refusal("the log", "x"), { isVerbose: true });
  expect(verbose).toContain("Error code: -13 (Permission denied).\n");
  expect(verbose.endsWith("\nKernel error log:\nthe log\n")).toBe(true);
  expect(textOf(refusal("x".repeat(999), "x"), { isVerbose: true })).toMatch(
    /WARNING: Kernel log seems to be trimmed.*current value of 1000 bytes/,
  );
});

test.each([
  ["program of this type cannot use helper bpf_d_path#147", "helper bpf_d_path not allowed in probe"],
  ["unknown func bpf_get_tai_ns#208", "helper bpf_get_tai_ns not allowed in probe"],
  ["combined stack size of 2 calls is 544. Too large", "Stack size is too large."],
])("%s", (said, message) => {
  expect(textOf(refusal(said, said))).toMatch(new RegExp(`^stdin:1:9-17: ERROR: ${message}`));
});

test("other failures of the machine say what was being done", () => {
  expect(textOf(new SystemError({ ...FAILURE, code: "EINVAL", errno: 22 }, "create map x"))).toBe(
    "ERROR: create map x: Invalid argument\n",
  );
  expect(textOf(new UnsupportedFeatureError("the ring buffer", "5.8"))).toBe(
    "ERROR: the ring buffer needs Linux 5.8 or later\n",
  );
});

test("a map that cannot be made is named as the script names it, with what to try", () => {
  const script: ScriptMap = {
    name: "@m",
    map: 0,
    key: { bytes: 4, format: { kind: "int", bytes: 4, isSigned: true } },
    value: { kind: "count" },
    span: SPAN,
    isDeclared: false,
    table: undefined,
    holdsPrograms: false,
  };
  const failure = { code: "ENOMEM", errno: 12, syscall: "bpf" };
  const made = map({ name: "m", type: "percpu-hash", maxEntries: 99 });
  expect(textOf(mapFailure(failure, made, script))).toBe(
    `stdin:1:9-17: ERROR: Failed to create map @m with room for 99 keys: Cannot allocate memory\n${EXCERPT}` +
      "HINT: Try decreasing max_map_keys config or manually setting the max entries in a map declaration e.g. " +
      "`let @m = percpuhash(5000)`\n",
  );
  expect(textOf(mapFailure(failure, made, { ...script, isDeclared: true }))).toMatch(
    /HINT: Try another number of entries in the declaration e\.g\. `let @m = percpuhash\(5000\)`\n$/,
  );
  expect(textOf(mapFailure({ ...failure, code: "EPERM", errno: 1 }, made, script))).toMatch(
    /^stdin.*: Operation not permitted \(root or CAP_BPF and CAP_PERFMON are needed\)\n/,
  );
  expect(textOf(mapFailure(failure, map({ type: "ring-buffer", maxEntries: 4096 }), undefined))).toMatch(
    /^ERROR: Failed to create the ring buffer with 4096 bytes: .*\nHINT: Try a smaller perf_rb_pages/,
  );
});

test("mistakes of ours come back as they are", () => {
  const mistake = new RangeError("x");
  expect(loadFailureText(mistake, OPTIONS)).toBeUndefined();
});

describe("a program for a trampoline that the kernel does not even look at", () => {
  const details = { program: "fentry_1", log: "", lastWords: "", span: undefined, isOfTrampoline: true };
  const refused = new VerifierError({ code: "EPERM", errno: 1, syscall: "bpf" }, details);

  test.each([
    ["kprobes", ["kprobe"], "locked down (/sys/kernel/security/lockdown). `kprobe` and `kretprobe` probes on the same"],
    ["tracepoints", [], "It has no kprobes either; `tracepoint` and `rawtracepoint` probes work."],
  ])("%s are what works instead", (_, features, hint) => {
    const facts: LoadFailureOptions["facts"] = { supports: (feature) => features.includes(feature) };
    expect(textOf(refused, { facts })).toContain(hint);
  });

  test("where the kernel has trampolines, the reason is another one", () => {
    expect(textOf(refused)).not.toContain("HINT");
  });
});
