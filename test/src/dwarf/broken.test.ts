/** Debug information that is broken is found out, whatever is broken about it. */
import { expect } from "vitest";
import {
  type SectionSource,
  AddressLines,
  DebugInfo,
  DwarfError,
  findInlined,
  findSourceLine,
  membersOf,
  signatureOf,
  typeNamed,
} from "../../../src/dwarf/index.js";
import { sectionsOf } from "../../../src/symbols/debug-sections.js";
import { ElfFile } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";

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
  kernelTest(`version ${version} with bytes changed`, { root: false, package: ["gcc", "libc6-dev"] }, () => {
    const program = compileC(
      `#line 1 "broken.c"
      static inline __attribute__((always_inline)) int inlined(int a) { return a * 3; }
      struct pair { int a[2]; unsigned low : 3; struct pair *next; };
      int f(int a, const struct pair *p) { return inlined(a) + inlined(a + 1) + p->low; }
      int main(void) { struct pair p = {0}; return f(0, &p) - 3; }`,
      { name: "broken", flags: ["-O1", `-gdwarf-${version}`] },
    );
    const elf = ElfFile.open(program);
    const { section } = sectionsOf(elf);
    const bytesOf = (name: string): Uint8Array => {
      const found = section(name);
      return found?.read(0, found.size) ?? new Uint8Array();
    };
    const whole = new Map(NAMES.map((name) => [name, bytesOf(name)]));
    elf.close();
    const random = randomFrom(version);
    let read = 0;
    for (let round = 0; round < 3000; round++) {
      const changed = NAMES[random(NAMES.length)] ?? "";
      const broken = mutate(whole.get(changed) ?? new Uint8Array(), random);
      const contents = (name: string): Uint8Array => (name === changed ? broken : whole.get(name)) ?? new Uint8Array();
      const section = (name: string): SectionSource => ({
        size: contents(name).length,
        read: (offset, length) => contents(name).subarray(offset, offset + length),
      });
      try {
        const info = new DebugInfo({ file: "broken", section });
        findSourceLine(info, { file: "broken.c", line: 1 + random(4), column: 0 });
        findInlined(info, "inlined");
        const address = BigInt(random(0x2000));
        signatureOf(info, { entered: { name: "f", address, bytes: 1n }, address });
        const struct = typeNamed(info, "pair", undefined);
        if (struct?.kind === "struct" && struct.id !== undefined) membersOf(info, struct.id);
        const lines = new AddressLines(info);
        for (let i = 0; i < 16; i++) lines.at(BigInt(0x1000 + random(0x200)));
        read++;
      } catch (error) {
        if (!(error instanceof DwarfError)) throw error;
        expect(error.message).toMatch(/^broken: section \.debug_/);
      }
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(3000);
  });
}
