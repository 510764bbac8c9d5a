import { describe, expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import type { KernelFacts, KernelFunctionAddress } from "../../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { BpfObject } from "../../../codegen/object.js";
import { functionAddresses } from "../../../src/kernel/function-addresses.js";
import { savedFacts } from "../../fixtures/facts.js";

const ADDRESSES: ReadonlyMap<string, readonly KernelFunctionAddress[]> = new Map([
  [
    "twin",
    [
      { module: "vmlinux", address: 0xffffffff81000010n },
      { module: "vmlinux", address: 0xffffffff81000020n },
    ],
  ],
  [
    "of_both",
    [
      { module: "vmlinux", address: 0xffffffff81000030n },
      { module: "ext4", address: 0xffffffffc0000040n },
    ],
  ],
]);

/** A kernel with functions that share their names. */
const facts = (addresses = ADDRESSES): KernelFacts =>
  Object.assign(Object.create(savedFacts()) as KernelFacts, {
    supports: () => true,
    loadedModules: () => ["vmlinux", "ext4"],
    traceableFunctions: () => [
      { name: "of_both", module: "ext4" },
      { name: "of_both", module: "vmlinux" },
      { name: "single", module: "vmlinux" },
      { name: "twin", module: "vmlinux", copies: 2 },
    ],
    traceableFunctionNames: () => ["of_both", "single", "twin"],
    kernelFunctionNames: () => ["forbidden", "hidden_one", "of_both", "single", "twin"],
    inlinedInto: (name: string) => (name === "inlined_one" ? ["single", "twin"] : []),
    hasKernelSymbol: (name: string) => ["hidden_one", "some_variable"].includes(name),
    functionAddresses: () => addresses,
    isBlacklisted: (name: string) => name === "forbidden",
  });

function attached(text: string, known = facts()): readonly (readonly [string, string, string | undefined])[] {
  const { object, diagnostics } = compile({ name: "stdin", text: `${text} { }` }, known, FULL_LANGUAGE);
  expect(diagnostics).toEqual([]);
  return (object as BpfObject).attachments.map(({ name, point, program, load }) => [
    name,
    object?.programs[program]?.loads[load]?.way ?? "",
    "start" in point ? point.start?.toString(16) : undefined,
  ]);
}

describe("functions that share a name", () => {
  test("are all probed, by where they start", () => {
    expect(attached("kprobe:*")).toEqual([
      ["kprobe:of_both", "kprobe.multi", "ffffffff81000030"],
      ["kprobe:of_both", "kprobe.multi", "ffffffffc0000040"],
      ["kprobe:single", "kprobe.multi", undefined],
      ["kprobe:twin", "kprobe.multi", "ffffffff81000010"],
      ["kprobe:twin", "kprobe.multi", "ffffffff81000020"],
    ]);
  });

  test("are not meant by it alone", () => {
    const told = (text: string, known = facts()): object | undefined =>
      compile({ name: "stdin", text: `${text} { }` }, known, FULL_LANGUAGE).diagnostics[0];
    expect(told("kretprobe:twin")).toMatchObject({
      severity: "error",
      message: "twin is ambiguous: 2 functions of the kernel have this name",
      hints: [
        "They are at 0xffffffff81000010 (vmlinux) and 0xffffffff81000020 (vmlinux).",
        "Probe one by address: kretprobe:0xffffffff81000010 (with --unsafe).",
        "Probe all of them with a pattern: kretprobe:*:twin.",
        "If this is expected, set the 'missing_probes' config variable to 'warn'.",
      ],
    });
    expect(told("kprobe:vmlinux:twin+4")).toMatchObject({ message: /ambiguous/ });
    expect(told("kprobe:of_both")).toMatchObject({
      hints: expect.arrayContaining(["Name the module: kprobe:ext4:of_both or kprobe:vmlinux:of_both."]) as string[],
    });
    expect(told("kprobe:of_both", facts(new Map()))).toMatchObject({
      hints: expect.arrayContaining(["The kernel does not show where they are."]) as string[],
    });
    expect(told("config = { missing_probes = warn } begin { } kprobe:twin")).toMatchObject({ severity: "warning" });
  });

  test("are told apart by a module", () => {
    expect(attached("kprobe:ext4:of_*")).toEqual([["kprobe:ext4:of_both", "kprobe.multi", "ffffffffc0000040"]]);
    expect(attached("kprobe:ext4:of_both")).toEqual([["kprobe:ext4:of_both", "perf events", "ffffffffc0000040"]]);
    expect(attached("kprobe:vmlinux:of_both")).toEqual([["kprobe:vmlinux:of_both", "perf events", "ffffffff81000030"]]);
  });

  test("are told apart by an address", () => {
    const { object } = compile({ name: "stdin", text: "kprobe:0xffffffff81000020 { }" }, facts(), FULL_LANGUAGE, {
      ...DEFAULT_OPTIONS,
      isUnsafe: true,
    });
    expect(object?.attachments[0]).toMatchObject({
      name: "kprobe:18446744071578845216",
      point: { target: { kind: "address", address: 0xffffffff81000020n } },
    });
  });

  test("go by name where the kernel hides addresses", () => {
    expect(attached("kprobe:t*", facts(new Map()))).toEqual([["kprobe:twin", "kprobe.multi", undefined]]);
    expect(attached("kprobe:ext4:*", facts(new Map()))).toEqual([["kprobe:ext4:of_both", "perf events", undefined]]);
  });
});

test("an exact name, an offset and an address are no set", () => {
  expect(attached("kprobe:single")).toEqual([["kprobe:single", "perf events", undefined]]);
  expect(attached("kprobe:single+4")).toEqual([["kprobe:single+4", "perf events", undefined]]);
  expect(attached("kprobe:sing*+4")).toEqual([["kprobe:single+4", "perf events", undefined]]);
});

test("the blacklist is named", () => {
  const { diagnostics } = compile({ name: "stdin", text: "kprobe:forbidden { }" }, facts(), FULL_LANGUAGE);
  expect(diagnostics[0]).toMatchObject({
    message: "No matches for kprobe forbidden.",
    help: {
      hints: ["The kernel forbids kprobes on forbidden: it is on the blacklist (/sys/kernel/debug/kprobes/blacklist)."],
    },
  });
});

test.each([
  ["inlined_one", ["`inlined_one` was inlined: probe what calls it, `kprobe:single` or `kprobe:twin`."]],
  ["hidden_one", ["The kernel has a function `hidden_one` that it lets nobody trace (notrace or noinstr)."]],
  [
    "some_variable",
    ['`some_variable` is a variable of the kernel, not a function: `kaddr("some_variable")` is where it is.'],
  ],
  ["singel", ["Did you mean `single`?"]],
  ["something_else", []],
])("why there is no probe on %s", (name, hints) => {
  const { diagnostics } = compile({ name: "stdin", text: `kprobe:${name} { }` }, facts(), FULL_LANGUAGE);
  expect(diagnostics[0]?.help.hints ?? []).toEqual(hints);
});

test("of a function that is not in the user's own list the list is named, not the kernel", () => {
  const known = Object.assign(facts(), { givenFunctions: "/tmp/functions" });
  const { diagnostics } = compile({ name: "stdin", text: "kprobe:hidden_one { }" }, known, FULL_LANGUAGE);
  expect(diagnostics[0]?.help.hints).toEqual(["/tmp/functions does not list `hidden_one`."]);
});

test("the kernel's list decides, even if it is empty", () => {
  const known = Object.assign(facts(), { traceableFunctions: () => [], hasKernelSymbol: () => true });
  const { diagnostics } = compile({ name: "stdin", text: "kprobe:single { }" }, known, FULL_LANGUAGE);
  expect(diagnostics.map(({ message }) => message)).toContain("No matches for kprobe single.");
});

test("where the kernel has no list, its symbols do", () => {
  const known = Object.assign(facts(), { traceableFunctions: () => undefined, hasKernelSymbol: () => true });
  expect(attached("kprobe:single", known)).toEqual([["kprobe:single", "perf events", undefined]]);
});

test("of several functions of a name, those count that the kernel can trace", () => {
  const symbols = [0x100n, 0x200n, 0x300n].map((address) => ({ name: "f", module: "vmlinux", address }));
  const found = functionAddresses(
    symbols,
    "0000000000000104 f\n0000000000000204 g\n0000000000000300 f\n",
    new Set("f"),
  );
  expect(found.get("f")?.map(({ address }) => address)).toEqual([0x100n, 0x300n]);
});

test("of several functions of one name a trampoline is on one, and nobody says which", () => {
  const saved = savedFacts();
  const known = Object.create(saved, {
    btf: { value: saved.btf },
    traceableFunctions: { value: () => [{ name: "vfs_read", module: "vmlinux", copies: 3 }] },
    supports: { value: () => true },
    isBlacklisted: { value: () => false },
  }) as KernelFacts;
  const { diagnostics } = compile({ name: "stdin", text: "fentry:vfs_read { }" }, known, FULL_LANGUAGE);
  expect(diagnostics.map(({ severity, message, hints }) => [severity, message, ...hints])).toEqual([
    [
      "warning",
      "vfs_read is the name of 3 functions of the kernel; which of them this probe is on, the kernel decides",
      "`kprobe:*:vfs_read` is on all of them.",
    ],
  ]);
});
