import { expect, test } from "vitest";
import { Btf } from "../../../codegen/btf/index.js";
import type { KernelFacts } from "../../../codegen/facts.js";
import { savedFacts } from "../../fixtures/facts.js";
import { buildSample } from "../btf/sample.js";
import { analyseScript, listed } from "./analyse-script.js";

const FACTS: KernelFacts = savedFacts();

/** The saved kernel, but for some answers. */
const factsWith = (answers: Partial<KernelFacts>): KernelFacts =>
  new Proxy(FACTS, {
    get: (facts, name) => {
      if (name in answers) return answers[name as keyof KernelFacts];
      const own: unknown = Reflect.get(facts, name, facts);
      return typeof own === "function" ? (own as (...args: unknown[]) => unknown).bind(facts) : own;
    },
  });

const said = (script: string, facts: KernelFacts): readonly string[] =>
  analyseScript(script, { facts }).diagnostics.map(listed);

test("another processor says nothing of its mode", () => {
  expect(said("begin { print(usermode); }", factsWith({ arch: "aarch64" }))).toEqual([
    "1:15-23 'usermode' builtin is only supported on x86_64",
  ]);
});

test("stacks are unwound by tables where registers and rules are known, and loops there", () => {
  const message = "dw_ustack is not available in this build (requires x86_64 and Linux 5.17)";
  const config = "config = { unstable_dw_ustack = enable }";
  const facts = factsWith({ supports: (feature) => feature !== "loop" && FACTS.supports(feature) });
  expect(said(`${config} begin { print(dw_ustack(3)); }`, facts)).toEqual([`1:56-68 ${message}`]);
  expect(said(`${config} begin { print(dw_ustack); }`, factsWith({ arch: "aarch64" }))).toEqual([`1:56-65 ${message}`]);
});

test("an old kernel has no international atomic time", () => {
  const facts = factsWith({ supports: (feature) => feature !== "ktime-tai" && FACTS.supports(feature) });
  expect(said("begin { print(nsecs(tai)); }", facts)).toEqual([
    "1:15-25 Kernel does not support tai timestamp, please try sw_tai",
  ]);
});

test("memory of one processor cannot be read through a pointer", () => {
  const facts = factsWith({ btf: Btf.parse(buildSample().bytes) });
  expect(said("begin { $t = (struct task *)0; print($t.counters); }", facts)).toEqual([
    "1:38-49 Attempting to access pointer field 'counters' with unsupported tag attribute: percpu",
  ]);
});
