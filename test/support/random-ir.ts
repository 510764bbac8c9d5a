/** Random programs in IR: well-formed, finite, and careless with everything that a pass might get wrong. */
import { Builder } from "../../codegen/ir/builder.js";
import type { AccessBytes, AluOp, Condition, IrProgram, SlotId, Value } from "../../codegen/ir/ir.js";
import { randomFrom } from "../random.js";
import type { MapModel } from "./ir-interpreter.js";

export const RANDOM_MAPS: readonly MapModel[] = [
  { keyBytes: 4, valueBytes: 8 },
  { keyBytes: 16, valueBytes: 24 },
  { keyBytes: 8, valueBytes: 32 },
];
const SCRATCH_MAP = 2;

const ALU_OPS: readonly AluOp[] = ["add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr", "sar"];
const CONDITIONS: readonly Condition[] = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge", "test"];
const CONSTANTS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  4n,
  7n,
  8n,
  31n,
  32n,
  63n,
  64n,
  255n,
  256n,
  0xffffn,
  0xffffffffn,
  1n << 32n,
  -1n,
  -2n,
  -8n,
  1n << 62n,
  -(1n << 63n),
];
const WIDTHS: readonly AccessBytes[] = [1, 2, 4, 8];
const CONSTANT_HELPERS = [
  "get_current_pid_tgid",
  "get_current_uid_gid",
  "get_current_task",
  "get_smp_processor_id",
] as const;

export function randomProgram(seed: number): IrProgram {
  const random = randomFrom(seed);
  const main = new Body(random, new Builder("main", "program", ["context"]), 2 + random(12), true);
  const callback = new Body(random, new Builder("callback", "callback", ["int", "frame"]), 1 + random(4), false);
  const subprogram = new Body(random, new Builder("subprogram", "subprogram", ["int"]), 1 + random(4), false);
  return { functions: [main.build(), callback.build(), subprogram.build()] };
}

/** Memory that may be accessed: how much of it there is. */
interface Place {
  readonly pointer: Value;
  readonly bytes: number;
}

class Body {
  readonly #random: (below: number) => number;
  readonly #b: Builder;
  readonly #length: number;
  readonly #isMain: boolean;
  /** What may be used here: shortened again when a block ends. */
  readonly #ints: Value[] = [];
  readonly #places: Place[] = [];
  readonly #slots: { readonly slot: SlotId; readonly bytes: number }[] = [];
  /** By key size: keys that are written once, so that lookups find what updates have put there. */
  readonly #keys = new Map<number, Value>();
  #depth = 0;

  constructor(random: (below: number) => number, b: Builder, length: number, isMain: boolean) {
    this.#random = random;
    this.#b = b;
    this.#length = length;
    this.#isMain = isMain;
  }

  build(): ReturnType<Builder["finish"]> {
    const b = this.#b;
    const [first, second] = b.params;
    if (first !== undefined && b.typeOf(first) === "int") this.#ints.push(first);
    if (this.#isMain && first !== undefined) this.#places.push({ pointer: first, bytes: 64 });
    if (second !== undefined) this.#places.push({ pointer: second, bytes: 16 });
    this.#ints.push(b.int(this.#pick(CONSTANTS)), b.int(0));
    for (let count = 1 + this.#random(4); count > 0; count--) this.#newSlot();
    if (this.#random(2) === 0) this.#places.push({ pointer: b.mapValue(SCRATCH_MAP, 8), bytes: 24 });
    for (const { keyBytes } of RANDOM_MAPS) this.#keys.set(keyBytes, this.#constantKey(keyBytes));
    if (this.#isMain && this.#random(2) === 0) for (let count = 3; count > 0; count--) this.update();
    this.#statements(this.#length);
    b.exit(this.#isMain ? this.#int() : b.alu("and", this.#int(), b.int(this.#random(2))));
    return b.finish();
  }

  #newSlot(): void {
    const bytes = this.#pick([4, 8, 8, 16, 24]);
    const slot = this.#b.slot(bytes, bytes === 4 ? 4 : 8, `slot${this.#slots.length}`);
    this.#slots.push({ slot, bytes });
    const pointer = this.#b.slotAddress(slot);
    this.#b.zero(pointer, 0, bytes, 4);
    this.#places.push({ pointer, bytes });
  }

  #statements(count: number): void {
    for (let done = 0; done < count; done++) this.#pick(this.#depth < 3 ? [...SIMPLE, ...NESTED] : SIMPLE)(this);
  }

  /** Runs something whose values are not known afterwards. */
  #scope(run: () => void): void {
    const [ints, places] = [this.#ints.length, this.#places.length];
    this.#depth++;
    run();
    this.#depth--;
    this.#ints.length = ints;
    this.#places.length = places;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)] as T;
  }

  #int(): Value {
    // Recent values more often, so that chains of instructions come to be.
    const back = Math.min(this.#random(this.#ints.length), this.#random(this.#ints.length));
    return this.#ints[this.#ints.length - 1 - back] as Value;
  }

  #place(bytes: number): Place & { readonly offset: number } {
    const fitting = this.#places.filter((place) => place.bytes >= bytes);
    const place = fitting.length === 0 ? this.#fresh(bytes) : this.#pick(fitting);
    return { ...place, offset: this.#random(Math.floor((place.bytes - bytes) / 4) + 1) * 4 };
  }

  #fresh(bytes: number): Place {
    const pointer = this.#b.slotAddress(this.#b.slot(bytes, 8, "fresh"));
    this.#b.zero(pointer, 0, bytes, 1);
    return { pointer, bytes };
  }

  // ---- statements

  arithmetic(): void {
    this.#ints.push(this.#b.alu(this.#pick(ALU_OPS), this.#int(), this.#int()));
  }

  constant(): void {
    this.#ints.push(this.#b.int(this.#pick(CONSTANTS)));
  }

  widen(): void {
    const b = this.#b;
    const kind = this.#random(3);
    if (kind === 0) this.#ints.push(b.byteSwap(this.#int(), this.#pick([16, 32, 64] as const)));
    else this.#ints.push(b.extend(this.#int(), this.#pick([8, 16, 32] as const), kind === 1));
  }

  compare(): void {
    this.#ints.push(this.#b.compare(this.#pick(CONDITIONS), this.#int(), this.#int()));
  }

  load(): void {
    const bytes = this.#pick(WIDTHS);
    const { pointer, offset } = this.#place(bytes);
    this.#ints.push(this.#b.load(pointer, offset, bytes, this.#random(3) === 0));
  }

  loadWhole(): void {
    const { slot, bytes } = this.#pick(this.#slots);
    if (bytes === 8) this.#ints.push(this.#b.load(this.#b.slotAddress(slot), 0, 8));
  }

  store(): void {
    const bytes = this.#pick(WIDTHS);
    const { pointer, offset } = this.#writable(bytes);
    this.#b.store(pointer, offset, bytes, this.#int());
  }

  storeWhole(): void {
    const { slot, bytes } = this.#pick(this.#slots);
    if (bytes === 8) this.#b.store(this.#b.slotAddress(slot), 0, 8, this.#int());
  }

  /** Not the context. */
  #writable(bytes: number): Place & { readonly offset: number } {
    const place = this.#place(bytes);
    return this.#b.typeOf(place.pointer) === "context" ? { ...this.#fresh(bytes), offset: 0 } : place;
  }

  atomic(): void {
    const { pointer, offset } = this.#writable(8);
    const kind = this.#random(3);
    if (kind === 0) this.#b.atomicAdd(pointer, offset, 8, this.#int());
    else if (kind === 1) this.#ints.push(this.#b.atomicClaim(pointer, offset, this.#int()));
    else this.#ints.push(this.#b.atomicFetchAdd(pointer, offset, 8, this.#int()));
  }

  copy(): void {
    const bytes = this.#pick([4, 8, 16]);
    const from = this.#place(bytes);
    const to = this.#writable(bytes);
    if (from.pointer !== to.pointer && !this.#mayOverlap(from, to)) {
      this.#b.copy(to.pointer, to.offset, from.pointer, from.offset, bytes, 4);
    }
  }

  /** Two entries may be one, and two pointers into slots. */
  #mayOverlap(a: Place, b: Place): boolean {
    return this.#b.typeOf(a.pointer) === this.#b.typeOf(b.pointer);
  }

  zero(): void {
    const bytes = this.#pick([4, 8, 12, 16]);
    const { pointer, offset } = this.#writable(bytes);
    this.#b.zero(pointer, offset, bytes, 4);
  }

  constantHelper(): void {
    this.#ints.push(this.#b.call(this.#pick(CONSTANT_HELPERS), []));
  }

  comm(): void {
    const { pointer, offset } = this.#writable(16);
    if (this.#random(3) > 0) this.#b.zero(pointer, offset, 16, 4);
    const at = offset === 0 ? pointer : this.#b.add(pointer, this.#b.int(offset));
    this.#ints.push(this.#b.call("get_current_comm", [at, this.#b.int(16)]));
  }

  probeRead(): void {
    const bytes = this.#pick([4, 8, 16]);
    const { pointer, offset } = this.#writable(bytes);
    const at = this.#b.add(pointer, this.#b.int(offset));
    const helper = this.#pick(["probe_read_kernel", "probe_read_kernel_str"] as const);
    this.#ints.push(this.#b.call(helper, [at, this.#b.int(bytes), this.#int()]));
  }

  lookup(): void {
    const b = this.#b;
    const map = this.#random(2);
    const { keyBytes, valueBytes } = RANDOM_MAPS[map] as MapModel;
    const key = this.#key(keyBytes);
    const entry = b.call("map_lookup_elem", [b.map(map), key]);
    b.ifNotNull(entry, {
      found: (pointer) =>
        this.#scope(() => {
          this.#places.push({ pointer, bytes: valueBytes });
          this.#statements(1 + this.#random(3));
        }),
      missing: () => this.#scope(() => this.#random(2) === 0 && this.update()),
    });
  }

  #constantKey(bytes: number): Value {
    const pointer = this.#b.slotAddress(this.#b.slot(bytes, 4, "key"));
    for (let at = 0; at < bytes; at += 4) this.#b.store(pointer, at, 4, this.#b.int(1));
    return pointer;
  }

  #key(bytes: number): Value {
    const b = this.#b;
    const constant = this.#keys.get(bytes);
    if (constant !== undefined && this.#random(3) > 0) return constant;
    const { pointer, offset } = this.#place(bytes);
    if (this.#random(2) === 0 && b.typeOf(pointer) !== "context") {
      for (let at = 0; at < bytes; at += 4)
        b.store(pointer, offset + at, 4, this.#random(3) === 0 ? this.#int() : b.int(1));
    }
    return b.add(pointer, b.int(offset));
  }

  update(): void {
    const b = this.#b;
    const map = this.#random(2);
    const { keyBytes, valueBytes } = RANDOM_MAPS[map] as MapModel;
    const key = this.#key(keyBytes);
    const value = this.#place(valueBytes);
    const from = b.add(value.pointer, b.int(value.offset));
    if (this.#random(5) === 0) this.#ints.push(b.call("map_delete_elem", [b.map(map), key]));
    else this.#ints.push(b.call("map_update_elem", [b.map(map), key, from, b.int(0)]));
  }

  output(): void {
    const { pointer, offset } = this.#place(8);
    const at = this.#b.add(pointer, this.#b.int(offset));
    this.#b.call("ringbuf_output", [this.#b.map(0), at, this.#b.int(8), this.#b.int(0)]);
  }

  record(): void {
    const b = this.#b;
    b.ifNotNull(b.call("ringbuf_reserve", [b.map(0), b.int(16), b.int(0)]), {
      found: (record) => {
        b.zero(record, 0, 16, 8);
        b.store(record, 0, 8, this.#int());
        b.store(record, 8, 4, this.#int());
        b.call("ringbuf_submit", [record, b.int(0)]);
      },
    });
  }

  choice(): void {
    const chosen = this.#b.choose(this.#pick(CONDITIONS), this.#int(), this.#int(), {
      then: () => this.#arm(),
      otherwise: () => this.#arm(),
    });
    this.#ints.push(chosen);
  }

  #arm(): Value {
    let value = this.#int();
    this.#scope(() => {
      this.#statements(this.#random(3));
      value = this.#random(2) === 0 ? this.#b.int(this.#random(2)) : this.#int();
    });
    return value;
  }

  branch(): void {
    this.#b.if(this.#pick(CONDITIONS), this.#int(), this.#int(), {
      then: () => this.#scope(() => this.#statements(this.#random(4))),
      ...(this.#random(2) === 0 ? {} : { otherwise: () => this.#scope(() => this.#statements(this.#random(4))) }),
    });
  }

  /** A pointer to one of two places. */
  choosePlace(): void {
    const bytes = 8;
    const [first, second] = [this.#place(bytes), this.#place(bytes)];
    const type = this.#b.typeOf(first.pointer);
    if (this.#b.typeOf(second.pointer) !== type || type === "context") return;
    const pointer = this.#b.choose(
      this.#pick(CONDITIONS),
      this.#int(),
      this.#int(),
      { then: () => first.pointer, otherwise: () => second.pointer },
      type,
    );
    this.#places.push({ pointer, bytes: Math.min(first.bytes, second.bytes) });
  }

  /** A pointer to somewhere in a slot. */
  variableOffset(): void {
    const { slot, bytes } = this.#pick(this.#slots);
    if (bytes < 16) return;
    const offset = this.#b.alu("and", this.#int(), this.#b.int(8));
    this.#places.push({ pointer: this.#b.add(this.#b.slotAddress(slot), offset), bytes: bytes - 8 });
  }

  earlyExit(): void {
    this.#b.if("eq", this.#int(), this.#int(), { then: () => this.#b.exit(this.#b.int(1)) });
  }

  loop(): void {
    const b = this.#b;
    const header = b.block(["int", "int"]);
    const body = b.block();
    const after = b.block();
    b.jump(header, [b.int(0), this.#int()]);
    b.switchTo(header);
    const [count, carried] = b.paramsOf(header) as [Value, Value];
    b.branch("ult", count, b.int(1 + this.#random(3)), body, after);
    b.switchTo(body);
    this.#scope(() => {
      this.#ints.push(count, carried);
      this.#statements(1 + this.#random(3));
      b.jump(header, [b.add(count, b.int(1)), this.#int()]);
    });
    b.switchTo(after);
    this.#ints.push(carried);
  }

  mayGoto(): void {
    const b = this.#b;
    const { slot, bytes } = this.#pick(this.#slots);
    if (bytes < 8) return;
    const header = b.block();
    const body = b.block();
    const after = b.block();
    const counter = b.slotAddress(slot);
    b.jump(header);
    b.switchTo(header);
    b.mayGoto(body, after);
    b.switchTo(body);
    b.store(counter, 0, 8, b.add(b.load(counter, 0, 8), b.int(1)));
    this.#scope(() => this.#statements(this.#random(3)));
    b.branch("ult", b.load(counter, 0, 8), b.int(3), header, after);
    b.switchTo(after);
  }

  callback(): void {
    if (!this.#isMain) return;
    const b = this.#b;
    const context = this.#place(16);
    if (b.typeOf(context.pointer) === "context") return;
    const at = b.add(context.pointer, b.int(context.offset));
    b.call("loop", [b.int(1 + this.#random(2)), b.functionReference(1), at, b.int(0)]);
  }

  call(): void {
    if (this.#isMain) this.#ints.push(this.#b.callFunction(2, [this.#int()]));
  }
}

type Statement = (body: Body) => void;
const SIMPLE: readonly Statement[] = [
  (body) => body.arithmetic(),
  (body) => body.arithmetic(),
  (body) => body.constant(),
  (body) => body.widen(),
  (body) => body.compare(),
  (body) => body.load(),
  (body) => body.load(),
  (body) => body.loadWhole(),
  (body) => body.store(),
  (body) => body.store(),
  (body) => body.storeWhole(),
  (body) => body.atomic(),
  (body) => body.copy(),
  (body) => body.zero(),
  (body) => body.constantHelper(),
  (body) => body.comm(),
  (body) => body.probeRead(),
  (body) => body.update(),
  (body) => body.variableOffset(),
  (body) => body.output(),
  (body) => body.record(),
];
const NESTED: readonly Statement[] = [
  (body) => body.lookup(),
  (body) => body.lookup(),
  (body) => body.lookup(),
  (body) => body.lookup(),
  (body) => body.choosePlace(),
  (body) => body.choice(),
  (body) => body.branch(),
  (body) => body.branch(),
  (body) => body.earlyExit(),
  (body) => body.loop(),
  (body) => body.mayGoto(),
  (body) => body.callback(),
  (body) => body.call(),
];
