/** A small BTF object with every kind in it, as a kernel might have it. */
import { BtfBuilder, type TypeId } from "../../../codegen/btf/index.js";

export interface Sample {
  readonly bytes: Uint8Array;
  readonly ids: Readonly<Record<string, TypeId>>;
}

export function buildSample(): Sample {
  const b = new BtfBuilder();
  const int = b.int("int", 4, { isSigned: true });
  const u32 = b.int("unsigned int", 4);
  const u64 = b.int("long unsigned int", 8);
  const char = b.int("char", 1, { isSigned: true });
  const u8 = b.int("unsigned char", 1);
  const bool = b.int("_Bool", 1, { isBool: true });
  const int128 = b.int("__int128", 16, { isSigned: true });
  const double = b.float("double", 8);
  const u32Name = b.typedef("u32", u32);
  const constChar = b.const(char);
  const string = b.ptr(constChar);
  const userString = b.ptr(b.typeTag("user", constChar));
  const percpuPointer = b.ptr(b.typeTag("percpu", int));

  const list = b.reserve();
  const listPointer = b.ptr(list);
  b.define(list, "struct", {
    name: "list_head",
    bytes: 16,
    members: [
      { name: "next", type: listPointer, bitOffset: 0 },
      { name: "prev", type: listPointer, bitOffset: 64 },
    ],
  });

  const state = b.enum({
    name: "state",
    bytes: 4,
    isSigned: true,
    values: [
      { name: "STATE_BROKEN", value: -1n },
      { name: "STATE_ON", value: 1n },
    ],
  });
  const big = b.enum({ name: "big", bytes: 8, isSigned: false, values: [{ name: "BIG_TOP", value: 1n << 63n }] });

  const inner = b.union({
    name: "",
    bytes: 8,
    members: [
      { name: "as_u64", type: u64, bitOffset: 0 },
      {
        name: "",
        type: b.struct({
          name: "",
          bytes: 8,
          members: [
            { name: "low", type: u32Name, bitOffset: 0 },
            { name: "high", type: u32Name, bitOffset: 32 },
          ],
        }),
        bitOffset: 0,
      },
    ],
  });
  const callback = b.ptr(b.funcProto(int, [{ name: "", type: listPointer }], true));
  const atomic = b.typedef(
    "atomic_t",
    b.struct({ name: "", bytes: 4, members: [{ name: "counter", type: int, bitOffset: 0 }] }),
  );
  const task = b.struct({
    name: "task",
    bytes: 160,
    members: [
      { name: "pid", type: int, bitOffset: 0 },
      { name: "on", type: u32, bitOffset: 32, bitSize: 1 },
      { name: "level", type: int, bitOffset: 33, bitSize: 5 },
      { name: "", type: inner, bitOffset: 64 },
      { name: "comm", type: b.array(char, u32, 16), bitOffset: 128 },
      { name: "mac", type: b.array(u8, u32, 6), bitOffset: 256 },
      { name: "ready", type: bool, bitOffset: 304 },
      { name: "tasks", type: list, bitOffset: 320 },
      { name: "state", type: state, bitOffset: 448 },
      { name: "usage", type: atomic, bitOffset: 480 },
      { name: "name", type: string, bitOffset: 512 },
      { name: "arg", type: userString, bitOffset: 576 },
      { name: "counters", type: percpuPointer, bitOffset: 640 },
      { name: "notify", type: callback, bitOffset: 704 },
      { name: "grid", type: b.array(b.array(int, u32, 2), u32, 3), bitOffset: 768 },
      { name: "files", type: b.ptr(b.fwd("files_struct")), bitOffset: 960 },
      { name: "load", type: double, bitOffset: 1024 },
      { name: "wide", type: int128, bitOffset: 1088 },
      { name: "data", type: b.ptr(0), bitOffset: 1216 },
      { name: "tail", type: b.array(u32, u32, 0), bitOffset: 1280 },
    ],
  });
  const wakeProto = b.funcProto(b.volatile(bool), [
    { name: "task", type: b.restrict(b.ptr(task)) },
    { name: "flags", type: u64 },
  ]);
  const wake = b.func("wake_up", wakeProto, "global");
  const trace = b.typedef("btf_trace_wake", b.ptr(wakeProto));
  const jiffies = b.variable("jiffies", u64, "global");
  const data = b.datasec(".data", 8, [{ type: jiffies, offset: 0, bytes: 8 }]);
  const tag = b.declTag("bpf_kfunc", wake);
  return {
    bytes: b.encode(),
    ids: {
      int,
      u32,
      u64,
      char,
      list,
      listPointer,
      state,
      big,
      task,
      wake,
      trace,
      jiffies,
      data,
      tag,
      atomic,
      int128,
      double,
    },
  };
}
