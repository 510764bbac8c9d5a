/** All that is asked of debug information. */
import {
  AddressLines,
  constantNamed,
  type DebugInfo,
  findInlined,
  findSourceLine,
  membersOf,
  signatureOf,
  typeNamed,
} from "../../../src/dwarf/index.js";

/** A program with something of everything: `f` has code, `inlined` only copies. */
export const SOURCE = `#line 1 "broken.c"
static inline __attribute__((always_inline)) int inlined(int a) { return a * 3; }
struct pair { int a[2]; unsigned low : 3; struct pair *next; };
enum colour { RED = 4 };
__attribute__((noinline)) int g(int a, enum colour c) { __asm__ volatile("" ::: "memory"); return a + c; }
int f(int a, const struct pair *p) { int b = g(a, RED); return inlined(a) + inlined(b) + p->low; }
int main(void) { struct pair p = {0}; return f(0, &p) - 15; }`;

/** Lines that `f` and what is inlined into it are on. */
const LINES = 7;

/** @param code - where the program has some */
export function askAll(
  info: DebugInfo,
  random: (below: number) => number,
  code: { start: bigint; bytes: number },
): void {
  const anywhere = (): bigint => code.start + BigInt(random(code.bytes));
  findSourceLine(info, { file: "broken.c", line: 1 + random(LINES), column: 0 });
  findInlined(info, "inlined");
  constantNamed(info, "RED");
  const address = anywhere();
  for (const at of [address, anywhere()])
    signatureOf(info, { entered: { name: "f", address, bytes: 1n }, address: at });
  const struct = typeNamed(info, "pair", undefined);
  if (struct?.kind === "struct" && struct.id !== undefined) membersOf(info, struct.id);
  const lines = new AddressLines(info);
  for (let i = 0; i < 16; i++) lines.at(anywhere());
}
