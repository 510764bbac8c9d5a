import { describe, expect, test } from "vitest";
import { compile } from "../../../codegen/compile.js";
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

  test("are both meant by their exact name", () => {
    expect(attached("kretprobe:twin")).toEqual([
      ["kretprobe:twin", "kprobe.multi", "ffffffff81000010"],
      ["kretprobe:twin", "kprobe.multi", "ffffffff81000020"],
    ]);
  });

  test("are told apart by a module", () => {
    expect(attached("kprobe:ext4:of_*")).toEqual([["kprobe:ext4:of_both", "kprobe.multi", "ffffffffc0000040"]]);
    expect(attached("kprobe:ext4:of_both")).toEqual([["kprobe:ext4:of_both", "perf events", undefined]]);
  });

  test("go by name where the kernel hides addresses", () => {
    expect(attached("kprobe:t*", facts(new Map()))).toEqual([["kprobe:twin", "kprobe.multi", undefined]]);
    expect(attached("kprobe:ext4:*", facts(new Map()))).toEqual([["kprobe:ext4:of_both", "perf events", undefined]]);
  });
});

test("an exact name, an offset and an address are no set", () => {
  expect(attached("kprobe:single")).toEqual([["kprobe:single", "perf events", undefined]]);
  expect(attached("kprobe:single+4")).toEqual([["kprobe:single+4", "perf events", undefined]]);
});

test("the blacklist is named", () => {
  const { diagnostics } = compile({ name: "stdin", text: "kprobe:forbidden { }" }, facts(), FULL_LANGUAGE);
  expect(diagnostics[0]).toMatchObject({
    message: "No matches for kprobe forbidden.",
    hints: ["The kernel forbids kprobes on forbidden: it is on the blacklist (/sys/kernel/debug/kprobes/blacklist)."],
  });
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
