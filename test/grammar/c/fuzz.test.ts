import { expect, test } from "vitest";
import { randomFrom } from "../../random.js";
import { randomDefinitions } from "./random-structs.js";
import { headersFrom, messagesOf, unitOf } from "./support.js";

const SEED = Number(process.env["TEST_SEED"] ?? 4711);
const ROUNDS = 1500;
/** Far more than any of the inputs takes, also on a busy machine. */
const TIMEOUT_MS = 60_000;

type Random = (below: number) => number;

/** Pieces that C text is made of, and some that it is not made of. */
const PIECES = (
  "struct union enum typedef { } { } ( ) [ ] ; , , * : = ... a b c s t T int char unsigned long short float void _Bool const static inline extern " +
  "0 1 2 0x10 1UL 1.5 08 'a' '\\n' \"text\" \"open 'open sizeof typeof __typeof__ _Alignof __builtin_offsetof offsetof __attribute__ ((packed)) " +
  "((aligned(8))) ((aligned)) __extension__ asm volatile _Static_assert _Atomic _Complex __int128 -1 + - * / % << >> < > == != && || ! ~ ? & | ^ . -> " +
  "#define #undef #if #ifdef #ifndef #elif #else #endif #include #include_next #error #pragma pack(push,1) pack(pop) once defined " +
  'M M(x) F F( __VA_ARGS__ ## # __LINE__ __COUNTER__ __has_include <x.h> "x.h" <self.h> \\ /* */ // \x00 \xff @ ` $'
).split(" ");

/** One that includes itself, and macros that double. */
const HEADERS = headersFrom({
  "x.h": "#ifndef X\n#define X\nstruct x { int a; };\n#endif\n",
  "self.h": '#include "self.h"\nstruct self { int a; };\n',
});

const soup = (random: Random): string => {
  let text = "";
  for (let i = random(120); i >= 0; i--) text += PIECES[random(PIECES.length)] + (random(5) === 0 ? "\n" : " ");
  return text;
};

const broken = (random: Random): string => {
  const { text } = randomDefinitions(random, 4);
  const start = random(text.length);
  const end = start + random(60);
  switch (random(4)) {
    case 0:
      return text.slice(0, start);
    case 1:
      return text.slice(0, start) + text.slice(end);
    case 2:
      return text.slice(0, start) + soup(random) + text.slice(start);
    default:
      return text.slice(0, start) + String.fromCharCode(random(256)) + text.slice(start + 1);
  }
};

const KINDS: readonly (readonly [string, (random: Random) => string])[] = [
  ["tokens in any order", soup],
  ["definitions with something wrong", broken],
];

for (const [name, make] of KINDS) {
  test(`${name} give messages, and nothing worse (seed ${SEED})`, { timeout: TIMEOUT_MS }, () => {
    const random = randomFrom(SEED);
    for (let i = 0; i < ROUNDS; i++) {
      const text = make(random);
      let shown = "";
      try {
        for (const message of messagesOf(unitOf(text, { headers: HEADERS }))) shown += message;
      } catch (error) {
        throw new Error(`round ${i}:\n${text}`, { cause: error });
      }
      if (shown !== "") expect(shown).toMatch(/error: /);
    }
  });
}

const double = (count: number): string =>
  Array.from({ length: count }, (_, i) => `#define D${i} D${i + 1} D${i + 1}\n`).join("") + "D0\n";

/** What would take for ever, or more memory than there is. */
const BOMBS: Readonly<Record<string, string>> = {
  "macros that double": double(60),
  "arguments that double": `#define F(x) x x\n${"F(".repeat(100)}1${")".repeat(100)}\n`,
  "a header that includes itself twice": '#include "twice.h"\n',
  "nested parentheses in #if": `#if ${"(".repeat(100_000)}1\n#endif\n`,
  "nested signs in #if": `#if ${"!".repeat(100_000)}1\n#endif\n`,
  "nested structs": `${"struct { ".repeat(50_000)}`,
  "nested declarators": `int ${"(*".repeat(50_000)};`,
  "nested brackets": `int a[${"(".repeat(50_000)}1${")".repeat(50_000)}];`,
  "nested conditional operators": `int a[${"1 ? ".repeat(50_000)}1];`,
  "a long list of members": `struct s { ${"int a; ".repeat(20_000)} };`,
  "many errors": "struct s { foo a; };\n".repeat(10_000),
  "a shift by a huge number": "int a[1 << 999999999999999999]; enum { A = 1 << 99999999999999999999999999 };",
  "a huge number": `enum { A = ${"9".repeat(1_000_000)} };`,
  "a huge array": "struct s { int a[0x7fffffffffffffff]; int b[0x7fffffff][0x7fffffff][0x7fffffff]; };",
  "an open comment": `/*${"*".repeat(1_000_000)}`,
  "an open string": `"${"\\".repeat(1_000_001)}`,
  "many open conditionals": "#if 1\n".repeat(100_000),
};

for (const [name, text] of Object.entries(BOMBS)) {
  test(`${name}: ends soon`, { timeout: TIMEOUT_MS }, () => {
    const headers = headersFrom({ "twice.h": '#include "twice.h"\n#include "twice.h"\n' });
    expect(() => unitOf(text, { headers })).not.toThrow();
  });
}
