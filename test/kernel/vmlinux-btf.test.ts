import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Btf } from "../../codegen/btf/index.js";
import { indexTypes, kindSizes, walkTypes } from "../../codegen/btf/type-index.js";
import { native } from "../../src/kernel/native.js";
import { readVmlinuxBtf } from "../../src/kernel/vmlinux-btf.js";

const LIVE = "/sys/kernel/btf/vmlinux";

describe.skipIf(!existsSync(LIVE))("the kernel's BTF, which this machine has to have", () => {
  it("is the same however it is read and walked through", () => {
    const own = Btf.parse(readFileSync(LIVE));
    const btf = readVmlinuxBtf("", undefined);
    expect(btf?.endId).toBe(own.endId);
    expect(btf?.idsOf("func")).toEqual(own.idsOf("func"));
    for (const name of ["task_struct", "file", "list_head", "no_such_struct"]) {
      expect(btf?.find("struct", name)).toBe(own.find("struct", name));
    }
  });

  it("is read from a file that cannot be mapped", () => {
    const fd = openSync(LIVE, "r");
    const bytes = new Uint8Array(fstatSync(fd).size + 10);
    expect(native().readFully(fd, bytes)).toBe(bytes.length - 10);
    closeSync(fd);
    expect(Buffer.compare(bytes.subarray(0, -10), readFileSync(LIVE))).toBe(0);
    expect(() => native().mapFile(fd, 4096)).toThrow(expect.objectContaining({ code: "EBADF" }));
  });
});

describe("walking through types", () => {
  const sizes = kindSizes(new Uint8Array());
  const walk: typeof walkTypes = (words, each, columns) => native().walkBtfTypes(words, each, columns);

  it.each([
    ["nothing", []],
    ["a number and a pointer", [1, 1 << 24, 4, 32, 5, 2 << 24, 1]],
    ["a struct of two", [1, (4 << 24) | 2, 8, 1, 2, 3, 4, 5, 6]],
    ["a type of an unknown kind", [1, 2 << 24, 0, 2, 99 << 24, 0]],
    ["one that is cut off", [1, (4 << 24) | 9, 8, 1]],
    ["a piece of one", [1, 2 << 24, 0, 7]],
  ])("takes %s as it does without the addon", (_, words) => {
    const outcome = (each: typeof walkTypes): unknown => {
      try {
        return indexTypes(Uint32Array.from(words), sizes, each);
      } catch (error) {
        return String(error);
      }
    };
    expect(outcome(walk)).toEqual(outcome(walkTypes));
  });

  it("reads a file that is named", () => {
    const file = join(mkdtempSync(join(tmpdir(), "tsbt-btf-")), "btf");
    writeFileSync(file, "no BTF");
    expect(() => readVmlinuxBtf("", file)).toThrow(`${file}: BTF of 6 bytes has no header`);
  });
});
