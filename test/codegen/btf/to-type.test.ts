import { describe, expect, it } from "vitest";
import { Btf, BtfStructSource } from "../../../codegen/btf/index.js";
import type { StructType } from "../../../codegen/types/type.js";
import { typeName } from "../../../codegen/types/type.js";
import { buildSample } from "./sample.js";

const btf = Btf.parse(buildSample().bytes);
const source = new BtfStructSource([{ btf, module: "vmlinux" }]);
const task = source.typeNamed("task", "struct") as StructType;

describe("members of kernel structs", () => {
  it.each([
    ["pid", "int32"],
    ["on", "uint32"],
    ["level", "int32"],
    ["as_u64", "uint64"],
    ["low", "uint32"],
    ["comm", "string[16]"],
    ["mac", "string[6]"],
    ["ready", "bool"],
    ["tasks", "struct list_head"],
    ["state", "enum state"],
    ["name", "int8 *"],
    ["arg", "int8 *"],
    ["notify", "void *"],
    ["grid", "int32[2][3]"],
    ["files", "struct files_struct *"],
    ["load", "none"],
    ["wide", "none"],
    ["data", "void *"],
    ["tail", "uint32[0]"],
  ])("%s has the type %s", (name, expected) => {
    expect(typeName(source.member(task, name)?.type ?? { kind: "none" })).toBe(expected);
  });

  it("have offsets and bit-field sizes", () => {
    expect(source.member(task, "level")).toMatchObject({ offsetBits: 33, bitSize: 5 });
    expect(source.member(task, "pid")).toMatchObject({ offsetBits: 0, bitSize: undefined });
    expect(source.member(task, "nosuch")).toBeUndefined();
  });

  it("carry the address space of their struct, and pointers that of their tag", () => {
    const inKernel: StructType = { ...task, space: "kernel" };
    expect(source.member(inKernel, "pid")?.type).toMatchObject({ space: "kernel" });
    expect(source.member(inKernel, "name")?.type).toMatchObject({ space: "kernel", to: { space: "kernel" } });
    expect(source.member(inKernel, "arg")?.type).toMatchObject({ space: "user", to: { space: "user" } });
    expect(source.member({ ...task, space: "user" }, "name")?.type).toMatchObject({ space: "user" });
  });

  it("a pointer with a tag that cannot be read through says so", () => {
    expect(source.member(task, "counters")?.unsupportedTag).toBe("percpu");
    expect(source.member(task, "arg")?.unsupportedTag).toBeUndefined();
  });

  it("lists that point to themselves end", () => {
    const list = source.member(task, "tasks")?.type as StructType;
    const next = source.member(list, "next")?.type;
    expect(next).toMatchObject({ kind: "pointer", to: { kind: "struct", name: "list_head", sizeBytes: 16 } });
  });

  it("a struct without tag goes by its typedef", () => {
    expect(source.member(task, "usage")?.type).toMatchObject({ kind: "struct", name: "atomic_t", sizeBytes: 4 });
  });

  it("all are listed with anonymous ones flattened", () => {
    const names = source.members(task).map((m) => m.name);
    expect(names).toContain("high");
    expect(names).not.toContain("");
  });
});

describe("names", () => {
  it.each([
    ["int", undefined, "int32"],
    ["u32", undefined, "uint32"],
    ["atomic_t", undefined, "struct atomic_t"],
    ["task", undefined, "struct task"],
    ["state", "enum", "enum state"],
    ["task", "union", undefined],
    ["nosuch", undefined, undefined],
  ] as const)("%s (%s) is %s", (name, tag, expected) => {
    const type = source.typeNamed(name, tag);
    expect(type && typeName(type)).toBe(expected);
  });

  it("enumerators have their value and enum", () => {
    expect(source.enumerator("STATE_BROKEN")).toMatchObject({
      value: -1n,
      type: { name: "state", bytes: 4, isSigned: true },
    });
    const { type } = source.enumerator("STATE_ON") ?? {};
    expect(type && source.enumerators(type).map((e) => e.name)).toEqual(["STATE_BROKEN", "STATE_ON"]);
    expect(source.enumerator("nosuch")).toBeUndefined();
  });
});
