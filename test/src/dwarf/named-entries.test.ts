/** Entries that are found by their bytes are those that a walk through all of them finds. */
import { expect } from "vitest";
import { AT, TAG } from "../../../src/dwarf/constants.js";
import { findInlined, findSourceLine } from "../../../src/dwarf/index.js";
import { namedEntries } from "../../../src/dwarf/named-entries.js";
import type { Entry, Unit } from "../../../src/dwarf/unit.js";
import { Binary } from "../../../src/symbols/binary.js";
import { compileC, kernelTest } from "../../support/index.js";

/** Names of one letter stand in entries themselves, with mangled ones behind them; others are parts of longer ones. */
const SOURCE = `#line 1 "names.cc"
#include <string>
#include <vector>
namespace a {
  struct b { int c; int d(int e) { return c * e; } static int f(int); };
  int b::f(int g) { return g; }
  namespace deep { struct inner { struct most { long value; int method(int by) const { return value * by; } } most; }; }
  template <typename T> T twice(T x) { return x + x; }
}
enum class state { on, off };
static inline __attribute__((always_inline)) int copied(int i) { __asm__ volatile("" : "+r"(i)); return i * 7; }
int tick(int n) { return copied(n) + copied(n + 1); }
int stick(int n) { return tick(n) + copied(n); }
int main(int argc, char **) {
  a::b b{argc}; a::deep::inner inner{{argc}}; std::vector<std::string> texts(3, "text");
  struct local { int h(int x) { return copied(x); } } l;
  return b.d(2) + a::b::f(3) + inner.most.method(4) + a::twice(argc) + a::twice(2.5) + stick(argc) + texts.size() + l.h(1) + (int)state::off;
}`;

const ANYWHERE = { root: false, matrix: false, timeoutMs: 60_000 } as const;

const TAGS: ReadonlySet<number> = new Set([TAG.subprogram, TAG.structureType, TAG.enumerationType, TAG.enumerator]);

function namesIn(unit: Unit): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  const add = (name: string | undefined, { offset }: Entry): void => {
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), offset]);
  };
  for (const { entry } of unit.entries()) {
    if (!TAGS.has(entry.tag)) continue;
    const name = entry.string(AT.name);
    const linkageName = entry.string(AT.linkageName);
    add(name, entry);
    if (linkageName !== name) add(linkageName, entry);
  }
  return found;
}

for (const compiler of ["g++", "clang"] as const) {
  for (const flags of [
    ["-gdwarf-4", "-O0"],
    ["-gdwarf-5", "-O0"],
    ["-gdwarf-5", "-O2"],
    ["-gdwarf-5", "-O2", "-fdebug-types-section"],
  ]) {
    const needs = { ...ANYWHERE, package: [compiler, "g++", "libc6-dev"] as const };
    kernelTest(`names of ${compiler} ${flags.join(" ")}`, needs, () => {
      const other = compiler === "clang" ? { compiler: "clang++" } : {};
      const options = { name: "names", language: "c++", flags, ...other } as const;
      Binary.with(compileC(SOURCE, options), (binary) => {
        const info = binary.debugInfo();
        if (info === undefined) throw new Error("there is no debug information");
        const units = info.units();
        let compared = 0;
        for (const unit of units) {
          for (const [name, offsets] of namesIn(unit)) {
            if (++compared % 5 !== 0 && name.length > 8) continue;
            const found = [...namedEntries(unit, name, TAGS)].map(({ offset }) => offset);
            expect(found, name).toEqual(offsets);
          }
        }
        expect(compared).toBeGreaterThan(100);
        for (const nobody of ["ic", "tic", "_tick", "nobody"])
          expect(units.flatMap((unit) => [...namedEntries(unit, nobody, TAGS)])).toEqual([]);
        const copies = findInlined(info, "copied");
        expect(copies?.places.length, "copies").toBeGreaterThan(2);
        expect(copies?.into).toEqual(expect.arrayContaining(["_Z4ticki"]));
        const line = SOURCE.split("\n").findIndex((text) => text.includes("copied(int i)"));
        expect(findSourceLine(info, { file: "names.cc", line, column: 0 }).kind).toBe("found");
      });
    });
  }
}

kernelTest("it is told once that much has to be looked through", { ...ANYWHERE, package: ["g++", "libc6-dev"] }, () => {
  const path = compileC(SOURCE, { name: "names", language: "c++", flags: ["-gdwarf-5", "-O2"] });
  const line = SOURCE.split("\n").findIndex((text) => text.includes("copied(int i)"));
  let told = 0;
  const binary = Binary.open(path, { onLongWork: () => told++ });
  const info = binary.debugInfo();
  if (info === undefined) throw new Error("there is no debug information");
  const find = (): unknown => findSourceLine(info, { file: "names.cc", line, column: 0 });
  find();
  expect(told).toBe(0);
  for (let i = 0; i < 500 && told === 0; i++) find();
  for (let i = 0; i < 50; i++) find();
  expect(told).toBe(1);
  binary.close();
});
