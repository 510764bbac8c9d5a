import { describe, expect, test } from "vitest";
import { Btf, BtfBuilder } from "../../../codegen/btf/index.js";
import { compile } from "../../../codegen/compile.js";
import type { Feature, KernelFacts } from "../../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { savedFacts } from "../../fixtures/facts.js";

/** All that a kernel must know of for a session, with as many parameters as it has in some kernels and in others. */
function btfWith(paramCount: 0 | 1): Btf {
  const btf = new BtfBuilder();
  const params = paramCount === 0 ? [] : [{ name: "ctx", type: btf.ptr(0) }];
  btf.func("bpf_session_is_return", btf.funcProto(btf.int("bool", 1, { isSigned: false }), params));
  return Btf.parse(btf.encode());
}

const facts = ({ without = [], params = 0 }: { without?: readonly Feature[]; params?: 0 | 1 } = {}): KernelFacts => {
  const btf = btfWith(params);
  return Object.defineProperties(Object.create(savedFacts()) as KernelFacts, {
    btf: { value: btf },
    supports: { value: (feature: Feature) => !without.includes(feature) },
    loadedModules: { value: () => ["vmlinux"] },
    traceableFunctions: { value: () => ["f1", "f2", "g"].map((name) => ({ name, module: "vmlinux" })) },
  });
};

function programsOf(text: string, known = facts()): readonly string[] {
  const { object, diagnostics } = compile({ name: "stdin", text }, known, FULL_LANGUAGE);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return (object?.programs ?? []).map(({ loads }, i) => {
    const names = object?.attachments.filter(({ program }) => program === i).map(({ name }) => name) ?? [];
    return `${loads.map(({ way }) => way).join()}: ${names.join(" ")}`;
  });
}

const PAIR = "kprobe:f1 { @start[tid] = nsecs; } kretprobe:f1 { @[retval] = hist(nsecs - @start[tid]); }";

describe("a kprobe and a kretprobe", () => {
  test("of the same function are one program with one attachment", () => {
    expect(programsOf(PAIR)).toEqual(["kprobe.session: kprobe:f1"]);
    expect(programsOf("kretprobe:f1 { @ = retval; } kprobe:f1 { @ = arg0; }")).toEqual(["kprobe.session: kprobe:f1"]);
  });

  test("of the same pattern are, too", () => {
    expect(programsOf("kprobe:f* { @[probe] = 1; } kretprobe:f* { @[probe] = 2; }")).toEqual([
      "kprobe.session: kprobe:f1 kprobe:f2",
    ]);
  });

  test("share no program where the kernel does not have that", () => {
    const apart = ["perf events: kprobe:f1", "perf events: kretprobe:f1"];
    expect(programsOf(PAIR, facts({ without: ["kprobe-session"] }))).toEqual(apart);
    expect(programsOf(PAIR, facts({ without: ["kprobe-multi"] }))).toEqual(apart);
  });

  test.each([
    ["different functions", "kprobe:f1 { } kretprobe:f2 { }", 2],
    ["more than one return", `${PAIR} kretprobe:f1 { }`, 3],
    ["more than one entry", `${PAIR} kprobe:f1 { }`, 3],
    ["an offset", "kprobe:f1+4 { } kretprobe:f1 { }", 2],
    ["another attach point", "kprobe:f1, kprobe:g { } kretprobe:f1 { }", 2],
    ["two entries", "kprobe:f1 { } kprobe:f1 { }", 2],
  ])("with %s stay apart", (_, text, count) => {
    expect(programsOf(text)).toHaveLength(count);
    expect(programsOf(text).join()).not.toContain("session");
  });
});

test.each([0, 1] as const)("the kernel is asked, with %i arguments, where the program runs", (params) => {
  const { object, ir } = compile({ name: "stdin", text: PAIR }, facts({ params }), FULL_LANGUAGE);
  expect(object?.programs[0]?.relocations.map((r) => (r.kind === "kfunc" ? r.name : r.kind))).toContain(
    "bpf_session_is_return",
  );
  const functions = ir[0]?.functions.map(({ name, role }) => `${role} ${name}`);
  expect(functions?.slice(0, 3)).toEqual([
    "program kprobe_f1_1",
    "subprogram kprobe_f1_1_entry",
    "subprogram kprobe_f1_1_return",
  ]);
  const asked = ir[0]?.functions[0]?.blocks[0]?.instructions.find(({ op }) => op === "call-kfunc");
  expect(asked).toMatchObject({ args: { length: params } });
});
