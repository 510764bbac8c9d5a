/**
 * Runs IR, so that tests can compare what a function does before and after a pass. It shares no code with the optimiser: the
 * arithmetic is written a second time, over `BigUint64Array`.
 *
 * Memory is regions of bytes: slots, map values, global data, records. A pointer is a region and an offset; accesses outside of a
 * region throw. Helpers are deterministic, and what depends on the machine is made from a hash.
 */
import type {
  AluOp,
  Block,
  Condition,
  Instruction,
  IrFunction,
  IrProgram,
  Target,
  Value,
} from "../../codegen/ir/ir.js";

export interface MapModel {
  readonly keyBytes: number;
  readonly valueBytes: number;
}

export interface Outcome {
  readonly result: bigint;
  /** By map: sorted `key=value` in hexadecimal, then its global data. */
  readonly maps: readonly string[];
  /** Records and outputs in order. */
  readonly events: readonly string[];
}

interface Region {
  readonly bytes: Uint8Array;
}
interface Pointer {
  readonly region: Region;
  readonly offset: number;
}
interface MapRef {
  readonly map: number;
}
interface FunctionRef {
  readonly callee: number;
}
type Datum = bigint | Pointer | MapRef | FunctionRef;

const isPointer = (datum: Datum): datum is Pointer => typeof datum === "object" && "region" in datum;

export function interpret(
  program: IrProgram,
  maps: readonly MapModel[],
  context: Uint8Array = new Uint8Array(128),
  mayGotos = MAY_GOTO_BUDGET,
): Outcome {
  const machine = new Machine(program, maps, mayGotos);
  const result = machine.run(0, [{ region: { bytes: context }, offset: 0 }]);
  return { result, maps: machine.mapContents(), events: machine.events };
}

const MAX_STEPS = 200_000;
const MAY_GOTO_BUDGET = 50;

class Machine {
  readonly events: string[] = [];
  readonly #program: IrProgram;
  readonly #maps: readonly MapModel[];
  readonly #entries: Map<string, Region>[];
  readonly #globals: Region[];
  #steps = 0;
  #mayGotos: number;

  constructor(program: IrProgram, maps: readonly MapModel[], mayGotos: number) {
    this.#program = program;
    this.#mayGotos = mayGotos;
    this.#maps = maps;
    this.#entries = maps.map(() => new Map());
    this.#globals = maps.map(({ valueBytes }) => ({ bytes: new Uint8Array(valueBytes) }));
  }

  mapContents(): readonly string[] {
    return this.#entries.map((entries, map) => {
      const rows = [...entries].map(([key, { bytes }]) => `${key}=${hex(bytes)}`).sort();
      return [...rows, hex(this.#globals[map]?.bytes ?? new Uint8Array())].join(" ");
    });
  }

  run(index: number, args: readonly Datum[]): bigint {
    const fn = this.#program.functions[index];
    if (fn === undefined) throw new Error(`no function ${index}`);
    return new Frame(this, fn, args).run();
  }

  step(): void {
    if (++this.#steps > MAX_STEPS) throw new Error("too many steps");
  }

  mayGoOn(): boolean {
    return this.#mayGotos-- > 0;
  }

  globalOf(map: number): Region {
    const region = this.#globals[map];
    if (region === undefined) throw new Error(`no map ${map}`);
    return region;
  }

  // ---- helpers

  call(helper: string, args: readonly Datum[]): Datum {
    const known = this.#helpers[helper];
    return known === undefined ? hash(helper) : known(args);
  }

  readonly #helpers: { readonly [name: string]: ((args: readonly Datum[]) => Datum) | undefined } = {
    map_lookup_elem: ([map, key]) => {
      const region = this.#entriesOf(map).get(this.#key(map, key));
      return region === undefined ? 0n : { region, offset: 0 };
    },
    map_update_elem: ([map, key, value]) => {
      const bytes = slice(value, this.#model(map).valueBytes).slice();
      // The kernel's hash tables replace the element: who holds the old one does not see the change.
      this.#entriesOf(map).set(this.#key(map, key), { bytes });
      return 0n;
    },
    map_delete_elem: ([map, key]) => (this.#entriesOf(map).delete(this.#key(map, key)) ? 0n : -2n),
    get_current_comm: ([to, size]) => {
      // As Linux 6.1 does it: the bytes after the name stay.
      slice(to, Number(int(size))).set(filled(hash("comm"), Number(int(size)) - 5));
      return 0n;
    },
    probe_read_kernel: ([to, size, address]) => {
      slice(to, Number(int(size))).set(filled(int(address) ^ hash("kernel"), Number(int(size))));
      return 0n;
    },
    probe_read_kernel_str: ([to, size, address]) => {
      // Writes only as far as the string goes.
      const limit = Math.min(Number(int(size)), 1 + Number(BigInt.asUintN(3, int(address))));
      slice(to, Number(int(size)))
        .subarray(0, limit)
        .set(filled(int(address), limit));
      return BigInt(limit);
    },
    ringbuf_reserve: ([, size]) => ({ region: { bytes: new Uint8Array(Number(int(size))) }, offset: 0 }),
    ringbuf_submit: ([record]) => this.#event("submit", pointer(record).region.bytes),
    ringbuf_discard: () => 0n,
    ringbuf_output: ([, from, size]) => this.#event("output", slice(from, Number(int(size)))),
    for_each_map_elem: ([map, callback, context]) => {
      let count = 0n;
      for (const [key, region] of [...this.#entriesOf(map)]) {
        const keyBytes: Pointer = { region: { bytes: Uint8Array.from(Buffer.from(key, "hex")) }, offset: 0 };
        count++;
        if (this.run(callee(callback), [map ?? 0n, keyBytes, { region, offset: 0 }, context ?? 0n]) !== 0n) break;
      }
      return count;
    },
    loop: ([count, callback, context]) => {
      let at = 0n;
      for (; at < int(count); at++) if (this.run(callee(callback), [at, context ?? 0n]) !== 0n) return at + 1n;
      return at;
    },
  };

  callKfunc(kfunc: string, args: readonly Datum[]): Datum {
    const iterator = pointer(args[0]);
    const view = viewOf(iterator, 8);
    switch (kfunc) {
      case "bpf_iter_num_new":
        view.setInt32(0, Number(int(args[1])) - 1, true);
        view.setInt32(4, Number(int(args[2])), true);
        return 0n;
      case "bpf_iter_num_next": {
        const next = view.getInt32(0, true) + 1;
        if (next >= view.getInt32(4, true)) return 0n;
        view.setInt32(0, next, true);
        return iterator;
      }
      default:
        return 0n;
    }
  }

  #event(kind: string, bytes: Uint8Array): bigint {
    this.events.push(`${kind} ${hex(bytes)}`);
    return 0n;
  }

  #model(map: Datum | undefined): MapModel {
    const model = this.#maps[mapIndex(map)];
    if (model === undefined) throw new Error("no such map");
    return model;
  }

  #entriesOf(map: Datum | undefined): Map<string, Region> {
    const entries = this.#entries[mapIndex(map)];
    if (entries === undefined) throw new Error("no such map");
    return entries;
  }

  #key(map: Datum | undefined, key: Datum | undefined): string {
    return hex(slice(key, this.#model(map).keyBytes));
  }
}

class Frame {
  readonly #machine: Machine;
  readonly #fn: IrFunction;
  readonly #values: (Datum | undefined)[] = [];
  readonly #slots: readonly Region[];
  readonly #blocks: ReadonlyMap<number, Block>;

  constructor(machine: Machine, fn: IrFunction, args: readonly Datum[]) {
    this.#machine = machine;
    this.#fn = fn;
    this.#slots = fn.slots.map(({ bytes }) => ({ bytes: new Uint8Array(bytes) }));
    this.#blocks = new Map(fn.blocks.map((block) => [block.id, block]));
    fn.params.forEach((param, index) => (this.#values[param] = args[index]));
  }

  run(): bigint {
    let block = this.#fn.blocks[0];
    while (block !== undefined) {
      for (const instruction of block.instructions) this.#execute(instruction);
      this.#machine.step();
      const { terminator }: Block = block;
      switch (terminator.op) {
        case "exit":
          return this.#int(terminator.value);
        case "jump":
          block = this.#enter(terminator.target);
          break;
        case "may-goto":
          block = this.#enter(this.#machine.mayGoOn() ? terminator.next : terminator.exhausted);
          break;
        case "loop":
          throw new Error("a loop that is not settled");
        case "branch":
          block = this.#enter(this.#compare(terminator) ? terminator.then : terminator.otherwise);
          break;
      }
    }
    throw new Error("left the function");
  }

  #enter({ block: id, args }: Target): Block {
    const block = this.#blocks.get(id);
    if (block === undefined) throw new Error(`no block b${id}`);
    const passed = args.map((arg) => this.#get(arg));
    block.params.forEach((param, index) => (this.#values[param] = passed[index]));
    return block;
  }

  #execute(i: Instruction): void {
    this.#machine.step();
    switch (i.op) {
      case "const":
        return this.#set(i.result, i.value);
      case "alu":
        return this.#set(i.result, this.#alu(i.alu, this.#get(i.left), this.#get(i.right)));
      case "extend":
        return this.#set(i.result, extend(this.#int(i.value), i.bits / 8, i.isSigned));
      case "byte-swap":
        return this.#set(i.result, byteSwap(this.#int(i.value), i.bits / 8));
      case "compare":
        return this.#set(i.result, this.#compare(i) ? 1n : 0n);
      case "load":
        return this.#set(i.result, this.#load(i.pointer, i.offset, i.bytes, i.isSigned));
      case "store":
        return this.#store(i.pointer, i.offset, i.bytes, this.#int(i.value));
      case "atomic-add":
        return this.#store(
          i.pointer,
          i.offset,
          i.bytes,
          this.#load(i.pointer, i.offset, i.bytes, false) + this.#int(i.value),
        );
      case "atomic-fetch-add": {
        const before = this.#load(i.pointer, i.offset, i.bytes, false);
        this.#store(i.pointer, i.offset, i.bytes, before + this.#int(i.value));
        return this.#set(i.result, before);
      }
      case "atomic-claim": {
        const before = this.#load(i.pointer, i.offset, i.bytes, false);
        if (before === 0n) this.#store(i.pointer, i.offset, i.bytes, this.#int(i.value));
        return this.#set(i.result, before);
      }
      case "copy":
        slice(this.#at(i.to, i.toOffset), i.bytes).set(slice(this.#at(i.from, i.fromOffset), i.bytes));
        return;
      case "zero":
        slice(this.#at(i.to, i.toOffset), i.bytes).fill(0);
        return;
      case "slot-address":
        return this.#set(i.result, { region: this.#slots[i.slot] as Region, offset: 0 });
      case "map":
        return this.#set(i.result, { map: i.map });
      case "map-value":
        return this.#set(i.result, { region: this.#machine.globalOf(i.map), offset: i.offset });
      case "call":
        return this.#set(
          i.result,
          this.#machine.call(
            i.helper,
            i.args.map((arg) => this.#get(arg)),
          ),
        );
      case "call-kfunc":
        return this.#set(
          i.result,
          this.#machine.callKfunc(
            i.kfunc,
            i.args.map((arg) => this.#get(arg)),
          ),
        );
      case "call-function":
        return this.#set(
          i.result,
          this.#machine.run(
            i.callee,
            i.args.map((arg) => this.#get(arg)),
          ),
        );
      case "function":
        return this.#set(i.result, { callee: i.callee });
    }
  }

  #alu(op: AluOp, left: Datum, right: Datum): Datum {
    if (isPointer(left))
      return { region: left.region, offset: left.offset + Number(int(right)) * (op === "sub" ? -1 : 1) };
    if (isPointer(right)) return { region: right.region, offset: right.offset + Number(int(left)) };
    return alu(op, int(left), int(right));
  }

  #compare({ condition, left, right }: { condition: Condition; left: Value; right: Value }): boolean {
    const [a, b] = [this.#get(left), this.#get(right)];
    // Only null checks and equality are defined for pointers.
    if (isPointer(a) || isPointer(b)) {
      const isEqual = isPointer(a) && isPointer(b) && a.region === b.region && a.offset === b.offset;
      return condition === "eq" ? isEqual : !isEqual;
    }
    return compare(condition, int(a), int(b));
  }

  #load(value: Value, offset: number, bytes: number, isSigned: boolean): bigint {
    let loaded = 0n;
    slice(this.#at(value, offset), bytes).forEach((byte, at) => (loaded |= BigInt(byte) << BigInt(8 * at)));
    return extend(loaded, bytes, isSigned);
  }

  #store(value: Value, offset: number, bytes: number, stored: bigint): void {
    const to = slice(this.#at(value, offset), bytes);
    for (let at = 0; at < bytes; at++) to[at] = Number(BigInt.asUintN(8, stored >> BigInt(8 * at)));
  }

  #at(value: Value, offset: number): Pointer {
    const base = pointer(this.#get(value));
    return { region: base.region, offset: base.offset + offset };
  }

  #get(value: Value): Datum {
    const datum = this.#values[value];
    if (datum === undefined) throw new Error(`v${value} has no value in ${this.#fn.name}`);
    return datum;
  }

  #int(value: Value): bigint {
    return int(this.#get(value));
  }

  #set(value: Value, datum: Datum): void {
    this.#values[value] = datum;
  }
}

// ---------------------------------------------------------------- arithmetic, by typed arrays

const UNSIGNED = new BigUint64Array(2);
const SIGNED = new BigInt64Array(UNSIGNED.buffer);

function alu(op: AluOp, left: bigint, right: bigint): bigint {
  SIGNED[0] = left;
  SIGNED[1] = right;
  const [a, b] = [UNSIGNED[0] as bigint, UNSIGNED[1] as bigint];
  const count = b % 64n;
  const results: { readonly [O in AluOp]: () => bigint } = {
    add: () => a + b,
    sub: () => a - b,
    mul: () => a * b,
    div: () => (b === 0n ? 0n : a / b),
    mod: () => (b === 0n ? a : a % b),
    and: () => a & b,
    or: () => a | b,
    xor: () => a ^ b,
    shl: () => a << count,
    shr: () => a >> count,
    sar: () => left >> count,
  };
  SIGNED[0] = BigInt.asIntN(64, results[op]());
  return SIGNED[0];
}

function compare(condition: Condition, left: bigint, right: bigint): boolean {
  SIGNED[0] = left;
  SIGNED[1] = right;
  const [a, b] = [UNSIGNED[0] as bigint, UNSIGNED[1] as bigint];
  const results: { readonly [C in Condition]: boolean } = {
    eq: a === b,
    ne: a !== b,
    ult: a < b,
    ule: a <= b,
    ugt: a > b,
    uge: a >= b,
    slt: left < right,
    sle: left <= right,
    sgt: left > right,
    sge: left >= right,
    test: (a & b) !== 0n,
  };
  return results[condition];
}

function extend(value: bigint, bytes: number, isSigned: boolean): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value, true);
  const isNegative = isSigned && view.getInt8(bytes - 1) < 0;
  for (let at = bytes; at < 8; at++) view.setUint8(at, isNegative ? 0xff : 0);
  return view.getBigInt64(0, true);
}

function byteSwap(value: bigint, bytes: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  for (let at = 0; at < bytes; at++)
    view.setUint8(at, Number(BigInt.asUintN(8, value >> BigInt(8 * (bytes - 1 - at)))));
  return view.getBigInt64(0, true);
}

// ---------------------------------------------------------------- data

function int(datum: Datum | undefined): bigint {
  if (typeof datum !== "bigint") throw new Error("not an integer");
  return datum;
}

function pointer(datum: Datum | undefined): Pointer {
  if (datum === undefined || !isPointer(datum)) throw new Error("not a pointer");
  return datum;
}

function mapIndex(datum: Datum | undefined): number {
  if (typeof datum !== "object" || !("map" in datum)) throw new Error("not a map");
  return datum.map;
}

function callee(datum: Datum | undefined): number {
  if (typeof datum !== "object" || !("callee" in datum)) throw new Error("not a function");
  return datum.callee;
}

function slice(datum: Datum | undefined, bytes: number): Uint8Array {
  const { region, offset } = pointer(datum);
  if (offset < 0 || offset + bytes > region.bytes.length)
    throw new Error(`access outside of memory: ${offset}+${bytes}`);
  return region.bytes.subarray(offset, offset + bytes);
}

function viewOf(at: Pointer, bytes: number): DataView {
  const part = slice(at, bytes);
  return new DataView(part.buffer, part.byteOffset, bytes);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function hash(text: string): bigint {
  let state = 0xcbf29ce484222325n;
  for (const char of text) state = BigInt.asUintN(64, (state ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n);
  return BigInt.asIntN(64, state);
}

const filled = (seed: bigint, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) => Number(BigInt.asUintN(8, (seed >> BigInt(at % 8)) + BigInt(at))));
