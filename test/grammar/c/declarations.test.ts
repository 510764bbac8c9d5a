import { describe, expect, test } from "vitest";
import { cTypeName, type CType, type CUnit, plain, sizeOfC } from "../../../grammar/c/index.js";
import { messagesOf, unitOf } from "./support.js";

/** `name: type @offset` for each member; bit-fields have their bits. */
function membersOf(unit: CUnit, tag: string): string {
  const record = unit.tags.get(tag);
  return record?.kind === "record" ? membersIn(record) : "no struct";
}

const membersIn = (type: CType): string => {
  const record = plain(type);
  if (record.kind !== "record") return cTypeName(type);
  const members = (record.body?.members ?? []).map(({ name, type: member, offsetBits, bitSize }) => {
    const place = bitSize === undefined ? `@${offsetBits / 8}` : `@${offsetBits}:${bitSize}`;
    return name === undefined ? `{ ${membersIn(member)} } ${place}` : `${name}: ${cTypeName(member)} ${place}`;
  });
  return members.join(", ");
};

function read(text: string): CUnit {
  const unit = unitOf(text);
  expect(messagesOf(unit)).toEqual([]);
  return unit;
}

describe("members", () => {
  const MEMBERS: readonly (readonly [declaration: string, members: string])[] = [
    ["int a, *b, c[2];", "a: int @0, b: int * @8, c: int[2] @16"],
    [
      "unsigned a; long unsigned int b; short c; char d;",
      "a: unsigned int @0, b: unsigned long @8, c: short @16, d: char @18",
    ],
    [
      "signed char a; unsigned char b; _Bool c; long long d;",
      "a: signed char @0, b: unsigned char @1, c: _Bool @2, d: long long @8",
    ],
    ["float a; double b; long double c;", "a: float @0, b: double @8, c: long double @16"],
    ["int (*f)(int, char *); void (*g[2])(void);", "f: function * @0, g: function *[2] @8"],
    ["int (*a)[3]; int *b[3]; int c[2][3];", "a: int[3] * @0, b: int *[3] @8, c: int[3][2] @32"],
    [
      "struct { int a; union { char b; long c; }; }; int d;",
      "{ a: int @0, { b: char @0, c: long @0 } @8 } @0, d: int @16",
    ],
    ["struct { int a; } s; union u { char b; } u;", "s: struct (unnamed) @0, u: union u @4"],
    [
      "int a : 3, b : 5, : 0, c : 2; unsigned : 4, d : 1;",
      "a: int @0:3, b: int @3:5, c: int @32:2, d: unsigned int @38:1",
    ],
    ["const char *const volatile a; char const b;", "a: char * @0, b: char @8"],
    ["enum { A, B } a; enum e { C } b;", "a: enum (unnamed) @0, b: enum e @4"],
    ["struct t *next; struct x *other;", "next: struct t * @0, other: struct x * @8"],
    ["int a[]; ", "a: int[] @0"],
    ["char a; int b __attribute__((packed)); char c __attribute__((aligned(8)));", "a: char @0, b: int @1, c: char @8"],
    [
      "__extension__ union { int a; }; _Alignas(16) char b; typeof(int *) c;",
      "{ a: int @0 } @0, b: char @16, c: int * @24",
    ],
    ["int a[sizeof(long) * 2 + 'a' - 96]; char b[(1 << 3) | 1];", "a: int[17] @0, b: char[9] @68"],
    ["char a[sizeof(struct { int x; char y; })]; char b[sizeof(int[3])];", "a: char[8] @0, b: char[12] @8"],
    ["char a[__builtin_offsetof(struct q, y[2])]; char b[sizeof(((struct q *)0)->y)];", "a: char[6] @0, b: char[6] @6"],
    ['char a[(unsigned long)&((struct q *)0)->y]; char b[sizeof("text")];', "a: char[2] @0, b: char[5] @2"],
    ["char a[sizeof(q_t) > 4 ? 1 : 2], b[_Alignof(q_t)], c[Z + 1];", "a: char[1] @0, b: char[2] @1, c: char[8] @3"],
    [
      "char a[(char)300], b[(_Bool)5], c[-(-2)], d[!0], e[~-3];",
      "a: char[44] @0, b: char[1] @44, c: char[2] @45, d: char[1] @47, e: char[2] @48",
    ],
    ["q_t a; alias_t b; struct q c;", "a: struct q @0, b: struct q @8, c: struct q @16"],
    ['_Static_assert(sizeof(int) == 4, ""); int a;', "a: int @0"],
    ["int; enum { NOT_A_MEMBER }; int a;", "a: int @0"],
    [
      "__int128 a; _Complex double b; __builtin_va_list c;",
      "a: __int128 @0, b: _Complex @16, c: __builtin_va_list @32",
    ],
    ["int a __attribute__((vector_size(16))); int b __attribute__((mode(QI)));", "a: vector @0, b: signed char @16"],
  ];
  const BEFORE = "typedef struct q { char x; short y[3]; } q_t;\ntypedef q_t alias_t;\nenum { Z = 7 };\n";

  test.each(MEMBERS)("%s", (declaration, members) => {
    expect(membersOf(read(`${BEFORE}struct t { ${declaration} };`), "t")).toBe(members);
  });
});

describe("enums", () => {
  const ENUMS: readonly (readonly [body: string, values: readonly bigint[], bytes: number])[] = [
    ["{ A, B, C }", [0n, 1n, 2n], 4],
    ["{ A = 5, B, C = 1 << 4 | 1, D = C, }", [5n, 6n, 17n, 17n], 4],
    ["{ A = -1, B }", [-1n, 0n], 4],
    ["{ A = 0xffffffff, B }", [0xffffffffn, 0x100000000n], 8],
    ["{ A = ~0U }", [0xffffffffn], 4],
    ["{ A = -1, B = 0x80000000 }", [-1n, 0x80000000n], 8],
    ["{ A, B } __attribute__((packed))", [0n, 1n], 1],
    [": unsigned char { A = 3 }", [3n], 1],
  ];

  test.each(ENUMS)("enum e %s", (body, values, bytes) => {
    const unit = read(`enum e ${body};`);
    const type = unit.tags.get("e");
    expect(type?.kind === "enum" ? type.body?.enumerators.map(({ value }) => value) : undefined).toEqual(values);
    expect(type && sizeOfC(type)).toBe(bytes);
  });
});

test("functions, variables and all that headers hold are stepped over", () => {
  const unit = read(`
extern int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline int f(int a) { if (a) { return (1); } asm volatile("nop" : : "r"(a)); return '}' + "}"[0]; }
int g(a, b) int a; char *b; { return 0; }
extern int x[], *y __asm__("z"); static const struct { int a; } z = { .a = 1 }, w[] = { { 2 } };
__asm__(".globl q"); _Static_assert(1, "yes"); ;
typedef int (*handler_t)(int), numbers_t[4]; typedef handler_t *h2_t;
_Noreturn void h(void); __attribute__((noreturn)) void i(void); [[noreturn]] void j(void);
int (*choose(int))(void); struct forward; union forward2;
struct s { handler_t h; numbers_t n; };
`);
  expect(membersOf(unit, "s")).toBe("h: function * @0, n: int[4] @8");
});

test("the first typedef names a struct that has no tag", () => {
  const unit = read("typedef struct { int a; } first_t, second_t; typedef struct { int b; } *only_pointer_t;");
  const type = unit.typedefs.get("second_t");
  expect(type?.kind === "record" ? type.typedefName : undefined).toBe("first_t");
});

/** As the reference prints them; each is reported once. */
const MISTAKES: readonly (readonly [text: string, ...messages: string[]])[] = [
  ["struct zz { foo_t a; }", "2:13: error: unknown type name 'foo_t'"],
  [
    "struct zz { foo_t a; bar_t *b; }",
    "2:13: error: unknown type name 'foo_t'",
    "2:22: error: unknown type name 'bar_t'",
  ],
  ["struct zz { int a; int a; }", "2:24: error: duplicate member 'a'", "2:17: note: previous declaration is here"],
  [
    "struct zz { int a; struct { int a; }; }",
    "2:20: error: duplicate member 'a'",
    "2:17: note: previous declaration is here",
  ],
  [
    "struct s { int a; };\nstruct s { int b; }",
    "3:8: error: redefinition of 's'",
    "2:8: note: previous definition is here",
  ],
  ["struct zz { int 5; }", "2:17: error: expected member name or ';' after declaration specifiers"],
  ["struct zz { a; }", "2:13: error: type name requires a specifier or qualifier"],
  ["struct zz { int a b; }", "2:18: error: expected ';' at end of declaration list"],
  ["struct zz { int a[-1]; }", "2:19: error: 'a' declared as an array with a negative size"],
  ["struct zz { int a[n]; }", "2:19: error: use of undeclared identifier 'n'"],
  ["struct zz { int a:40; }", "2:17: error: width of bit-field 'a' (40 bits) exceeds the width of its type (32 bits)"],
  ["struct zz { int a:0; }", "2:17: error: named bit-field 'a' has zero width"],
  ["struct zz { int a:-1; }", "2:17: error: bit-field 'a' has negative width (-1)"],
  ["struct zz { float a:1; }", "2:19: error: bit-field 'a' has non-integral type 'float'"],
  [
    "struct zz { struct no a; }",
    "2:23: error: field has incomplete type 'struct no'",
    "2:20: note: forward declaration of 'struct no'",
  ],
  [
    "struct zz { struct zz a; }",
    "2:23: error: field has incomplete type 'struct zz'",
    "2:8: note: definition of 'struct zz' is not complete until the closing '}'",
  ],
  [
    "struct zz { int b; struct no a[2][3]; }",
    "2:34: error: array has incomplete element type 'struct no'",
    "2:27: note: forward declaration of 'struct no'",
  ],
  [
    "struct zz { struct no (*a)[3]; }",
    "2:27: error: array has incomplete element type 'struct no'",
    "2:20: note: forward declaration of 'struct no'",
  ],
  [
    "struct zz { struct zz a[]; }",
    "2:24: error: array has incomplete element type 'struct zz'",
    "2:8: note: definition of 'struct zz' is not complete until the closing '}'",
  ],
  ["struct zz { void a[3]; }", "2:19: error: array has incomplete element type 'void'"],
  ["struct zz { void a; }", "2:18: error: field has incomplete type 'void'"],
  ["struct zz { int f(void); }", "2:17: error: field 'f' declared as a function"],
  ["struct zz { unsigned float a; }", "2:13: error: 'float' cannot be signed or unsigned"],
  [
    "struct zz { char d[]; int a; }",
    "2:18: error: flexible array member 'd' with type 'char[]' is not at the end of struct",
    "2:27: note: next field declaration is here",
  ],
  ["enum zz { A B }", "2:12: error: missing ',' between enumerators"],
  ["enum zz { A = x }", "2:15: error: use of undeclared identifier 'x'"],
  ["enum zz { A, A }", "2:14: error: redefinition of enumerator 'A'", "2:11: note: previous definition is here"],
  ["struct zz { int a[1/0]; }", "2:20: error: division by zero"],
  ["struct zz { int a __attribute__((aligned(3))); }", "2:42: error: requested alignment is not a power of 2"],
  [
    "union zz { int a; };\nstruct zz { int a; }",
    "3:8: error: use of 'zz' with tag type that does not match previous declaration",
    "2:7: note: previous definition is here",
  ],
];

test.each(MISTAKES)("%j is refused", (text, ...messages) => {
  expect(messagesOf(unitOf(`\n${text};\n`))).toEqual(messages.map((message) => `definitions.h:${message}`));
});

test("a semicolon may be missing before a brace", () => {
  expect(membersOf(read("struct s { int a; char b };"), "s")).toBe("a: int @0, b: char @4");
});
