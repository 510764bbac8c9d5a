import { describe, expect, test } from "vitest";
import { compile } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { mostBytesSent } from "../../../src/runtime/most-sent.js";
import { savedFacts } from "../../fixtures/facts.js";

const CPUS = 4;
const FACTS = savedFacts();

function most(text: string): number {
  const { object } = compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE);
  if (object === undefined) throw new Error(`there are mistakes in ${text}`);
  return mostBytesSent(object, CPUS);
}

/** With the header of its record: the number of its schema, and one field of 8 bytes. */
const NUMBER_BYTES = 8 + 8 + 8;
const HOUR_S = 3600;

describe("what is known", () => {
  test("nothing is sent", () => expect(most("tracepoint:syscalls:sys_enter_openat { @ = count(); }")).toBe(0));
  test("only the first warning of a place, by each CPU", () => {
    const warned = "tracepoint:syscalls:sys_enter_openat { @[pid] = 1; }";
    expect(most(warned)).toBe(CPUS * NUMBER_BYTES);
    expect(most(`${warned} interval:s:1 { printf("%d\\n", pid); }`)).toBe((CPUS + HOUR_S) * NUMBER_BYTES);
  });
  test("one event, once", () => expect(most('begin { printf("%d\\n", pid); }')).toBe(NUMBER_BYTES));
  test("one event in each of two", () => {
    expect(most('begin { printf("%d\\n", pid); } end { printf("%d\\n", tid); }')).toBe(2 * NUMBER_BYTES);
  });
  test("copies of an event are as many events", () => {
    expect(most('begin { unroll(5) { printf("%d\\n", pid); } }')).toBe(5 * NUMBER_BYTES);
  });
  test("what sends for many is counted for each of them", () => {
    const prints = Array.from({ length: 200 }, (_, i) => `printf("${i} %d\\n", pid);`).join(" ");
    expect(most(`begin { ${prints} }`)).toBe(200 * NUMBER_BYTES);
  });
  test("strings have all the bytes that there is room for", () => {
    const bytes = most('begin { printf("%s\\n", str((uint8 *)nsecs)); }');
    expect(bytes).toBeGreaterThan(1024);
    expect(bytes).toBeLessThan(1200);
  });
  test("an interval fires so many times in an hour", () => {
    expect(most('interval:s:1 { printf("%d\\n", pid); }')).toBe(HOUR_S * NUMBER_BYTES);
    expect(most('interval:ms:500, interval:s:2 { printf("%d\\n", pid); }')).toBe(2.5 * HOUR_S * NUMBER_BYTES);
  });
});

describe("what is not known", () => {
  test.each([
    ['tracepoint:syscalls:sys_enter_openat { printf("%d\\n", pid); }'],
    ['begin { printf("%d\\n", pid); } tracepoint:syscalls:sys_enter_openat { printf("%d\\n", pid); }'],
    ['begin { printf("%d\\n", pid); } tracepoint:syscalls:sys_enter_openat { exit(); }'],
    ['profile:hz:99 { printf("%d\\n", pid); }'],
    ['interval:hz:99 { printf("%d\\n", pid); }'],
    ['self:signal:SIGUSR1 { printf("%d\\n", pid); }'],
    ['begin { for ($i : 0..100000) { printf("%d\\n", $i); } }'],
    ['begin { $i = 0; while ($i < 100000) { printf("%d\\n", $i); $i++; } }'],
    ['begin { @[1] = 2; for ($kv : @) { printf("%d\\n", $kv.1); } }'],
  ])("%s", (text) => expect(most(text)).toBe(Infinity));
});
