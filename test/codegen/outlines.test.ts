import { expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { savedFacts } from "../fixtures/facts.js";

const FACTS = savedFacts();

function programsOf(
  script: string,
): readonly { readonly instructions: number; readonly functions: readonly string[] }[] {
  const { object, ir, diagnostics } = compile({ name: "stdin", text: script }, FACTS, FULL_LANGUAGE);
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return object.programs.map(({ code }, i) => ({
    instructions: code.length / 8,
    functions: ir[i]?.functions.slice(1).map(({ name }) => name) ?? [],
  }));
}

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

test("what hardly ever happens in many places is a function for all of them", () => {
  const [program] = programsOf(
    `begin { ${times(20, (i) => `printf("%d\\n", ${i}); @[comm, comm, ${i}] = count(); @b[${i}]++;`)} }`,
  );
  expect(program?.functions.toSorted()).toEqual([
    "add_to_1",
    "count_loss",
    "make_entry_0",
    "observe_count_0 frame",
    "send_16 8:1",
  ]);
  const [one] = programsOf(`begin { printf("%d\\n", 1); @[comm, comm, 1] = count(); @b[1]++; }`);
  expect(program?.instructions).toBeLessThan(10 * (one?.instructions ?? 0));
});

test("what happens in few places stands there", () => {
  const [program] = programsOf(`begin { printf("%d\\n", 1); @[comm, comm, 1] = count(); @b[1]++; }`);
  expect(program?.functions).toEqual([]);
});

test("the search for keys that are not where they belong is a function of its map, even for one place", () => {
  const [program] = programsOf(`begin { @[1] = count(); @[2] = count(); @other[3] = sum(1); }`);
  expect(program?.functions.toSorted()).toEqual(["slot_of_0", "slot_of_1"]);
});

test("many histograms share the search for the bucket; one does not call a function", () => {
  const [many] = programsOf(`begin { ${times(5, (i) => `@[${i}] = hist(nsecs); @b[${i}] = hist(nsecs, 2);`)} }`);
  expect(many?.functions.filter((name) => name.startsWith("hist"))).toEqual(["hist_bucket_0", "hist_bucket_2"]);
  const [one] = programsOf("begin { @ = hist(nsecs); }");
  expect(one?.functions).toEqual([]);
});

test("events with the same fields are sent by one function for all programs; in a long program by one of its own", () => {
  const send = (i: number): string => `printf("${i} %d %s\\n", pid, comm);`;
  const functions = programsOf(
    `begin { ${times(8, send)} } end { ${times(8, send)} } interval:s:1 { ${times(120, send)} }`,
  );
  const names = functions.map(({ functions }) => functions.find((name) => name.startsWith("send")));
  expect(names).toEqual(["send_32 8:4 16:16 comm", "send_32 8:4 16:16 comm", "send_interval_s_1_3 32 8:4 16:16 comm"]);
  expect(functions[2]?.instructions).toBeLessThan(120 * 8);
});

test("each program has the functions that it needs, and no others", () => {
  const script = `begin { ${times(5, (i) => `@[comm, comm, ${i}] = count();`)} } end { printf("x"); } interval:s:1 { print(@); }`;
  expect(programsOf(script).map(({ functions }) => functions)).toEqual([
    ["make_entry_0", "observe_count_0 frame"],
    ["count_loss"],
    ["late_queued"],
  ]);
});
