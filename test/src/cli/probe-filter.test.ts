import { expect, test } from "vitest";
import type { Attachment } from "../../../codegen/object.js";
import { compileFilter, filterProbes } from "../../../src/cli/probe-filter.js";
import { object, program } from "../runtime/objects.js";

const attachment = (provider: string, name: string, program: number) =>
  ({
    provider,
    name,
    program,
    point: {},
    load: 0,
    cookie: undefined,
    pattern: undefined,
    trouble: undefined,
  }) as Attachment;
const SCRIPT = object({
  programs: [
    program({ name: "begin_1", schedule: { runs: "before" } }),
    ...["a_2", "b_3"].map((name) => program({ name })),
  ],
  attachments: [
    attachment("begin", "begin", 0),
    attachment("interval", "interval:s:1", 1),
    attachment("tracepoint", "tracepoint:a:b", 2),
    attachment("tracepoint", "tracepoint:a:c", 2),
  ],
});

test("programs that nothing is left of are not loaded", () => {
  const filtered = filterProbes(SCRIPT, compileFilter("a:c$"));
  expect(filtered?.programs.map((p) => p.name)).toEqual(["begin_1", "b_3"]);
  expect(filtered?.attachments.map((a) => [a.name, a.program])).toEqual([
    ["begin", 0],
    ["tracepoint:a:c", 1],
  ]);
});

test("nothing may be left", () => {
  const one = object({ programs: [program()], attachments: [attachment("interval", "interval:s:1", 0)] });
  expect(filterProbes(one, compileFilter("x"))).toBeUndefined();
});

test("a bad expression ends the run", () => {
  expect(() => compileFilter("[")).toThrow("Invalid --probe-filter regex '[': ");
});
