/** Lines of code that no linker has seen, as modules of the kernel are, at the addresses where a kernel would have put it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { AddressLines, DebugInfo, DwarfError } from "../../../src/dwarf/index.js";
import { hasDebugInfo, sectionsOf } from "../../../src/symbols/debug-sections.js";
import { ElfFile } from "../../../src/symbols/elf-file.js";
import { relocated, symbolValues } from "../../../src/symbols/relocations.js";
import { MemorySource } from "../../../src/symbols/byte-source.js";
import { ElfError } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";

const SOURCE = `#line 1 "module.c"
volatile int sink;
static inline __attribute__((always_inline)) void twice(int x) {
  sink = x * 2;
  sink = x * 4;
}
void first(int x) {
  sink = 1;
  twice(x);
}
__attribute__((section(".text.unlikely"))) void second(int x) {
  sink = 2;
  twice(x);
  sink = 3;
}`;

/** Not in the order of the file. */
const PLACES: Readonly<Record<string, bigint>> = {
  ".text.first": 0xffffffffc0b01000n,
  ".text.unlikely": 0xffffffffc0a07010n,
};

const LEAST = { root: false, matrix: false, package: ["gcc", "binutils"] } as const;

const FLAGS = ["-c", "-O2", "-ffunction-sections", "-mcmodel=kernel", "-fno-pic", "-no-pie"];

function linesOf(elf: ElfFile, places: Readonly<Record<string, bigint>>): AddressLines {
  const sections = sectionsOf(elf);
  const valueOf = symbolValues(elf, (section) => places[section]);
  const section: typeof sections.section = (name) => {
    const source = sections.section(name);
    return source && relocated(elf, name, source, valueOf);
  };
  return new AddressLines(new DebugInfo({ ...sections, section }));
}

/** `3 8`, the innermost first. */
function linesAt(lines: AddressLines, address: bigint): string {
  const { position, inlined = [] } = lines.at(address) ?? {};
  return [...inlined.map(({ position: place }) => place), position].map((place) => place?.line).join(" ");
}

function addr2line(object: string, section: string, offset: bigint): string {
  const text = execFileSync("addr2line", ["-i", "-s", "-e", object, "-j", section, offset.toString(16)], {
    encoding: "utf8",
  });
  return Array.from(text.matchAll(/:(\d+)/g), ([, line]) => line).join(" ");
}

describe("what has relocations", () => {
  for (const flags of [["-gdwarf-4"], ["-gdwarf-5"], ["-gdwarf-5", "-gz=zlib"]]) {
    for (const kind of ["the object", "its debug file"]) {
      kernelTest(`lines of ${kind} with ${flags.join(" ")} are those of addr2line`, LEAST, () => {
        const object = compileC(SOURCE, { name: "module.o", flags: [...FLAGS, ...flags] });
        const file = kind === "the object" ? object : join(dirname(object), "module.ko.debug");
        if (file !== object) execFileSync("objcopy", ["--only-keep-debug", object, file]);
        const elf = ElfFile.open(file);
        try {
          const lines = linesOf(elf, PLACES);
          for (const [section, start] of Object.entries(PLACES)) {
            const size = BigInt(ElfFile.open(object).section(section)?.size ?? 0);
            expect(size).toBeGreaterThan(10n);
            for (let offset = 0n; offset < size; offset++)
              expect(linesAt(lines, start + offset), `${section}+${offset}`).toBe(addr2line(object, section, offset));
          }
          // Nothing is where the other section would be if they lay side by side.
          expect(lines.at(0xffffffffc0b01000n + 0x1000n)).toBeUndefined();
        } finally {
          elf.close();
        }
      });
    }
  }

  kernelTest("code whose place nobody knows is nowhere", LEAST, () => {
    const elf = ElfFile.open(compileC(SOURCE, { name: "module.o", flags: [...FLAGS, "-gdwarf-5"] }));
    const { ".text.unlikely": unlikely } = PLACES;
    const lines = linesOf(elf, { ".text.unlikely": unlikely ?? 0n });
    expect(linesAt(lines, unlikely ?? 0n)).toBe("11");
    for (let address = 0n; address < 0x40n; address++) expect(lines.at(address)).toBeUndefined();
    elf.close();
  });

  kernelTest("an unknown type is broken, with its section and number", LEAST, () => {
    const bytes = readFileSync(compileC(SOURCE, { name: "module.o", flags: [...FLAGS, "-gdwarf-5"] }));
    const at = new ElfFile(new MemorySource("module.o", bytes)).section(".rela.debug_info")?.offset ?? 0;
    bytes.writeUInt32LE(99, at + 8);
    const broken = new ElfFile(new MemorySource("module.o", bytes));
    expect(hasDebugInfo(broken)).toBe(true);
    expect(() => linesOf(broken, PLACES).at(0xffffffffc0b01000n)).toThrow(
      "section .debug_info has a relocation of the unknown type 99",
    );
  });

  kernelTest("whatever is in it, there is an answer or an error that names it", LEAST, () => {
    const whole = readFileSync(compileC(SOURCE, { name: "module.o", flags: [...FLAGS, "-gdwarf-5"] }));
    const elf = new ElfFile(new MemorySource("module.o", whole));
    const parts = elf.sections.filter(({ name }) => /^\.(rela\.debug|symtab)/.test(name));
    const random = randomFrom(Number(process.env["TEST_SEED"] ?? 12));
    for (let turn = 0; turn < 400; turn++) {
      const bytes = Buffer.from(whole);
      const part = parts[random(parts.length)];
      if (part === undefined) continue;
      const changed = mutate(bytes.subarray(part.offset, part.offset + part.size), random);
      bytes.set(changed, part.offset);
      const broken = new ElfFile(new MemorySource("module.o", bytes));
      try {
        linesOf(broken, PLACES).at(0xffffffffc0a07018n);
      } catch (error) {
        expect(error, `turn ${turn}`).toSatisfy((thrown) => thrown instanceof ElfError || thrown instanceof DwarfError);
      }
    }
  });
});

test("a file without relocations is read as it is", () => {
  const source = { size: 4, read: () => new Uint8Array([1, 2, 3, 4]) };
  const elf = ElfFile.open(process.execPath);
  expect(relocated(elf, ".debug_info", source, () => 0n)).toBe(source);
  elf.close();
});
