/**
 * Runs encoded BPF, so that what the code generator wrote can be compared with what it was given, without a kernel.
 *
 * Registers are unsigned 64-bit numbers. Memory is regions in one address space, far apart from each other; accesses
 * outside of them throw, and so do reads of registers that were never written or that a call has clobbered.
 */
import { decode, type DecodedInstruction } from "../../codegen/bpf/index.js";
import { HELPERS } from "../../codegen/kernel/helpers.js";
import type { Relocation } from "../../codegen/object.js";
import type { MapModel } from "./ir-interpreter.js";

export interface BpfOutcome {
  readonly result: bigint;
  /** Global data, by map. */
  readonly globals: readonly Uint8Array[];
  /** Sorted `key=value` in hexadecimal, by map. */
  readonly entries: readonly (readonly string[])[];
  /** Instructions that were executed. */
  readonly steps: number;
}

export interface BpfImage {
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
}

const MAX_STEPS = 1_000_000;
const STACK_BYTES = 512;
const REGION_SPACING = 0x1_0000_0000n;

export interface RunOptions {
  /** Global data, by map: that of others who run. Without it each run has its own. */
  readonly globals?: readonly Uint8Array[];
  /** Called before each instruction, with the number of those that were executed. */
  readonly before?: (steps: number) => void;
  /** What a helper returns, by its number; undefined: what it always does. */
  readonly helper?: (id: number) => bigint | undefined;
}

export function runBpf(
  image: BpfImage,
  maps: readonly MapModel[],
  context: Uint8Array,
  options: RunOptions = {},
): BpfOutcome {
  return new Machine(image, maps, options).run(context);
}

interface Region {
  readonly base: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

class Memory {
  readonly #regions: Region[] = [];

  add(bytes: Uint8Array): bigint {
    const base = BigInt(this.#regions.length + 1) * REGION_SPACING;
    this.#regions.push({ base, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) });
    return base;
  }

  /** The bytes from an address on, as many as asked for. */
  at(address: bigint, length: number): { readonly region: Region; readonly offset: number } {
    const region = this.#regions[Number(address / REGION_SPACING) - 1];
    const offset = region === undefined ? 0 : Number(address - region.base);
    if (region === undefined || offset + length > region.bytes.length)
      throw new Error(`no memory at 0x${address.toString(16)}+${length}`);
    return { region, offset };
  }

  slice(address: bigint, length: number): Uint8Array {
    const { region, offset } = this.at(address, length);
    return region.bytes.subarray(offset, offset + length);
  }

  has(address: bigint): boolean {
    return this.#regions[Number(address / REGION_SPACING) - 1] !== undefined;
  }
}

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

interface Frame {
  readonly registers: (bigint | undefined)[];
  readonly returnTo: number;
}

class Machine {
  readonly #memory = new Memory();
  readonly #program = new Map<number, DecodedInstruction>();
  readonly #relocations: ReadonlyMap<number, Relocation>;
  readonly #models: readonly MapModel[];
  readonly #globals: readonly Uint8Array[];
  readonly #globalBases: readonly bigint[];
  readonly #entries: readonly Map<string, bigint>[];
  readonly #mapBases: readonly bigint[];
  readonly #options: RunOptions;
  #registers: (bigint | undefined)[] = [];
  #frames: Frame[] = [];
  #steps = 0;

  constructor({ code, relocations }: BpfImage, maps: readonly MapModel[], options: RunOptions) {
    this.#options = options;
    for (const instruction of decode(code)) this.#program.set(instruction.place, instruction);
    this.#relocations = new Map(relocations.map((relocation) => [relocation.instruction, relocation]));
    this.#models = maps;
    this.#globals = options.globals ?? maps.map(({ valueBytes }) => new Uint8Array(valueBytes));
    this.#globalBases = this.#globals.map((bytes) => this.#memory.add(bytes));
    this.#mapBases = maps.map(() => this.#memory.add(new Uint8Array(8)));
    this.#entries = maps.map(() => new Map<string, bigint>());
  }

  run(context: Uint8Array): BpfOutcome {
    this.#registers = this.#frame([this.#memory.add(context)]);
    let at: number | undefined = 0;
    while (at !== undefined) at = this.#step(at);
    return {
      result: u64(this.#read(0)),
      globals: this.#globals,
      entries: this.#entries.map((entries, map) =>
        [...entries]
          .map(([key, value]) => `${key}=${hex(this.#memory.slice(value, this.#models[map]?.valueBytes ?? 0))}`)
          .sort(),
      ),
      steps: this.#steps,
    };
  }

  #frame(args: readonly bigint[]): (bigint | undefined)[] {
    const registers = new Array<bigint | undefined>(11).fill(undefined);
    args.forEach((arg, i) => (registers[i + 1] = arg));
    registers[10] = this.#memory.add(new Uint8Array(STACK_BYTES).fill(0xa5)) + BigInt(STACK_BYTES);
    return registers;
  }

  #read(register: number): bigint {
    const value = this.#registers[register];
    if (value === undefined) throw new Error(`r${register} is read but was not written`);
    return value;
  }

  #step(at: number): number | undefined {
    this.#options.before?.(this.#steps);
    if (++this.#steps > MAX_STEPS) throw new Error("too many steps");
    const instruction = this.#program.get(at);
    if (instruction === undefined) throw new Error(`no instruction at ${at}`);
    switch (instruction.opcode & 0x07) {
      case 0x07:
      case 0x04:
        this.#alu(instruction);
        return at + 1;
      case 0x05:
      case 0x06:
        return this.#jump(instruction);
      case 0x00:
        this.#loadImmediate(instruction);
        return at + 2;
      default:
        this.#access(instruction);
        return at + 1;
    }
  }

  // ---- arithmetic

  #alu({ opcode, dst, src, offset, imm }: DecodedInstruction): void {
    const isWide = (opcode & 0x07) === 0x07;
    const operation = opcode & 0xf0;
    const bits = isWide ? 64 : 32;
    const right = BigInt.asUintN(bits, (opcode & 0x08) !== 0 && operation !== 0xd0 ? this.#read(src) : BigInt(imm));
    if (operation === 0xd0) {
      this.#registers[dst] = swapped(this.#read(dst), imm / 8);
    } else if (operation === 0xb0) {
      this.#registers[dst] = BigInt.asUintN(bits, offset === 0 ? right : BigInt.asIntN(offset, right));
    } else {
      const left = BigInt.asUintN(bits, this.#read(dst));
      this.#registers[dst] = BigInt.asUintN(bits, arithmetic(operation, left, right, bits));
    }
  }

  // ---- memory

  #loadImmediate({ place, dst, src, imm, high }: DecodedInstruction): void {
    const relocation = this.#relocations.get(place);
    if (relocation?.kind === "map") this.#registers[dst] = this.#mapBases[relocation.map];
    else if (relocation?.kind === "map-value")
      this.#registers[dst] = (this.#globalBases[relocation.map] ?? 0n) + BigInt(relocation.offset);
    else if (src !== 0) throw new Error("no relocation");
    else this.#registers[dst] = u64((BigInt(high) << 32n) | BigInt(imm >>> 0));
  }

  #access({ opcode, dst, src, offset, imm }: DecodedInstruction): void {
    const bytes = [4, 2, 1, 8][(opcode & 0x18) >> 3] ?? 8;
    const isLoad = (opcode & 0x07) === 0x01;
    const base = this.#read(isLoad ? src : dst);
    const address = u64(base + BigInt(offset));
    if (this.#registers[10] !== undefined && this.#isStack(address) && address % BigInt(bytes) !== 0n)
      throw new Error("unaligned stack access");
    const { region, offset: at } = this.#memory.at(address, bytes);
    const load = (): bigint => {
      let value = 0n;
      for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(region.bytes[at + i] ?? 0);
      return value;
    };
    const store = (value: bigint): void => {
      for (let i = 0; i < bytes; i++) region.view.setUint8(at + i, Number((u64(value) >> BigInt(8 * i)) & 0xffn));
    };
    if (isLoad) this.#registers[dst] = (opcode & 0xe0) === 0x80 ? u64(BigInt.asIntN(bytes * 8, load())) : load();
    else if ((opcode & 0x07) === 0x02) store(BigInt(imm));
    else if ((opcode & 0xe0) === 0x60) store(this.#read(src));
    else if (imm === 0xf1) {
      const before = load();
      if (before === this.#read(0)) store(this.#read(src));
      this.#registers[0] = before;
    } else {
      const before = load();
      store(before + this.#read(src));
      if ((imm & 1) !== 0) this.#registers[src] = before;
    }
  }

  #isStack(address: bigint): boolean {
    const top = this.#registers[10] ?? 0n;
    return address < top && address >= top - BigInt(STACK_BYTES);
  }

  // ---- jumps and calls

  #jump(instruction: DecodedInstruction): number | undefined {
    const { opcode, place, dst, src, offset, imm } = instruction;
    const operation = opcode & 0xf0;
    const isWide = (opcode & 0x07) === 0x05;
    if (operation === 0x80) return this.#call(instruction);
    if (operation === 0x90) return this.#exit();
    if (operation === 0x00) return place + 1 + (isWide ? offset : imm);
    // `may_goto` jumps when a loop has gone on for too long, which MAX_STEPS would tell.
    if (operation === 0xe0) return place + 1;
    const bits = isWide ? 64 : 32;
    const left = BigInt.asUintN(bits, this.#read(dst));
    const right = BigInt.asUintN(bits, (opcode & 0x08) !== 0 ? this.#read(src) : BigInt(imm));
    return place + 1 + (holds(operation, left, right, bits) ? offset : 0);
  }

  #exit(): number | undefined {
    const frame = this.#frames.pop();
    const result = this.#read(0);
    if (frame === undefined) return undefined;
    this.#registers = frame.registers;
    this.#clobber();
    this.#registers[0] = result;
    return frame.returnTo;
  }

  #clobber(): void {
    for (let register = 0; register <= 5; register++) this.#registers[register] = undefined;
  }

  #call({ place, src, imm }: DecodedInstruction): number {
    if (src === 1) {
      const args = [1, 2, 3, 4, 5].map((register) => this.#registers[register]);
      this.#frames.push({ registers: this.#registers, returnTo: place + 1 });
      this.#registers = this.#frame([]);
      args.forEach((arg, i) => (this.#registers[i + 1] = arg));
      return place + 1 + imm;
    }
    const result = this.#options.helper?.(imm) ?? this.#helper(imm);
    this.#clobber();
    this.#registers[0] = result;
    return place + 1;
  }

  #helper(id: number): bigint {
    const key = (): { map: number; text: string } => {
      const map = this.#mapBases.indexOf(this.#read(1));
      return { map, text: hex(this.#memory.slice(this.#read(2), this.#models[map]?.keyBytes ?? 0)) };
    };
    switch (id) {
      case HELPERS.map_lookup_elem.id: {
        const { map, text } = key();
        return this.#entries[map]?.get(text) ?? 0n;
      }
      case HELPERS.map_update_elem.id: {
        const { map, text } = key();
        const value = this.#memory.slice(this.#read(3), this.#models[map]?.valueBytes ?? 0);
        this.#entries[map]?.set(text, this.#memory.add(value.slice()));
        return 0n;
      }
      case HELPERS.probe_read_kernel.id: {
        const to = this.#memory.slice(this.#read(1), Number(this.#read(2)));
        const from = this.#read(3);
        if (this.#memory.has(from)) to.set(this.#memory.slice(from, to.length));
        else to.fill(0);
        return 0n;
      }
      default:
        return u64(0x9e3779b97f4a7c15n * BigInt(id));
    }
  }
}

function arithmetic(operation: number, left: bigint, right: bigint, bits: number): bigint {
  const count = right & BigInt(bits - 1);
  const table: { readonly [operation: number]: (() => bigint) | undefined } = {
    0x00: () => left + right,
    0x10: () => left - right,
    0x20: () => left * right,
    0x30: () => (right === 0n ? 0n : left / right),
    0x40: () => left | right,
    0x50: () => left & right,
    0x60: () => left << count,
    0x70: () => left >> count,
    0x80: () => -left,
    0x90: () => (right === 0n ? left : left % right),
    0xa0: () => left ^ right,
    0xc0: () => BigInt.asIntN(bits, left) >> count,
  };
  const run = table[operation];
  if (run === undefined) throw new Error(`no operation ${operation}`);
  return run();
}

function holds(operation: number, left: bigint, right: bigint, bits: number): boolean {
  const [a, b] = [BigInt.asIntN(bits, left), BigInt.asIntN(bits, right)];
  const table: { readonly [operation: number]: boolean | undefined } = {
    0x10: left === right,
    0x20: left > right,
    0x30: left >= right,
    0x40: (left & right) !== 0n,
    0x50: left !== right,
    0x60: a > b,
    0x70: a >= b,
    0xa0: left < right,
    0xb0: left <= right,
    0xc0: a < b,
    0xd0: a <= b,
  };
  const result = table[operation];
  if (result === undefined) throw new Error(`no condition ${operation}`);
  return result;
}

function swapped(value: bigint, bytes: number): bigint {
  let result = 0n;
  for (let i = 0; i < bytes; i++) result = (result << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return result;
}
