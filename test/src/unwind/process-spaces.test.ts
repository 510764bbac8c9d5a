import { readdirSync, readlinkSync, statSync } from "node:fs";
import { expect } from "vitest";
import { X86_64_UNWINDING } from "../../../codegen/kernel/unwind-rules.js";
import { ModuleTables, ProcessSpaces, type TableMaps } from "../../../src/unwind/index.js";
import { compileC, kernelTest } from "../../support/index.js";

function descriptorsOf(path: string): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link === path).length;
}

kernelTest(
  "a file whose table was made is known by its numbers, and does not stay open",
  { root: false, package: ["gcc", "libc6-dev"] },
  () => {
    const path = compileC("int main(void) { return 0; }", { name: "spaces" });
    const files: { readonly key: Uint8Array; readonly value: Uint8Array }[] = [];
    const maps: TableMaps = {
      putNode: () => true,
      putSpace: () => true,
      putFile: (key, value) => files.push({ key, value }) > 0,
      dropSpace: () => undefined,
    };
    const spaces = new ProcessSpaces(new ModuleTables(X86_64_UNWINDING, maps, expect.unreachable), maps);
    spaces.prepare(path);
    spaces.prepare(path);
    expect(files).toHaveLength(1);
    const [{ key, value } = { key: new Uint8Array(), value: new Uint8Array() }] = files;
    expect(new DataView(key.buffer).getBigUint64(0, true)).toBe(BigInt(statSync(path).ino));
    // It has a table of one level.
    expect(new DataView(value.buffer).getUint32(12, true)).toBe(1);
    expect(descriptorsOf(path)).toBe(0);
    spaces.close();
  },
);
