import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type CType, type CUnit, alignOfC, plain, sizeOfC } from "../../../grammar/c/index.js";
import { randomFrom } from "../../random.js";
import { compileC, kernelTest } from "../../support/index.js";
import { randomDefinitions, type RandomDefinitions } from "./random-structs.js";
import { messagesOf, unitOf } from "./support.js";

const SEED = Number(process.env["TEST_SEED"] ?? 20260);
const COUNT = 400;

kernelTest(
  `sizes, alignments and offsets of ${COUNT} random structs are gcc's (seed ${SEED})`,
  { package: ["gcc", "libc6-dev"], root: false, matrix: false, timeoutMs: 60_000 },
  () => {
    const definitions = randomDefinitions(randomFrom(SEED), COUNT);
    const unit = unitOf(definitions.text);
    expect(messagesOf(unit)).toEqual([]);
    const ours = ourLayout(unit, definitions);
    const theirs = gccLayout(definitions);
    expect(theirs.length).toBeGreaterThan(COUNT * 4);
    expect(firstDifference(ours, theirs, definitions)).toBe("");
  },
);

/** With the definition that it is about. */
function firstDifference(ours: readonly string[], theirs: readonly string[], { text }: RandomDefinitions): string {
  const i = theirs.findIndex((line, at) => line !== ours[at]);
  if (i < 0) return "";
  const name = /^(?:struct|union) (s\d+)/.exec(theirs[i] ?? "")?.[1] ?? "";
  const [definition] =
    new RegExp(`(?:struct|union) (?:__attribute__\\(\\(packed\\)\\) )?${name} \\{[^]*?^\\}.*$`, "m").exec(text) ?? [];
  return `gcc: ${theirs[i]}\nwe:  ${ours[i]}\n${definition}`;
}

// ---------------------------------------------------------------- ours

function ourLayout(unit: CUnit, { structs }: RandomDefinitions): readonly string[] {
  return structs.flatMap(({ type, members }) => {
    const record = unit.tags.get(type.split(" ")[1] ?? "");
    if (record === undefined) return [`${type} is missing`];
    return [
      `${type} ${sizeOfC(record)} ${alignOfC(record)}`,
      ...members.map(({ path, isBitField }) => `${type} ${path} ${placeOf(record, path, isBitField)}`),
    ];
  });
}

function placeOf(record: CType, path: string, isBitField: boolean): string {
  let type = record;
  let bits = 0;
  let bitSize: number | undefined;
  for (const name of path.split(".")) {
    const found = findMember(type, name);
    if (found === undefined) return "is missing";
    bits += found.offsetBits;
    bitSize = found.bitSize;
    type = found.type;
  }
  return isBitField ? `${bits} ${bitSize} bits` : `${bits / 8} ${sizeOfC(type)}`;
}

interface Found {
  readonly type: CType;
  readonly offsetBits: number;
  readonly bitSize: number | undefined;
}

function findMember(container: CType, name: string): Found | undefined {
  const record = plain(container);
  if (record.kind !== "record") return undefined;
  for (const member of record.body?.members ?? []) {
    if (member.name === name) return member;
    const inner = member.name === undefined ? findMember(member.type, name) : undefined;
    if (inner !== undefined) return { ...inner, offsetBits: inner.offsetBits + member.offsetBits };
  }
  return undefined;
}

// ---------------------------------------------------------------- gcc's

/** A bit-field is found by setting all its bits. */
const MACROS = `
#include <stddef.h>
#include <stdio.h>
#include <string.h>
static void bits(const char *type, const char *path, const unsigned char *bytes, size_t size) {
  size_t first = 0, count = 0;
  for (size_t i = 0; i < size * 8; i++)
    if (bytes[i / 8] >> (i % 8) & 1) { if (count++ == 0) first = i; }
  printf("%s %s %zu %zu bits\\n", type, path, first, count);
}
#define TYPE(type) printf("%s %zu %zu\\n", #type, sizeof(type), _Alignof(type))
#define MEMBER(type, path) printf("%s %s %zu %zu\\n", #type, #path, offsetof(type, path), sizeof(((type *)0)->path))
#define BITS(type, path) do { type x; memset(&x, 0, sizeof x); x.path = -1; bits(#type, #path, (void *)&x, sizeof x); } while (0)
`;

function gccLayout({ text, structs }: RandomDefinitions): readonly string[] {
  const lines = structs.flatMap(({ type, members }) => [
    `TYPE(${type});`,
    ...members.map(({ path, isBitField }) => `${isBitField ? "BITS" : "MEMBER"}(${type}, ${path});`),
  ]);
  // One function for each struct keeps the frames small.
  const source = `${MACROS}${text}\nint main(void) {\n${lines.join("\n")}\nreturn 0;\n}\n`;
  const program = compileC(source, { name: "layouts", flags: ["-w", "-O0"] });
  return execFileSync(program, { encoding: "utf8", maxBuffer: 2 ** 26 })
    .trimEnd()
    .split("\n");
}

test("a struct by value is laid out before the one that holds it", () => {
  const unit = unitOf("struct a { struct b { char c; long l; } b; char d; };");
  expect(messagesOf(unit)).toEqual([]);
  expect([...unit.tags.keys()].sort()).toEqual(["a", "b"]);
});
