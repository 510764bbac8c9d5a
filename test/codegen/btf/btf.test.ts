import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  Btf,
  BtfBuilder,
  BtfError,
  findFunction,
  findMember,
  membersOf,
  protoOfTypedef,
  resolve,
  sizeOf,
} from "../../../codegen/btf/index.js";
import { buildSample } from "./sample.js";

const { bytes, ids } = buildSample();
const btf = Btf.parse(bytes);
const id = (name: keyof typeof ids): number => ids[name] ?? -1;

describe("types", () => {
  it.each([
    [
      "int",
      { kind: "int", name: "int", bytes: 4, bits: 32, bitOffset: 0, isSigned: true, isBool: false, isChar: false },
    ],
    ["list", { kind: "struct", name: "list_head", bytes: 16 }],
    [
      "state",
      {
        kind: "enum",
        name: "state",
        bytes: 4,
        isSigned: true,
        values: [
          { name: "STATE_BROKEN", value: -1n },
          { name: "STATE_ON", value: 1n },
        ],
      },
    ],
    ["big", { kind: "enum", bytes: 8, values: [{ name: "BIG_TOP", value: 1n << 63n }] }],
    ["wake", { kind: "func", name: "wake_up", linkage: "global" }],
    ["jiffies", { kind: "var", name: "jiffies", linkage: "global" }],
    ["data", { kind: "datasec", name: ".data", bytes: 8, vars: [{ type: ids["jiffies"], offset: 0, bytes: 8 }] }],
    ["tag", { kind: "decl_tag", name: "bpf_kfunc", component: -1, target: ids["wake"] }],
    ["double", { kind: "float", name: "double", bytes: 8 }],
  ])("%s comes back as it was written", (name, expected) => {
    expect(btf.type(id(name))).toMatchObject(expected);
  });

  it.each([1, 2, 3])("are read from bytes that start %d bytes off", (offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
    expect(Btf.parse(shifted).type(id("list"))).toEqual(btf.type(id("list")));
    expect(Btf.parse(new Uint8Array(shifted)).endId).toBe(btf.endId);
  });

  it("type 0 is void", () => {
    expect(btf.type(0)).toEqual({ kind: "void" });
    expect(btf.nameOf(0)).toBe("");
  });

  it.each([-1, 100_000, 1.5e9])("there is no type %d", (missing) => {
    expect(() => btf.type(missing)).toThrow(BtfError);
  });

  it("are found by kind and name, the first one of several", () => {
    expect(btf.find("struct", "task")).toBe(id("task"));
    expect(btf.find("union", "task")).toBeUndefined();
    expect(btf.find("struct", "")).toBeUndefined();
    expect(btf.find("enum", "big")).toBe(id("big"));
    expect(btf.find("enum64", "big")).toBe(id("big"));
    expect(btf.find("enum64", "state")).toBeUndefined();
  });

  it("are found the same way by comparing and by hashing", () => {
    for (let i = 0; i < 5; i++) {
      expect(btf.find("typedef", "atomic_t")).toBe(id("atomic"));
      expect(btf.find("typedef", "atomic_")).toBeUndefined();
      expect(btf.find("typedef", "atomic_t2")).toBeUndefined();
    }
  });

  it("qualifiers, typedefs and tags are looked through", () => {
    const arg = findMember(btf, id("task"), "arg");
    const pointer = btf.typeOfKind(arg?.type ?? 0, "ptr");
    expect(resolve(btf, pointer?.target ?? 0)).toMatchObject({ tags: ["user"], type: { kind: "int", name: "char" } });
    expect(resolve(btf, id("atomic"))).toMatchObject({ typedef: "atomic_t", type: { kind: "struct" } });
  });

  it("have sizes", () => {
    const size = (name: string): number => sizeOf(btf, findMember(btf, id("task"), name)?.type ?? 0);
    expect(["pid", "comm", "grid", "name", "usage", "tail", "data"].map(size)).toEqual([4, 16, 24, 8, 4, 0, 8]);
  });
});

describe("members", () => {
  it.each([
    ["pid", 0, 0],
    ["on", 32, 1],
    ["level", 33, 5],
    ["as_u64", 64, 0],
    ["high", 96, 0],
    ["tasks", 320, 0],
  ])("%s is at bit %d", (name, bitOffset, bitSize) => {
    expect(findMember(btf, id("task"), name)).toMatchObject({ name, bitOffset, bitSize });
  });

  it("that do not exist are not found", () => {
    for (const name of ["", "nosuch", "pi", "pid2", "counter"])
      expect(findMember(btf, id("task"), name)).toBeUndefined();
    expect(findMember(btf, id("int"), "pid")).toBeUndefined();
  });

  it("of anonymous structs take their place in the list", () => {
    const names = membersOf(btf, id("task")).map((m) => m.name);
    expect(names.slice(0, 8)).toEqual(["pid", "on", "level", "as_u64", "low", "high", "comm", "mac"]);
  });
});

describe("functions and constants", () => {
  it("a function has its parameters", () => {
    const wake = findFunction(btf, "wake_up");
    expect(wake?.id).toBe(id("wake"));
    expect(wake?.proto.params.map((p) => p.name)).toEqual(["task", "flags"]);
    expect(findFunction(btf, "wake")).toBeUndefined();
  });

  it("a typedef of a function pointer has its parameters", () => {
    expect(protoOfTypedef(btf, "btf_trace_wake")?.params).toHaveLength(2);
    expect(protoOfTypedef(btf, "atomic_t")).toBeUndefined();
  });

  it("`...` is not a parameter", () => {
    const notify = findMember(btf, id("task"), "notify");
    const pointer = btf.typeOfKind(notify?.type ?? 0, "ptr");
    expect(btf.type(pointer?.target ?? 0)).toMatchObject({
      kind: "func_proto",
      isVariadic: true,
      params: [{ name: "" }],
    });
  });

  it("enumerators are found over all enums", () => {
    for (let i = 0; i < 4; i++) {
      expect(btf.findEnumConstant("STATE_BROKEN")).toEqual({ name: "STATE_BROKEN", value: -1n, enumId: id("state") });
      expect(btf.findEnumConstant("BIG_TOP")?.value).toBe(1n << 63n);
      expect(btf.findEnumConstant("STATE")).toBeUndefined();
    }
  });
});

describe("split BTF", () => {
  const module = new BtfBuilder(btf);
  const driver = module.struct({
    name: "driver",
    bytes: 24,
    members: [
      { name: "tasks", type: id("list"), bitOffset: 0 },
      { name: "owner", type: module.ptr(id("task")), bitOffset: 128 },
    ],
  });
  module.func("driver_open", module.funcProto(id("int"), []));
  const split = Btf.parse(module.encode(), btf);

  it("numbers go on behind the base", () => {
    expect(split.firstId).toBe(btf.endId);
    expect(driver).toBeGreaterThanOrEqual(btf.endId);
    expect(split.type(driver)).toMatchObject({ kind: "struct", name: "driver" });
  });

  it("finds types of the base and its own", () => {
    expect(split.find("struct", "list_head")).toBe(id("list"));
    expect(split.find("struct", "driver")).toBe(driver);
    expect(btf.find("struct", "driver")).toBeUndefined();
    expect(findFunction(split, "driver_open")?.proto.result).toBe(id("int"));
    expect(split.findEnumConstant("STATE_ON")?.value).toBe(1n);
  });

  it("names shared with the base are read from the base", () => {
    expect(findMember(split, driver, "tasks")).toMatchObject({ bitOffset: 0 });
    expect(findMember(split, id("task"), "tasks")).toMatchObject({ bitOffset: 320 });
    expect(module.encode().length).toBeLessThan(200);
  });
});

describe("names", () => {
  const builder = new BtfBuilder();
  const int = builder.int("thing", 4);
  const types = Array.from({ length: 40 }, (_, i) => builder.typedef(`alias${i}`, int));
  const struct = builder.struct({ name: "thing", bytes: 4, members: [] });
  const many = Btf.parse(builder.encode());

  it("are found by kind, however many are asked for", () => {
    expect(many.find("struct", "thing")).toBe(struct);
    expect(types.map((_, i) => many.find("typedef", `alias${i}`))).toEqual(types);
    expect(many.find("struct", "thing")).toBe(struct);
    expect(many.find("struct", "hing")).toBeUndefined();
    expect([...many.idsOf("typedef")]).toEqual(types);
  });

  it("may be the ends of others", () => {
    const bytes = Uint8Array.from(builder.encode());
    const view = new DataView(bytes.buffer);
    const firstName = view.getUint32(4, true);
    view.setUint32(24, view.getUint32(24, true) + 1, true); // of the first type, in place of "thing"
    expect(firstName).toBe(24);
    expect(Btf.parse(bytes).find("int", "hing")).toBe(int);
  });
});

describe("the running kernel's BTF", () => {
  const path = "/sys/kernel/btf/vmlinux";
  it.skipIf(!existsSync(path))("answers for task_struct", () => {
    const live = Btf.parse(readFileSync(path));
    const task = live.find("struct", "task_struct") ?? 0;
    expect(sizeOf(live, task)).toBeGreaterThan(1000);
    expect(findMember(live, task, "comm")?.bitOffset).toBeGreaterThan(0);
    expect(membersOf(live, task).length).toBeGreaterThan(100);
    expect(findFunction(live, "vfs_read")?.proto.params.map((p) => p.name)).toEqual(["file", "buf", "count", "pos"]);
    expect(live.findEnumConstant("BPF_MAP_TYPE_HASH")?.value).toBe(1n);
  });
});
