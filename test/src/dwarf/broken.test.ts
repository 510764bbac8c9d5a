/** Debug information that is broken is found out, whatever is broken about it. */
import { expect } from "vitest";
import { DebugInfo, DwarfError, type SectionSource } from "../../../src/dwarf/index.js";
import { sectionsOf } from "../../../src/symbols/debug-sections.js";
import { ElfFile } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";
import { askAll, SOURCE } from "./questions.js";

const NAMES = [
  ".debug_info",
  ".debug_abbrev",
  ".debug_aranges",
  ".debug_line",
  ".debug_line_str",
  ".debug_ranges",
  ".debug_rnglists",
  ".debug_str",
];

for (const version of [2, 5]) {
  kernelTest(
    `version ${version} with bytes changed`,
    { root: false, package: ["gcc", "libc6-dev"], timeoutMs: 60_000 },
    () => {
      const program = compileC(SOURCE, { name: "broken", flags: ["-O1", `-gdwarf-${version}`] });
      const elf = ElfFile.open(program);
      const { section } = sectionsOf(elf);
      const bytesOf = (name: string): Uint8Array => {
        const found = section(name);
        return found?.read(0, found.size) ?? new Uint8Array();
      };
      const whole = new Map(NAMES.map((name) => [name, bytesOf(name)]));
      elf.close();
      const random = randomFrom(Number(process.env["TEST_SEED"] ?? version));
      let read = 0;
      for (let round = 0; round < 3000; round++) {
        const changed = NAMES[random(NAMES.length)] ?? "";
        const broken = mutate(whole.get(changed) ?? new Uint8Array(), random);
        const contents = (name: string): Uint8Array =>
          (name === changed ? broken : whole.get(name)) ?? new Uint8Array();
        const section = (name: string): SectionSource => ({
          size: contents(name).length,
          read: (offset, length) => contents(name).subarray(offset, offset + length),
        });
        try {
          const info = new DebugInfo({ file: "broken", section });
          askAll(info, random, { start: 0n, bytes: 0x2000 });
          read++;
        } catch (error) {
          if (!(error instanceof DwarfError)) throw error;
          expect(error.message).toMatch(/^broken: section \.debug_/);
        }
      }
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(3000);
    },
  );
}
