import { describe, expect, it } from "vitest";
import {
  Btf,
  BtfBuilder,
  BtfError,
  BtfStructSource,
  findFunction,
  findMember,
  membersOf,
  sizeOf,
  toType,
} from "../../../codegen/btf/index.js";
import { mutate, randomFrom } from "../../random.js";
import { buildSample } from "./sample.js";

const { bytes } = buildSample();

/** Asks for everything that can be asked. Only a BtfError may come out. */
function readAll(broken: Uint8Array): void {
  let btf: Btf;
  try {
    btf = Btf.parse(broken);
  } catch (error) {
    expect(error).toBeInstanceOf(BtfError);
    return;
  }
  const from = { btf, module: "vmlinux" };
  const source = new BtfStructSource([from]);
  const questions: ((id: number) => unknown)[] = [
    (id) => btf.type(id),
    (id) => btf.nameOf(id),
    (id) => sizeOf(btf, id),
    (id) => findMember(btf, id, "nosuch"),
    (id) => membersOf(btf, id),
    (id) => {
      const type = toType(from, id, "kernel");
      return type.kind === "struct" ? source.members(type) : type.kind === "enum" ? source.enumerators(type) : type;
    },
    () => ["list_head", "nosuch"].map((name) => [btf.find("struct", name), btf.find("fwd", name)]),
    () => findFunction(btf, "wake_up"),
    () => btf.findEnumConstant("STATE_ON"),
  ];
  for (let id = 0; id <= btf.endId; id++) {
    for (const ask of questions) {
      try {
        ask(id);
      } catch (error) {
        expect(error).toBeInstanceOf(BtfError);
      }
    }
  }
}

describe("broken BTF", () => {
  it("gives a BtfError, never a crash or a hang", () => {
    const seed = Number(process.env["TEST_SEED"] ?? 20_251);
    const random = randomFrom(seed);
    for (let i = 0; i < 1500; i++) readAll(mutate(bytes, random));
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["no magic", new Uint8Array(24)],
    ["the other byte order", bytes.with(0, 0xeb).with(1, 0x9f)],
    ["an unknown version", bytes.with(2, 2)],
    ["a header that is too short", bytes.with(4, 20)],
    ["cut off in the strings", bytes.subarray(0, bytes.length - 1)],
    ["cut off in the types", bytes.subarray(0, 60)],
    ["an unknown kind", bytes.with(24 + 7, 31)],
  ])("%s is refused", (_, broken) => {
    expect(() => Btf.parse(broken)).toThrow(BtfError);
  });

  it("structs that contain themselves end", () => {
    const b = new BtfBuilder();
    const id = b.reserve();
    const members = [0, 1].map((i) => ({ name: "", type: id, bitOffset: i * 64 }));
    b.define(id, "struct", { name: "loop", bytes: 16, members });
    const btf = Btf.parse(b.encode());
    expect(findMember(btf, id, "x")).toBeUndefined();
    expect(() => membersOf(btf, id)).toThrow(BtfError);
  });

  it("anonymous structs that double at each level end", () => {
    const b = new BtfBuilder();
    let id = b.struct({ name: "", bytes: 4, members: [{ name: "leaf", type: b.int("int", 4), bitOffset: 0 }] });
    for (let level = 0; level < 40; level++) {
      const members = [0, 1].map((i) => ({ name: "", type: id, bitOffset: i * 32 }));
      id = b.struct({ name: "", bytes: 8, members });
    }
    const btf = Btf.parse(b.encode());
    expect(findMember(btf, id, "nosuch")).toBeUndefined();
    expect(() => membersOf(btf, id)).toThrow("too many members");
  });

  it("typedefs and arrays of themselves end", () => {
    const b = new BtfBuilder();
    b.typedef("t", 1);
    b.array(2, 2, 3);
    const btf = Btf.parse(b.encode());
    expect(() => sizeOf(btf, 1)).toThrow("refers to itself");
    expect(() => sizeOf(btf, 2)).toThrow("contains itself");
    expect(() => toType({ btf, module: "vmlinux" }, 2, "kernel")).toThrow(BtfError);
    expect(() => toType({ btf, module: "vmlinux" }, 1, "kernel")).toThrow(BtfError);
  });
});
