import { describe, expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { compile, type Compilation, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { typeName } from "../../../codegen/types/type.js";
import { type Expr, visit } from "../../../grammar/index.js";
import { savedFacts } from "../../fixtures/facts.js";
import { listed } from "../analysis/analyse-script.js";

const FACTS = savedFacts();

const HEADERS: Readonly<Record<string, string>> = {
  "types.h":
    "typedef struct { int a; enum { QQ1, QQ2 } e; } foo_t;\ntypedef struct named { int a; } named_t;\ntypedef enum { EE1, EE2 } ee_t;\ntypedef unsigned char octet_t;\n",
};

function compiled(definitions: string, body: string, probe = "begin"): Compilation {
  const text = `${definitions}\n${probe} { ${body} }`;
  const read = ({ name }: { readonly name: string }) => {
    const header = HEADERS[name];
    return header === undefined ? undefined : { name, text: header };
  };
  return compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE, {
    ...DEFAULT_OPTIONS,
    headers: { ...DEFAULT_OPTIONS.headers, read },
  });
}

/** The types of what `print()` gets. */
function typesOf(definitions: string, body: string): readonly string[] {
  const { typed, diagnostics, cFailure } = compiled(definitions, body);
  expect([cFailure, ...diagnostics.filter((d) => d.severity === "error").map(listed)]).toEqual([""]);
  const exprs: Expr[] = [];
  for (const { body: block } of typed?.probes ?? []) {
    visit(block, (node) => {
      if (node.kind === "call" && node.name === "print") exprs.push(...node.args.slice(0, 1));
    });
  }
  return exprs.map((expr) => (typed === undefined ? "" : typeName(typed.typeOf(expr))));
}

describe("members have the types of language.md 4.4", () => {
  const MEMBERS: readonly (readonly [declaration: string, type: string])[] = [
    ["int m", "int32"],
    ["unsigned short m", "uint16"],
    ["long m", "int64"],
    ["char m", "int8"],
    ["_Bool m", "uint8"],
    ["bool m", "uint8"],
    ["int m : 3", "int32"],
    ["unsigned long m : 40", "uint64"],
    ["char m[4]", "string[5]"],
    ["unsigned char m[4]", "uint8[4]"],
    ["signed char m[4]", "int8[4]"],
    ["octet_t m[6]", "uint8[6]"],
    ["u8 m[6]", "uint8[6]"],
    ["int m[2][3]", "int32[3][2]"],
    ["char m[2][3]", "string[4][2]"],
    ["int m[]", "int32[0]"],
    ["char m[0]", "int8[0]"],
    ["char *m", "int8 *"],
    ["void *m", "void *"],
    ["int **m", "int32 * *"],
    ["int (*m)(void)", "void *"],
    ["int (*m)[3]", "int32[3] *"],
    ["enum e m", "enum e"],
    ["enum pid_type m", "enum pid_type"],
    ["struct list_head m", "struct list_head"],
    ["struct task_struct *m", "struct task_struct *"],
    ["struct no_such *m", "struct no_such *"],
    ["union { int a; } m", "union s::(unnamed at definitions.h:4:12)"],
    ["struct { int a; } *m", "struct s::(unnamed at definitions.h:4:12) *"],
    ["foo_t m", "foo_t"],
    ["foo_t *m", "foo_t *"],
    ["named_t m", "struct named"],
    ["ee_t m", "enum ee_t"],
    ["pid_t m", "int32"],
  ];
  const BEFORE = "#include <types.h>\nenum e { A, B = 5 }";

  test.each(MEMBERS)("%s", (declaration, type) => {
    expect(
      typesOf(`${BEFORE}\nstruct s { ${declaration}; }`, "$s = (struct s *)0; print(&$s == 0); print($s->m);"),
    ).toEqual(["bool", type]);
  });
});

test("types are found by their names, with and without a tag", () => {
  const definitions = "#include <types.h>\nstruct s { int a; long b; }\nenum e { A, B }";
  const body =
    "print((struct s *)0); print((s *)0); print((foo_t *)0); print((octet_t)1); print((enum e)1); print(B); print((u32)1); print((ee_t)1);";
  expect(typesOf(definitions, body)).toEqual([
    "struct s *",
    "struct s *",
    "foo_t *",
    "uint8",
    "enum e",
    "enum e",
    "uint32",
    "enum ee_t",
  ]);
});

test("sizes and offsets are constants", () => {
  const { typed } = compiled(
    "struct s { char a; struct { long b; } c; char d[3]; }\nenum e { A }",
    "print(sizeof(struct s)); print(sizeof(s)); print(offsetof(struct s, c.b)); print(sizeof(enum e)); print(sizeof(A)); print(sizeof((*(struct s *)0).d));",
  );
  const values: unknown[] = [];
  for (const { body } of typed?.probes ?? [])
    visit(body, (node) => void (node.kind === "integer" && values.push(node.value)));
  expect(values.map(Number)).toEqual([24, 24, 8, 8, 8, 4]);
});

const WRONG: readonly (readonly [definitions: string, body: string, message: string])[] = [
  [
    "struct s { int a; }",
    "print(((struct s *)0)->b);",
    "Struct/union of type 'struct s' does not contain a field named 'b'",
  ],
  [
    "struct s { struct no *a; }",
    "print(((struct s *)0)->a->b);",
    "Struct/union of type 'struct no' does not contain a field named 'b'",
  ],
  ["struct s { int a; }", "print(offsetof(struct s, zz));", "'struct s' has no field named 'zz'"],
  ["enum e { A, B }", "print((enum e)5);", "Enum: e doesn't contain a variant value of 5"],
  ["enum e { A, B }", "print((enum f)5);", "Unknown enum: f"],
  ["struct s { int a; }", "print((struct s)5);", 'Cannot cast from "int8" to "struct s"'],
  ["#define F(x) x", "print(F);", "Unknown identifier: 'F'"],
  ["#define F(x) x", "print(F(1));", "Unknown function: 'F'"],
  ["#define A", "print(A);", "Unknown identifier: 'A'"],
  ["#define A A+1", "print(A);", "Macro recursion: A"],
  [
    "#define R retval",
    "print(R);",
    "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes",
  ],
];

test.each(WRONG)("%s: %s", (definitions, body, message) => {
  const [first] = compiled(definitions, body).diagnostics;
  expect(first?.message).toBe(message);
});

describe("failures of the C front end", () => {
  test("are told after the existence of probes, before names", () => {
    const { cFailure, diagnostics } = compiled("#include <nosuch.h>", "print($undefined);");
    expect(cFailure).toBe("definitions.h:2:10: fatal error: 'nosuch.h' file not found\nClang parse error\n");
    expect(diagnostics).toEqual([]);
    expect(compiled("#include <nosuch.h>", "", "kprobe:no_such_function").cFailure).toBe("");
  });

  test("are not there when the kernel has what a header would declare", () => {
    expect(compiled("#include <net/sock.h>\n#include <linux/nosuch.h>", "").cFailure).toBe("");
    expect(compiled("#include <nosuch/sock.h>", "").cFailure).not.toBe("");
  });
});

test("macros reach the context of the probe", () => {
  const { diagnostics, cFailure } = compiled(
    "#define NAME str(FILE)\n#define FILE args.filename",
    "print(NAME);",
    "tracepoint:syscalls:sys_enter_openat",
  );
  expect([cFailure, ...diagnostics.map(listed)]).toEqual([""]);
});

test("an enumerator that is a macro, too, is the enumerator", () => {
  expect(typesOf("enum p { TCP = 6 }\n#define TCP TCP\n#define OTHER TCP", "print(TCP); print(OTHER);")).toEqual([
    "enum p",
    "enum p",
  ]);
});

test("a macro uses the variables of the script", () => {
  expect(typesOf("#define X $x + 1", "$x = (uint8)1; print(X);")).toEqual(["uint64"]);
});
