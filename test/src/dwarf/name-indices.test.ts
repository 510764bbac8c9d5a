/** Indices of names beside what the units themselves have; and what is wrong with one is nobody's trouble. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { debugNamed } from "../../../src/dwarf/debug-names.js";
import { gdbIndexed, type IndexedUnits } from "../../../src/dwarf/gdb-index.js";
import { constantNamed, DebugInfo, DwarfError, typeNamed } from "../../../src/dwarf/index.js";
import type { SectionSource } from "../../../src/dwarf/sections.js";
import { sectionsOf } from "../../../src/symbols/debug-sections.js";
import { ElfFile } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";

const unit = (n: number): string => `
  namespace shop_${n} { struct Till_${n} { long coins[${n}]; struct Drawer_${n} { int a; } drawer; }; }
  struct Plain_${n} { char text[${n}]; };
  enum Colour_${n} { RED_${n} = ${n}, GREEN_${n} };
  shop_${n}::Till_${n} till_${n};
  int sum_${n}(Plain_${n} *p, Colour_${n} c) { return p->text[0] + c + till_${n}.drawer.a; }`;

const NUMBERS = [3, 4, 5];
const DEBUG = ["-g", "-gdwarf-5", "-O0"];

const object = (n: number): string => compileC(unit(n), { name: "unit", language: "c++", flags: [...DEBUG, "-c"] });

/** Of three units. */
const program = (): string =>
  compileC(`${unit(3)}\nint main() { return 0; }`, {
    name: "indexed",
    language: "c++",
    flags: [...DEBUG, object(4), object(5)],
  });

const directory = mkdtempSync(join(tmpdir(), "tsbt-names-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Form {
  readonly section: ".gdb_index" | ".debug_names";
  readonly options: readonly string[];
  /** Until version 15 gdb put whole names into `.debug_names`, where those of entries belong. */
  readonly types: readonly string[];
  ask(info: DebugInfo, name: string): IndexedUnits | undefined;
}

const FORMS: readonly Form[] = [
  {
    section: ".gdb_index",
    options: [],
    types: ["Till", "Drawer", "Plain"],
    ask: ({ sections }, name) => gdbIndexed(sections.get(".gdb_index"), name),
  },
  {
    section: ".debug_names",
    options: ["-dwarf-5"],
    types: ["Plain"],
    ask: ({ sections }, name) => debugNamed(sections.get(".debug_names"), sections.get(".debug_str"), name),
  },
];

function withIndex({ section, options }: Form, use: (elf: ElfFile) => void): void {
  const path = join(directory, section.slice(1));
  copyFileSync(program(), path);
  execFileSync("gdb-add-index", [...options, path], { stdio: "pipe" });
  const elf = ElfFile.open(path);
  try {
    use(elf);
  } finally {
    elf.close();
  }
}

const bytesOf = (elf: ElfFile, name: string): Uint8Array => {
  const found = sectionsOf(elf).section(name);
  return found?.read(0, found.size) ?? new Uint8Array();
};

const shown = (info: DebugInfo): string =>
  JSON.stringify(
    NUMBERS.flatMap((n) => [
      ...["Till", "Drawer", "Plain", "Colour"].map((name) => typeNamed(info, `${name}_${n}`, undefined) ?? null),
      String(constantNamed(info, `RED_${n}`)),
    ]),
  );

describe.each(FORMS)("$section", (form) => {
  const needs = { root: false, matrix: false, package: ["g++", "gdb", "libc6-dev"] } as const;

  kernelTest("has the units of types", needs, () =>
    withIndex(form, (elf) => {
      const info = new DebugInfo(sectionsOf(elf));
      const units = info.units().map(({ offset }) => offset);
      for (const [i, n] of NUMBERS.entries()) {
        for (const name of form.types)
          expect(form.ask(info, `${name}_${n}`), name).toEqual({ units: [units[i]], typeUnits: [] });
      }
      expect(form.ask(info, "Till_6")).toEqual({ units: [], typeUnits: [] });
      expect(form.ask(info, "ill_3")).toEqual({ units: [], typeUnits: [] });
    }),
  );

  kernelTest("is not missed by who has none, nor by who has one that is broken", needs, () =>
    withIndex(form, (elf) => {
      const { section } = sectionsOf(elf);
      const answerWith = (index: Uint8Array): string => {
        const inMemory: SectionSource = {
          size: index.length,
          read: (offset, length) => index.subarray(offset, offset + length),
        };
        const changed = (name: string): SectionSource | undefined => (name === form.section ? inMemory : section(name));
        return shown(new DebugInfo({ file: "indexed", section: changed }));
      };
      const whole = bytesOf(elf, form.section);
      expect(whole.length).toBeGreaterThan(0);
      const truth = answerWith(new Uint8Array());
      expect(answerWith(whole)).toBe(truth);
      const random = randomFrom(12);
      for (let round = 0; round < 300; round++) expect(answerWith(mutate(whole, random)), `round ${round}`).toBe(truth);
    }),
  );

  kernelTest("names what is asked for, or says what is broken", needs, () =>
    withIndex(form, (elf) => {
      const { section } = sectionsOf(elf);
      const whole = bytesOf(elf, form.section);
      const random = randomFrom(5);
      for (let round = 0; round < 1000; round++) {
        const index = mutate(whole, random);
        const inMemory = { size: index.length, read: (at: number, n: number) => index.subarray(at, at + n) };
        const changed = (name: string): SectionSource | undefined => (name === form.section ? inMemory : section(name));
        try {
          form.ask(new DebugInfo({ file: "indexed", section: changed }), "Plain_4");
        } catch (error) {
          if (!(error instanceof DwarfError)) throw error;
          expect(error.message).toMatch(/^indexed: section \.(gdb_index|debug_names|debug_str)/);
        }
      }
    }),
  );
});
