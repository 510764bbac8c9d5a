import { describe, expect, test } from "vitest";
import type { CSettings, CUnit } from "../../../grammar/c/index.js";
import { sizeOfC } from "../../../grammar/c/index.js";
import { messagesOf, unitOf } from "./support.js";

/** Headers as the kernel has them, below `kernel/`; all others are a user's. */
const withHeaders = (text: string, files: Readonly<Record<string, string>>, settings: Partial<CSettings> = {}): CUnit =>
  unitOf(text, {
    headers: {
      readInclude: ({ name }) => {
        const found = files[name];
        return found === undefined ? undefined : { name, text: found, isKernels: name.startsWith("kernel/") };
      },
      isKnownWithout: () => false,
      hasKernelTypes: () => true,
    },
    ...settings,
  });

const KERNEL = "#include <kernel/x.h>\n";

describe("what cannot be read of the kernel's headers does not stop a script", () => {
  const ROWS: Readonly<Record<string, string>> = {
    "an unknown type": "struct broken { nosuch_t a; };",
    "words that no one knows": "int f(int a) __some_annotation(a) __other;",
    "a body behind them": "static inline int f(int a) __some_annotation(a) { return 1; }",
    "a header that is nowhere": "#include <generated/nowhere.h>",
    "an #error": "#error no",
    "a redefinition": "enum same { A1 }; enum same { A1 };",
    "a statement expression": "static int n[({ int x = 1; x; })];",
    "inline assembly": 'asm(".globl x"); static inline void g(void) { asm volatile("nop" ::: "memory"); }',
    _Generic: 'static inline int h(int x) { return _Generic(x, int: 1, default: 2); } _Static_assert(1, "");',
    "text that is none": "@@ ` \\ ;",
  };
  test.each(Object.entries(ROWS))("%s", (_what, line) => {
    const unit = withHeaders(`${KERNEL}struct own { int a; };\n`, {
      "kernel/x.h": `#define BEFORE 1\n${line}\n#define AFTER 2\nenum { BEHIND = 3 };\n`,
    });
    expect(messagesOf(unit)).toEqual([]);
    expect([unit.constantOf("BEFORE"), unit.constantOf("AFTER")]).toEqual([1n, 2n]);
    expect(unit.enumerators.get("BEHIND")?.constant.value).toBe(3n);
    expect(sizeOfC(unit.tags.get("own")!)).toBe(4);
  });

  test("in other headers it does", () => {
    const unit = withHeaders("#include <user/x.h>\n", { "user/x.h": "struct broken { nosuch_t a; };\n" });
    expect(messagesOf(unit)).toEqual(["user/x.h:1:17: error: unknown type name 'nosuch_t'"]);
  });

  test("what the kernel's headers have used wrongly is a mistake of the script's in the script", () => {
    const unit = withHeaders(`${KERNEL}int a[PAIR(1)];\n`, { "kernel/x.h": "#define PAIR(a, b) a\n" });
    expect(messagesOf(unit)).toEqual([
      "definitions.h:2:7: error: too few arguments provided to function-like macro invocation",
    ]);
  });
});

describe("the script's own definitions come before those of the kernel's headers", () => {
  const files = { "kernel/x.h": "struct s { long a; long b; };\nenum e { ONE = 1, TWO };\n" };
  const own = "struct s { char c; };\nenum e { ONE = 7 };\n";
  test.each([
    { order: "behind them", text: KERNEL + own },
    { order: "before them", text: own + KERNEL },
  ])("$order", ({ text }) => {
    const unit = withHeaders(text, files);
    expect(messagesOf(unit)).toEqual([]);
    expect(sizeOfC(unit.tags.get("s")!)).toBe(1);
    expect(unit.enumerators.get("ONE")?.constant.value).toBe(7n);
    expect(unit.enumerators.get("TWO")?.constant.value).toBe(2n);
  });
});

test("the running kernel's types are believed more than its headers, outside of them", () => {
  const environment: CSettings["environment"] = {
    typeNamed: (name) =>
      name === "task" ? { kind: "external", name, sizeBytes: 100, alignBytes: 4, handle: {} } : undefined,
    enumerator: () => undefined,
    member: (_type, name) =>
      name === "pid"
        ? { type: { kind: "integer", name: "int", bytes: 4, isSigned: true }, offsetBits: 320 }
        : undefined,
  };
  const header = "struct task { int pid; };\nenum { IN_HEADER = sizeof(struct task) };\n";
  const own =
    "struct own { struct task t; int after; };\nenum { SIZE = sizeof(struct task), AT = __builtin_offsetof(struct task, pid) };\n";
  const unit = withHeaders(KERNEL + own, { "kernel/x.h": header }, { environment });
  expect(messagesOf(unit)).toEqual([]);
  const values = ["IN_HEADER", "SIZE", "AT"].map((name) => unit.enumerators.get(name)?.constant.value);
  expect(values).toEqual([4n, 100n, 40n]);
  expect(sizeOfC(unit.tags.get("own")!)).toBe(104);
});

test("what is read first defines what all the rest sees", () => {
  const prelude = { name: "<kernel>", text: "#define __KERNEL__ 1\n", isKernels: true };
  const unit = unitOf("#ifdef __KERNEL__\nenum { INSIDE = 1 };\n#endif\n", { prelude });
  expect(unit.enumerators.has("INSIDE")).toBe(true);
});

describe("the value of a macro", () => {
  const CONSTANTS: Readonly<Record<string, bigint | undefined>> = {
    "5UL": 5n,
    "(1UL << 12)": 4096n,
    "-EVIL": -3n,
    "(int)sizeof(struct pair)": 8n,
    "(~(PAGE-1))": -4096n,
    "0xffffffffU": 4294967295n,
    SECOND: 4n,
    "'a'": 97n,
    "__builtin_clz(1)": 31n,
    "__builtin_clzl(1) + __builtin_clzll(256)": 118n,
    "__builtin_ctz(8) * 10 + __builtin_ctzll(1ULL << 40)": 70n,
    "__builtin_clz(0)": undefined,
    '"text"': undefined,
    "f(1)": undefined,
    "1 2": undefined,
    "do { } while (0)": undefined,
  };
  const AROUND =
    "#define EVIL 3\n#define PAGE 4096\nstruct pair { int a, b; };\nenum { FIRST = 3, SECOND };\nint f(int);\n";
  test.each(Object.entries(CONSTANTS))("%s", (text, value) => {
    const unit = unitOf(`${AROUND}#define M ${text}\n#define OTHER 7\n`);
    expect(unit.constantOf("M")).toBe(value);
    // What went wrong with one says nothing of the next.
    expect(unit.constantOf("OTHER")).toBe(7n);
    expect(messagesOf(unit)).toEqual([]);
  });

  test("macros with parameters and unknown names have none", () => {
    const unit = unitOf("#define F(x) 1\n");
    expect([unit.constantOf("F"), unit.constantOf("NO")]).toEqual([undefined, undefined]);
  });
});

test.each([
  { body: "pre##__VA_ARGS__##post", value: 1n },
  { body: "pre##post##__VA_ARGS__", value: 1n },
])("an argument without tokens is nothing between two ##: $body", ({ body }) => {
  const unit = unitOf(`#define CALL(...) ${body}\nenum { prepost = 1, USED = CALL() };\n`);
  expect(messagesOf(unit)).toEqual([]);
  expect(unit.enumerators.get("USED")?.constant.value).toBe(1n);
});

test("headers of which only a part is known are named, and those that are nowhere", () => {
  const unit = unitOf("#include <part.h>\n#include <whole.h>\n#include <linux/nowhere.h>\n", {
    headers: {
      readInclude: ({ name }) =>
        name.startsWith("linux/") ? undefined : { name, text: "", isPartial: name === "part.h" },
      isKnownWithout: () => true,
      hasKernelTypes: () => true,
    },
  });
  expect([...unit.incomplete]).toEqual(["part.h", "linux/nowhere.h"]);
});
