/** A program that has the package in all ways there are. */
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { compile, hostFacts, loadCompiled, trace, TsbtError, version } from "tsbt";
import { eventsOf } from "tsbt/vitest";

const required = createRequire(import.meta.url)("tsbt");
assert.equal(required.trace, trace);
assert.equal(required.TsbtError, TsbtError);
assert.equal(createRequire(import.meta.url)("tsbt/vitest").eventsOf, eventsOf);
assert.match(version, /^\d+\.\d+\.\d+/);

const compiled = loadCompiled(compile('begin { printf("%s %d", "hello", 1); exit(); }', { facts: hostFacts() }).save());
assert.deepEqual(compiled.probes, ["begin"]);
assert.throws(() => compile("begin {", { facts: hostFacts() }), { name: "TsbtError", code: "script" });

try {
  const [event] = await eventsOf(compiled, () => {});
  assert.deepEqual([event.args, event.text], [["hello", 1], "hello 1"]);
} catch (error) {
  if (!(error instanceof TsbtError) || error.code !== "privileges") throw error;
  if (process.env.CI === "true" || process.env.CI === "1") throw error;
  console.log(`(nothing was traced: ${error.message})`);
}
