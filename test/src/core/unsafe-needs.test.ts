import { expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { BpfObject, BpfProgram } from "../../../codegen/object.js";
import { unsafeNeeds } from "../../../src/core/index.js";
import { savedFacts } from "../../fixtures/facts.js";

const facts = Object.assign(savedFacts(), { allowsKfunc: () => true });
const kfunc = (name: string): number | undefined => facts.btf?.find("func", name);

function objectOf(body: string): BpfObject {
  const options = { ...DEFAULT_OPTIONS, isUnsafe: true };
  return compile({ name: "needs.bt", text: body }, facts, FULL_LANGUAGE, options).object!;
}

const needs = (object: BpfObject): readonly string[] => unsafeNeeds(object, kfunc);

test.each([
  ['begin { system("true"); }', ["system()"]],
  ["kprobe:vfs_read { signal(1); }", ["signal()"]],
  ["kprobe:vfs_read { override(1); }", ["override()"]],
  ['fentry:vfs_read { print(nsecs); print(strstr("abc", "b")); print(comm(1)); }', []],
])("%s needs %j", (text, wanted) => {
  expect(needs(objectOf(text))).toEqual(wanted);
});

test("scripts do call functions of the kernel", () => {
  const { programs } = objectOf('fentry:vfs_read { print(strstr("abc", "b")); print(comm(1)); }');
  expect(programs.flatMap(({ relocations }) => relocations.map(({ kind }) => kind))).toContain("kfunc");
});

// ---------------------------------------------------------------- functions of the kernel

/** One call, and an end. */
const calling = (callee: number, number: number): Uint8Array => {
  const code = Uint8Array.of(0x85, callee << 4, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
  new DataView(code.buffer).setInt32(4, number, true);
  return code;
};

const [plain] = objectOf("begin { exit(); }").programs;
const made = (parts: Partial<BpfProgram>): readonly string[] =>
  needs({ events: [], programs: [{ ...plain!, ...parts }] } as unknown as BpfObject);

const named = (name: string, btfId: number): Partial<BpfProgram> => ({
  relocations: [{ kind: "kfunc", instruction: 0, name, btfId }],
});

test("functions of the kernel are called by their own names, and only those that scripts call", () => {
  const known = kfunc("bpf_task_from_pid")!;
  expect(made({ code: calling(2, known), ...named("bpf_task_from_pid", known) })).toEqual([]);
  expect(made({ code: calling(2, known), ...named("bpf_task_from_pid", known + 1) })).toEqual(["bpf_task_from_pid()"]);
  expect(made({ code: calling(2, 7), ...named("bpf_send_signal_task", 7) })).toEqual(["bpf_send_signal_task()"]);
  expect(made({ code: calling(2, 7), relocations: [] })).toEqual(["a function of the kernel without a name"]);
});

test("a harmless call that becomes another one when it is loaded is that other one", () => {
  expect(made({ code: calling(0, 5), relocations: [] })).toEqual([]);
  expect(made({ code: calling(0, 5), ...named("bpf_send_signal_task", 7) })).toEqual(["bpf_send_signal_task()"]);
  expect(made({ code: calling(0, 5), relocations: [{ kind: "point", instruction: 0 }] })).not.toEqual([]);
});
