/**
 * Makes random IR programs that are defined on every input and that the kernel's verifier must accept: all memory is
 * initialised, all offsets are bounded, all loops end.
 *
 * Their inputs are the twelve words of a raw tracepoint's context; what they compute goes into the returned value, into
 * global data (map 0) and into a hash map (map 1).
 */
import { Builder } from "../../codegen/ir/builder.js";
import type { AccessBytes, AluOp, Condition, IrFunction, IrProgram, Value } from "../../codegen/ir/ir.js";

export const GLOBAL_BYTES = 2048;
export const HASH = { keyBytes: 8, valueBytes: 16 } as const;
export const CONTEXT_WORDS = 12;

export interface RandomProgramOptions {
  /** Statements of the outermost level. */
  readonly statements: number;
  /** Values that are all alive from the start to the end. */
  readonly longLived: number;
  readonly subprograms: number;
}

type Random = (below: number) => number;

const ALU_OPS: readonly AluOp[] = ["add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr", "sar"];
const CONDITIONS: readonly Condition[] = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge", "test"];
const SIZES: readonly AccessBytes[] = [1, 2, 4, 8];
const CONSTANTS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  10n,
  63n,
  64n,
  65n,
  100n,
  255n,
  256n,
  1000n,
  4096n,
  0x7fffffffn,
  0x80000000n,
  0xfffffffen,
  0xffffffffn,
  0x100000000n,
  0x123456789abcdef0n,
  0x7fffffffffffffffn,
  -1n,
  -2n,
  -128n,
  -0x80000000n,
  -0x80000001n,
  -0x8000000000000000n,
];

export function randomProgram(random: Random, options: RandomProgramOptions): IrProgram {
  const functions: IrFunction[] = [];
  for (let i = 0; i < options.subprograms; i++) {
    const params = 1 + random(5);
    functions.push(new RandomFunction(random, `sub${i + 1}`, "subprogram", params).build(2 + random(4), params));
  }
  const callees = functions.map((fn, i) => ({ index: i + 1, params: fn.params.length }));
  const main = new RandomFunction(random, "main", "program", 0, callees).build(options.statements, options.longLived);
  return { functions: [main, ...functions] };
}

interface Callee {
  readonly index: number;
  readonly params: number;
}

/** A piece of memory that may be read and written. */
interface Memory {
  readonly pointer: Value;
  readonly bytes: number;
  /** A power of two that fits: mask for variable offsets. */
  readonly isIndexable: boolean;
}

const MAX_DEPTH = 3;
const MAX_BRANCHES = 12;

class RandomFunction {
  readonly #random: Random;
  readonly #b: Builder;
  readonly #callees: readonly Callee[];
  readonly #memories: Memory[] = [];
  #ints: Value[] = [];
  #branches = 0;
  /** A pointer to an entry is in use. An update could give its memory to another key. */
  #holdsEntry = false;

  constructor(
    random: Random,
    name: string,
    role: "program" | "subprogram",
    params: number,
    callees: readonly Callee[] = [],
  ) {
    this.#random = random;
    this.#callees = callees;
    this.#b = new Builder(
      name,
      role,
      role === "program" ? ["context"] : Array.from({ length: params }, () => "int" as const),
    );
  }

  build(statements: number, longLived: number): IrFunction {
    const b = this.#b;
    this.#openMemory();
    this.#ints = this.#inputs(longLived);
    const kept = [...this.#ints];
    for (let i = 0; i < statements; i++) this.#statement(0);
    kept.forEach((value, i) => b.store(b.mapValue(0, 8 * (i % (GLOBAL_BYTES / 8))), 0, 8, value));
    b.exit(this.#sum());
    return b.finish();
  }

  #inputs(count: number): Value[] {
    const b = this.#b;
    const [context] = b.params;
    if (context === undefined || b.typeOf(context) !== "context") return [...b.params];
    return Array.from({ length: count }, (_, i) => {
      const word = b.load(context, 8 * (i % CONTEXT_WORDS), 8);
      return i < CONTEXT_WORDS ? word : b.add(word, b.int(i));
    });
  }

  #openMemory(): void {
    const b = this.#b;
    const slots = 1 + this.#random(3);
    for (let i = 0; i < slots; i++) {
      const bytes = this.#pick([8, 16, 32, 13, 24]);
      const pointer = b.slotAddress(b.slot(bytes, 8, `slot${i}`));
      b.zero(pointer, 0, bytes, 8);
      this.#memories.push({ pointer, bytes, isIndexable: (bytes & (bytes - 1)) === 0 });
    }
    this.#memories.push({ pointer: b.mapValue(0), bytes: GLOBAL_BYTES, isIndexable: true });
  }

  /** Depends on everything in scope. */
  #sum(): Value {
    return this.#ints.reduce((sum, value) => this.#b.alu("xor", sum, value), this.#b.int(0));
  }

  // ---- statements

  #statement(depth: number): void {
    const kinds: readonly (readonly [weight: number, run: () => void])[] = [
      [30, () => this.#add(this.#b.alu(this.#pick(ALU_OPS), this.#int(), this.#int()))],
      [15, () => this.#add(this.#b.alu(this.#pick(ALU_OPS), this.#int(), this.#b.int(this.#pick(CONSTANTS))))],
      [5, () => this.#add(this.#b.alu(this.#pick(ALU_OPS), this.#b.int(this.#pick(CONSTANTS)), this.#int()))],
      [10, () => this.#add(this.#b.extend(this.#int(), this.#pick([8, 16, 32]), this.#random(2) === 0))],
      [4, () => this.#add(this.#b.byteSwap(this.#int(), this.#pick([16, 32, 64])))],
      [6, () => this.#add(this.#b.compare(this.#pick(CONDITIONS), this.#int(), this.#operand()))],
      [15, () => this.#access()],
      [8, () => this.#variableAccess()],
      [5, () => this.#atomic()],
      [5, () => this.#noise()],
      [5, () => this.#copy()],
      [3, () => this.#zero()],
      [this.#holdsEntry ? 0 : 6, () => this.#update()],
      [6, () => this.#lookup(depth)],
      [this.#canBranch(depth) ? 12 : 0, () => this.#branch(depth)],
      [this.#canBranch(depth) ? 6 : 0, () => this.#choose(depth)],
      [this.#canBranch(depth) ? 4 : 0, () => this.#loop(depth)],
      [this.#callees.length > 0 && !this.#holdsEntry ? 8 : 0, () => this.#call()],
    ];
    let at = this.#random(kinds.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, run] of kinds) {
      if (at < weight) {
        run();
        return;
      }
      at -= weight;
    }
  }

  #canBranch(depth: number): boolean {
    return depth < MAX_DEPTH && this.#branches < MAX_BRANCHES;
  }

  #access(): void {
    const { pointer, bytes } = this.#memory();
    const size = this.#pick(SIZES.filter((candidate) => candidate <= bytes));
    const offset = size * this.#random(Math.floor(bytes / size));
    if (this.#random(2) === 0) this.#add(this.#b.load(pointer, offset, size, this.#random(2) === 0));
    else this.#b.store(pointer, offset, size, this.#operand());
  }

  #variableAccess(): void {
    const indexable = this.#memories.filter(({ isIndexable }) => isIndexable);
    const { pointer, bytes } = this.#pick(indexable);
    const size = this.#pick(SIZES.filter((candidate) => candidate <= bytes));
    const index = this.#b.alu("and", this.#int(), this.#b.int(bytes - size));
    const at = this.#random(2) === 0 ? this.#b.add(pointer, index) : this.#b.add(index, pointer);
    if (this.#random(2) === 0) this.#add(this.#b.load(at, 0, size, false));
    else this.#b.store(at, 0, size, this.#operand());
  }

  #atomic(): void {
    const { pointer } = this.#memories.at(-1) as Memory;
    const size = this.#pick([4, 8] as const);
    const offset = size * this.#random(GLOBAL_BYTES / size);
    if (size === 8 && this.#random(3) === 0) this.#add(this.#b.atomicClaim(pointer, offset, this.#operand()));
    else if (this.#random(2) === 0) this.#b.atomicAdd(pointer, offset, size, this.#operand());
    else this.#add(this.#b.atomicFetchAdd(pointer, offset, size, this.#operand()));
  }

  /** A call whose result is known only to be equal to itself. */
  #noise(): void {
    const value = this.#b.call(
      this.#pick(["get_smp_processor_id", "ktime_get_ns", "get_current_pid_tgid"] as const),
      [],
    );
    this.#add(this.#b.alu("xor", this.#int(), this.#b.alu("sub", value, value)));
  }

  #copy(): void {
    const [to, from] = [this.#memory(), this.#memory()];
    if (to === from) return;
    const align = this.#pick(SIZES);
    const bytes = 1 + this.#random(Math.min(to.bytes, from.bytes));
    const toOffset = align * this.#random(Math.floor((to.bytes - bytes) / align) + 1);
    const fromOffset = align * this.#random(Math.floor((from.bytes - bytes) / align) + 1);
    this.#b.copy(to.pointer, toOffset, from.pointer, fromOffset, bytes, align);
  }

  #zero(): void {
    const { pointer, bytes } = this.#memory();
    const align = this.#pick(SIZES);
    const length = 1 + this.#random(bytes);
    this.#b.zero(pointer, align * this.#random(Math.floor((bytes - length) / align) + 1), length, align);
  }

  // ---- maps

  #key(): Value {
    const b = this.#b;
    const key = b.slotAddress(b.slot(HASH.keyBytes, 8, "key"));
    b.store(key, 0, 8, b.alu("and", this.#int(), b.int(3)));
    return key;
  }

  #update(): void {
    const b = this.#b;
    const key = this.#key();
    const value = b.slotAddress(b.slot(HASH.valueBytes, 8, "value"));
    b.store(value, 0, 8, this.#int());
    b.store(value, 8, 8, this.#operand());
    b.call("map_update_elem", [b.map(1), key, value, b.int(0)]);
  }

  /** The pointer stays in use over whatever statements come inside. */
  #lookup(depth: number): void {
    const b = this.#b;
    const entry = b.call("map_lookup_elem", [b.map(1), this.#key()]);
    this.#branches++;
    const outside = this.#ints;
    const held = this.#holdsEntry;
    this.#holdsEntry = true;
    b.ifNotNull(entry, {
      found: (found) => {
        this.#ints = [...outside, b.load(found, 0, 8)];
        if (depth < MAX_DEPTH) for (let i = this.#random(3); i > 0; i--) this.#statement(depth + 1);
        b.store(found, 8, 8, b.add(this.#int(), b.load(found, 8, 8)));
        b.atomicAdd(found, 0, 8, this.#int());
      },
    });
    this.#holdsEntry = held;
    this.#ints = outside;
  }

  // ---- control flow

  #branch(depth: number): void {
    this.#branches++;
    const outside = this.#ints;
    const arm = (): void => {
      this.#ints = [...outside];
      for (let i = 1 + this.#random(3); i > 0; i--) this.#statement(depth + 1);
      this.#b.store(this.#memory().pointer, 0, 8, this.#sum());
      if (this.#random(12) === 0) this.#b.exit(this.#sum());
    };
    const arms = this.#random(3) === 0 ? { then: arm } : { then: arm, otherwise: arm };
    this.#b.if(this.#pick(CONDITIONS), this.#int(), this.#operand(), arms);
    this.#ints = outside;
  }

  #choose(depth: number): void {
    this.#branches++;
    const outside = this.#ints;
    const arm = (): Value => {
      this.#ints = [...outside];
      if (this.#random(2) === 0) this.#statement(depth + 1);
      return this.#operand();
    };
    const value = this.#b.choose(this.#pick(CONDITIONS), this.#int(), this.#operand(), { then: arm, otherwise: arm });
    this.#ints = outside;
    this.#add(value);
  }

  /** `for (i = 0; i < n; i++)` with other values that change from turn to turn, and sometimes change places. */
  #loop(depth: number): void {
    this.#branches++;
    const b = this.#b;
    const outside = this.#ints;
    const carried = Array.from({ length: 1 + this.#random(4) }, () => this.#int());
    const header = b.block(["int", ...carried.map(() => "int" as const)]);
    const [body, after] = [b.block(), b.block()];
    b.jump(header, [b.int(0), ...carried]);
    b.switchTo(header);
    const [counter, ...params] = b.paramsOf(header);
    if (counter === undefined) return;
    b.branch("ult", counter, b.int(1 + this.#random(4)), body, after);
    b.switchTo(body);
    this.#ints = [...outside, ...params, counter];
    for (let i = 1 + this.#random(2); i > 0; i--) this.#statement(depth + 1);
    if (!b.isTerminated) {
      const next = params.map(() => (this.#random(2) === 0 ? this.#pick(params) : this.#int()));
      b.jump(header, [b.add(counter, b.int(1)), ...next]);
    }
    b.switchTo(after);
    this.#ints = [...outside, ...params];
  }

  #call(): void {
    const { index, params } = this.#pick(this.#callees);
    this.#add(
      this.#b.callFunction(
        index,
        Array.from({ length: params }, () => this.#operand()),
      ),
    );
  }

  // ---- choices

  #add(value: Value): void {
    this.#ints.push(value);
    // Old values go out of use, so that not everything lives for ever.
    if (this.#ints.length > 24) this.#ints.splice(this.#random(this.#ints.length), 1);
  }

  #int(): Value {
    return this.#pick(this.#ints);
  }

  #operand(): Value {
    return this.#random(4) === 0 ? this.#b.int(this.#pick(CONSTANTS)) : this.#int();
  }

  #memory(): Memory {
    return this.#pick(this.#memories);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)] as T;
  }
}

/** Words with many zeros and many ones, where mistakes show. */
export const randomContext = (random: Random): Uint8Array =>
  Uint8Array.from({ length: CONTEXT_WORDS * 8 }, () =>
    random(4) === 0 ? random(256) : random(3) === 0 ? 0 : 255 * random(2),
  );
