import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { KernelSymbols } from "../../../src/symbols/index.js";
import { KernelAddressIndex } from "../../../src/symbols/kernel-address-index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-kallsyms-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function symbols(text: string): KernelSymbols {
  const path = join(directory, "kallsyms");
  writeFileSync(path, text);
  return new KernelSymbols(path);
}

const KALLSYMS = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81001000 t vfs_read
ffffffff81001800 D some_data
ffffffff81002000 T vfs_read_more
ffffffffc0a01000 t helper\t[module]
ffffffffc0800000 t early\t[other]
`;

describe("kernel symbols", () => {
  const kernel = symbols(KALLSYMS);

  it.each([
    ["vfs_read", true],
    ["helper", true],
    ["vfs", false],
    ["read", false],
    ["", false],
    ["helper\t[module]", false],
  ])("%j exists: %s", (name, expected) => {
    expect(kernel.has(name)).toBe(expected);
  });

  it("have addresses, unless they are hidden or those of a module", () => {
    expect(kernel.addressOf("vfs_read")).toBe(0xffffffff81001000n);
    expect(kernel.addressOf("helper")).toBeUndefined();
    expect(kernel.addressOf("fixed_percpu_data")).toBeUndefined();
    expect(kernel.addressOf("nosuch")).toBeUndefined();
  });

  it.each([
    [0xffffffff81000000n, "_stext", 0n],
    [0xffffffff81001000n, "vfs_read", 0n],
    [0xffffffff81001900n, "vfs_read", 0x900n],
    [0xffffffffc0800010n, "early", 0x10n],
    [0xffffffffc0b00000n, "helper", 0xff000n],
  ])("at %s is %s", (address, name, offset) => {
    expect(kernel.symbolAt(address)).toEqual({ name, offset });
  });

  it("that are cut off anywhere do no harm", () => {
    for (let end = 0; end < KALLSYMS.length; end++) {
      const cut = new KernelAddressIndex(Buffer.from(KALLSYMS.slice(0, end), "latin1"));
      expect(typeof (cut.find(0xffffffff81001000n)?.name ?? "")).toBe("string");
    }
  });

  it("below the first one there is none", () => {
    expect(kernel.symbolAt(0x1000n)).toBeUndefined();
  });

  it("that cannot be read are none", () => {
    const none = new KernelSymbols(join(directory, "nosuch"));
    expect([none.has("x"), none.addressOf("x"), none.symbolAt(1n)]).toEqual([false, undefined, undefined]);
  });

  it("that are hidden have no addresses", () => {
    const hidden = symbols("0000000000000000 T vfs_read\n");
    expect([hidden.has("vfs_read"), hidden.addressOf("vfs_read"), hidden.symbolAt(5n)]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });
});
