import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const NEEDS = { root: false, package: ["gcc", "libc6-dev"] } as const;

interface File {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** @returns what programs are told of files */
function listen(): {
  readonly spaces: ProcessSpaces;
  readonly files: readonly File[];
  readonly dropped: readonly Uint8Array[];
} {
  const files: File[] = [];
  const dropped: Uint8Array[] = [];
  const maps: TableMaps = {
    putNode: () => true,
    putSpace: () => true,
    putFile: (key, value) => files.push({ key, value }) > 0,
    dropFile: (key) => void dropped.push(key),
    dropSpace: () => undefined,
  };
  return {
    spaces: new ProcessSpaces(new ModuleTables(X86_64_UNWINDING, maps, expect.unreachable), maps),
    files,
    dropped,
  };
}

kernelTest("a file whose table was made is known by its numbers, and does not stay open", NEEDS, () => {
  const path = compileC("int main(void) { return 0; }", { name: "spaces" });
  const { spaces, files } = listen();
  spaces.prepare(path);
  spaces.prepare(path);
  expect(files).toHaveLength(1);
  const [{ key, value } = { key: new Uint8Array(), value: new Uint8Array() }] = files;
  expect(new DataView(key.buffer).getBigUint64(0, true)).toBe(BigInt(statSync(path).ino));
  // It has a table of one level.
  expect(new DataView(value.buffer).getUint32(12, true)).toBe(1);
  expect(descriptorsOf(path)).toBe(0);
  spaces.close();
});

kernelTest("a file that gets the number of another, and has code in several ways, is not taken for it", NEEDS, () => {
  const plain = compileC("int main(void) { return 0; }", { name: "spaces" });
  const directory = mkdtempSync(join(tmpdir(), "tsbt-spaces-"));
  try {
    const path = join(directory, "program");
    const { spaces, files, dropped } = listen();
    copyFileSync(plain, path);
    spaces.prepare(path);
    // Another segment of it is code now too, as far from its place in the file as no other.
    const image = readFileSync(path);
    const segments = Array.from(
      { length: image.readUInt16LE(56) },
      (_, i) => Number(image.readBigUInt64LE(32)) + i * image.readUInt16LE(54),
    );
    const data = segments.findLast((at) => image.readUInt32LE(at) === PT_LOAD) ?? 0;
    image.writeUInt32LE(image.readUInt32LE(data + 4) | PF_X, data + 4);
    writeFileSync(path, Buffer.concat([image, Buffer.from("longer")]));
    spaces.prepare(path);
    expect(files).toHaveLength(1);
    expect(dropped).toEqual([files[0]?.key]);
    spaces.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

const [PT_LOAD, PF_X] = [1, 1];

kernelTest("a program that is compiled again under the same number has the table of what it is now", NEEDS, () => {
  const programs = ["int main(void) { return 0; }", "int f(int n) { return n; } int main(void) { return f(1); }"];
  const [before = "", after = ""] = programs.map((source, i) => compileC(source, { name: `spaces-${i}` }));
  const directory = mkdtempSync(join(tmpdir(), "tsbt-spaces-"));
  try {
    const path = join(directory, "program");
    const { spaces, files } = listen();
    copyFileSync(before, path);
    spaces.prepare(path);
    const { ino } = statSync(path);
    copyFileSync(after, path);
    appendFileSync(path, "longer");
    expect(statSync(path).ino).toBe(ino);
    spaces.prepare(path);
    expect(files).toHaveLength(2);
    expect(files[1]?.key).toEqual(files[0]?.key);
    const [first, second] = files.map(({ value }) => new DataView(value.buffer).getUint32(8, true));
    expect(second).not.toBe(first);
    spaces.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
