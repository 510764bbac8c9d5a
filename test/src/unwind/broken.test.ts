/** Tables for unwinding that are broken are found out, and do no harm, whatever is broken about them. */
import { expect, it } from "vitest";
import { RULE_KIND, RULE_KIND_MASK, X86_64_UNWINDING } from "../../../codegen/kernel/unwind-rules.js";
import { ElfFile } from "../../../src/symbols/index.js";
import { buildTree, frameSections, readCallFrames } from "../../../src/unwind/index.js";
import { mutate, randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";

const SOURCE = `
#include <stdlib.h>
int leaf(int n) { return n + 1; }
int deep(int n) { char room[n + 100]; room[n] = leaf(n); return room[n] + leaf(room[0]); }
int main(int argc, char **argv) { long a[32] __attribute__((aligned(64))) = {0}; a[argc] = deep(argc); return a[3] + abs(argc); }
`;

kernelTest("with bytes changed", { root: false, package: ["gcc", "libc6-dev"] }, () => {
  for (const flags of [["-O2"], ["-O1", "-fno-asynchronous-unwind-tables", "-g", "-static"]]) {
    const elf = ElfFile.open(compileC(SOURCE, { name: "frames", flags }));
    const sections = frameSections(elf);
    elf.close();
    const whole = readCallFrames(sections, X86_64_UNWINDING);
    expect(whole.trouble).toBeUndefined();
    expect(whole.addresses.length).toBeGreaterThan(10);
    const random = randomFrom(flags.length);
    let troubles = 0;
    const rounds = sections.some(({ bytes }) => bytes.length > 10_000) ? 10 : 1000;
    for (let round = 0; round < rounds; round++) {
      const changed = random(sections.length);
      const broken = sections.map((s, i) => (i === changed ? { ...s, bytes: mutate(s.bytes, random) } : s));
      const table = readCallFrames(broken, X86_64_UNWINDING);
      if (table.trouble !== undefined) {
        troubles++;
        expect(table.trouble).toMatch(/^\.(eh|debug)_frame at 0x[0-9a-f]+: \S/);
      }
      for (let i = 1; i < table.addresses.length; i++) {
        if (!((table.addresses[i] as number) > (table.addresses[i - 1] as number)))
          throw new Error("rows do not ascend");
      }
      expect(table.rules.every((rule) => (rule & RULE_KIND_MASK) <= RULE_KIND.end)).toBe(true);
      buildTree(table, { base: 0, firstNode: 1 });
    }
    expect(troubles).toBeGreaterThan(0);
  }
});

// A CIE of version 1 without augmentation: addresses count by 1, the stack grows by words of 8 bytes.
const CIE = [0x0c, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0x78, 16, 0, 0, 0];
const LENGTH = 0x10;

/** An `.eh_frame` of functions of 16 bytes, by where they are and what their programs say. */
function tableOf(functions: readonly { readonly start: number; readonly program: Uint8Array }[]): Buffer {
  const parts: Uint8Array[] = [Uint8Array.from(CIE)];
  let at = CIE.length;
  for (const { start, program } of functions) {
    const head = new Uint8Array(24);
    const view = new DataView(head.buffer);
    view.setUint32(0, 20 + program.length, true);
    view.setUint32(4, at + 4, true);
    view.setBigUint64(8, BigInt(start), true);
    view.setBigUint64(16, BigInt(LENGTH), true);
    parts.push(head, program);
    at += head.length + program.length;
  }
  return Buffer.concat(parts);
}

const read = (bytes: Uint8Array): ReturnType<typeof readCallFrames> =>
  readCallFrames([{ name: ".eh_frame", bytes, address: 0 }], X86_64_UNWINDING);

it("a function that advances by nothing, again and again, ends with its section", () => {
  const program = new Uint8Array(1 << 20).fill(0x02);
  for (let i = 1; i < program.length; i += 2) program[i] = 0;
  const { trouble, addresses } = read(tableOf([{ start: 0x1000, program }]));
  expect(trouble).toBeUndefined();
  expect([...addresses].slice(0, 1)).toEqual([0x1000]);
  expect(addresses.length).toBeLessThan(4);
});

it("a function that says that it is elsewhere takes nothing from those behind it", () => {
  // DW_CFA_set_loc, and DW_CFA_def_cfa of the stack pointer.
  const away = Uint8Array.from([0x01, 0, 0, 0, 0, 0, 0x10, 0, 0]);
  const usual = Uint8Array.from([0x0c, 7, 8, 0x90, 1]);
  const { trouble, addresses } = read(
    tableOf([
      { start: 0x1000, program: away },
      { start: 0x2000, program: usual },
      { start: 0x3000, program: usual },
    ]),
  );
  expect(trouble).toContain("outside of it");
  expect([...addresses]).toEqual(expect.arrayContaining([0x2000, 0x3000]));
});
