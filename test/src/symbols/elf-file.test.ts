import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MemorySource } from "../../../src/symbols/byte-source.js";
import { AddressIndex } from "../../../src/symbols/address-index.js";
import { ElfError, ElfFile } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { elfSample, SAMPLE_SYMBOLS, TEXT_ADDRESS, TEXT_OFFSET, type SampleOptions } from "./elf-sample.js";

const SAMPLE: SampleOptions = {
  symbols: SAMPLE_SYMBOLS,
  dynamicSymbols: [{ name: "exported", type: 2, value: TEXT_ADDRESS + 8, size: 4 }],
  soname: "libsample.so.1",
  buildId: "0123456789abcdef",
  debugLink: { fileName: "sample.debug", crc: 0xdeadbeef },
};

const parse = (bytes: Uint8Array): ElfFile => new ElfFile(new MemorySource("/sample", bytes));

describe.each([64, 32] as const)("an ELF file of %d bits", (bits) => {
  const elf = parse(elfSample({ ...SAMPLE, bits }));

  it("has sections by name, and their bytes", () => {
    expect(elf.section(".text")).toMatchObject({ offset: TEXT_OFFSET, address: BigInt(TEXT_ADDRESS), size: 0x200 });
    expect(elf.sectionBytes(".text")).toHaveLength(0x200);
    expect(elf.sectionBytes(".nosuch")).toBeUndefined();
  });

  it("lists its defined functions", () => {
    expect(elf.functionNames()).toEqual(["main", "xmain", "pick", "outer", "inner", "exported"]);
  });

  it.each([
    ["main", "function", 0, 16n],
    ["pick", "ifunc", 32, 0n],
    ["exported", "function", 8, 4n],
  ])("finds %s", (name, type, offset, size) => {
    expect(elf.findSymbol(name)).toEqual({ name, type, address: BigInt(TEXT_ADDRESS + offset), size });
  });

  it("finds objects, but no undefined symbols and no parts of names", () => {
    expect(elf.findSymbol("table")).toMatchObject({ type: "object", address: 0x600000n, size: 4n });
    for (const name of ["printf", "mai", "ain", "", "nosuch", "main\0xmain"])
      expect(elf.findSymbol(name)).toBeUndefined();
  });

  it("maps addresses of code to file offsets and back", () => {
    expect(elf.fileOffsetOf(BigInt(TEXT_ADDRESS + 5))).toBe(TEXT_OFFSET + 5);
    expect(elf.fileOffsetOf(0x600000n)).toBeUndefined();
    expect(elf.addressOf(TEXT_OFFSET + 5)).toBe(BigInt(TEXT_ADDRESS + 5));
    expect(elf.addressOf(0)).toBeUndefined();
  });

  it("has a build id, a debug link and a soname", () => {
    expect(elf.buildId()).toBe("0123456789abcdef");
    expect(elf.debugLink()).toEqual(SAMPLE.debugLink);
    expect(elf.soname()).toBe("libsample.so.1");
  });

  it("may lack all of it", () => {
    const bare = parse(elfSample({ bits, type: 2 }));
    expect([bare.buildId(), bare.debugLink(), bare.soname(), bare.type]).toEqual([
      undefined,
      undefined,
      undefined,
      "executable",
    ]);
    expect(bare.functionNames()).toEqual([]);
  });
});

describe("broken files", () => {
  const bytes = elfSample(SAMPLE);

  it.each([
    ["is not an ELF file", new Uint8Array()],
    ["is not an ELF file", new Uint8Array(1000)],
    ["another byte order", bytes.with(5, 2)],
    ["unknown class", bytes.with(4, 7)],
    ["outside of the file", bytes.subarray(0, 40)],
    ["outside of the file", bytes.subarray(0, bytes.length - 100)],
    ["sections of 63 bytes", bytes.with(58, 63)],
  ])("%s", (reason, broken) => {
    expect(() => parse(broken)).toThrow(ElfError);
    expect(() => parse(broken)).toThrow(reason);
    expect(() => parse(broken)).toThrow(/^\/sample: /);
  });

  it("give an ElfError, never a crash or a hang", () => {
    const random = randomFrom(Number(process.env["TEST_SEED"] ?? 20_252));
    const questions: ((elf: ElfFile) => unknown)[] = [
      (elf) => elf.functionNames(),
      (elf) => elf.findSymbol("main"),
      (elf) => new AddressIndex(elf.symbolTables()).find(BigInt(TEXT_ADDRESS)),
      (elf) => elf.buildId(),
      (elf) => elf.debugLink(),
      (elf) => elf.soname(),
      (elf) => elf.fileOffsetOf(BigInt(TEXT_ADDRESS)),
      (elf) => elf.sections.map((section) => elf.bytesOf(section)),
    ];
    for (let i = 0; i < 3000; i++) {
      const broken = mutateHeaders(bytes, random);
      for (const ask of questions) {
        try {
          ask(parse(broken));
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
        }
      }
    }
  });

  it("a compressed section is decompressed, or refused when it is broken", () => {
    const text = Buffer.from("debug data ".repeat(5));
    const packed = deflateSync(text);
    const section = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, text.length]), Buffer.alloc(15), packed]);
    const compressed = withSection(section);
    expect(Buffer.from(parse(compressed).sectionBytes(".text") ?? [])).toEqual(text);
    expect(() => parse(withSection(section.fill(0xff, 30))).sectionBytes(".text")).toThrow("cannot be decompressed");
    expect(() => parse(withSection(Buffer.from([9, ...section.subarray(1)]))).sectionBytes(".text")).toThrow(
      "not supported",
    );
  });
});

/** The headers are where lies do most harm. */
function mutateHeaders(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const broken = mutate(bytes, random);
  const at = [16, 64, bytes.length - 700][random(3)] ?? 16;
  if (at + 100 < broken.length) broken.set(mutate(broken.subarray(at, at + 100), random), at);
  return broken;
}

/** The sample with other bytes as a compressed `.text`. */
function withSection(section: Uint8Array): Uint8Array {
  const bytes = elfSample({ type: 3 });
  bytes.set(section, TEXT_OFFSET);
  const view = new DataView(bytes.buffer);
  const header = Number(view.getBigUint64(40, true)) + 64;
  view.setBigUint64(header + 8, 1n << 11n, true);
  view.setBigUint64(header + 32, BigInt(section.length), true);
  return bytes;
}

describe("addresses", () => {
  const elf = parse(elfSample({ symbols: SAMPLE_SYMBOLS }));
  const index = new AddressIndex(elf.symbolTables());

  it.each([
    [0, { name: "main", offset: 0n }],
    [15, { name: "main", offset: 15n }],
    [16, { name: "xmain", offset: 0n }],
    [32, { name: "pick", offset: 0n }],
    // Its size is not known.
    [40, undefined],
    [0x52, { name: "inner", offset: 2n }],
    [0x60, { name: "outer", offset: 0x20n }],
    [0x80, undefined],
    [-1, undefined],
  ])("at +%d are %o", (offset, expected) => {
    expect(index.find(BigInt(TEXT_ADDRESS + offset))).toEqual(expected);
  });
});

describe("this Node", () => {
  it("is read without reading all of it", () => {
    const elf = ElfFile.open(process.execPath);
    try {
      const symbol = elf.findSymbol("uv_run");
      expect(symbol?.type).toBe("function");
      expect(elf.fileOffsetOf(symbol?.address ?? 0n)).toBeGreaterThan(0);
      expect(elf.functionNames()).toContain("uv_run");
    } finally {
      elf.close();
    }
  });
});
