/** The vocabulary that definitions of functions and builtins lower with. Implemented by `lower/`. */
import type { Block, Call, Expr, Span } from "../../grammar/index.js";
import type { MapInfo } from "./map-info.js";
import type { Config } from "../config.js";
import type { KernelFacts } from "../facts.js";
import type { HelperName } from "../kernel/helpers.js";
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import type { WarningSite } from "../object.js";
import type { ActionCall } from "./actions.js";
import type { ProbeContext } from "./provider.js";
import type { StructSource } from "../types/struct-source.js";
import type { AddressSpace, IntType, Type } from "../types/type.js";
import type { Takings } from "./takings.js";

/** Memory that programs may read and write directly: a stack slot, scratch, a map value, a record. */
export interface Place {
  readonly base: Value;
  readonly offset: number;
  /** Divides the address. */
  readonly align: 1 | 2 | 4 | 8;
}

/**
 * The value of an expression.
 *
 * - `scalar`: in a register, extended to 64 bits by its type's sign
 * - `memory`: bytes that may be read directly and do not change under our hands
 * - `address`: a struct or array that lies at an address of the kernel or of a process; nothing is read
 *   until a scalar in it is
 */
export type Operand =
  | { readonly kind: "scalar"; readonly value: Value }
  | { readonly kind: "memory"; readonly place: Place }
  | {
      readonly kind: "address";
      readonly value: Value;
      readonly space: AddressSpace;
      /** Of a char array that has fewer bytes than its type says. */
      readonly bytes?: number;
    };

export const scalar = (value: Value): Operand => ({ kind: "scalar", value });
export const memory = (place: Place): Operand => ({ kind: "memory", place });

/** One field of an event: where it gets its value from. */
export type EventField =
  | { readonly name: string; readonly type: Type; readonly expr: Expr }
  | { readonly name: string; readonly type: Type; readonly value: Value }
  /** A string with room for more than a few bytes: it is written with a NUL, and its length without that given back. */
  | { readonly name: string; readonly type: Type; readonly copy: (to: Place) => Value };

/** Bytes of a packet, which the kernel copies. */
export interface PacketRequest {
  /** What user space is to do with it. */
  readonly call: ActionCall;
  /** A `struct sk_buff *` that the kernel knows for one. */
  readonly packet: Value;
  readonly length: Value;
  readonly span: Span;
}

/** What user space is to do. */
type AnyEvent = ActionCall & { readonly span: Span };

export type EventRequest =
  (AnyEvent & { readonly fields: readonly EventField[]; readonly mustArrive?: undefined }) | LateEventRequest;

/** What a full ring does not stop goes to the queue of late events, or even takes another's place there. */
export type LateEventRequest = AnyEvent & {
  readonly fields: readonly [] | readonly [NumberField];
  readonly mustArrive: "queued" | "always";
};

/** All that there is room for in the queue. The value is made before anything is sent. */
interface NumberField {
  readonly name: string;
  readonly type: IntType;
  readonly value: Value;
}

export interface Lowering {
  readonly b: Builder;
  readonly context: ProbeContext;
  readonly config: Config;
  readonly structs: StructSource;
  readonly facts: KernelFacts;
  readonly takings: Takings;
  typeOf(expr: Expr): Type;
  /** Any expression. */
  operand(expr: Expr): Operand;
  /** A scalar expression, extended to 64 bits by its type's sign. */
  value(expr: Expr): Value;
  /** The scalar that a cast to `type` makes of the expression. */
  castTo(expr: Expr, type: Type): Value;
  /** Writes the expression's value, converted to `type`, with all padding zero. */
  into(expr: Expr, type: Type, place: Place): void;
  /** The expression's bytes, converted to `type`, in memory that programs may read. */
  inMemory(expr: Expr, type: Type): Place;
  /** Where the expression's bytes can be read; foreign ones are copied first. */
  placeOf(expr: Expr): Place;
  /** Read-only bytes of the program, at a multiple of 8, with a NUL behind them. */
  constant(bytes: string): Place;
  /** Memory until the current statement ends: on the stack, or in this program's scratch when it is large. */
  temporary(bytes: number, align: 1 | 2 | 4 | 8, name: string): Place;
  /** Address of a place as a helper argument. */
  addressOf(place: Place): Value;
  /** Reads memory of the kernel or of the process; zero where that fails. */
  readMemory(to: Place, bytes: number, address: Value, space: AddressSpace, span: Span): void;
  /** The same for a number of bytes that only the program knows, and that the verifier sees to be small enough. */
  readBytes(to: Place, count: Value, address: Value, space: AddressSpace, span: Span): void;
  /** The name of the current task, where it can be loaded: 16 bytes, in words of so many. */
  loadComm(width: 4 | 8): readonly Value[] | undefined;
  /** Where the bytes are that an expression stands for or, of a number, that it is the address of. */
  addressAndSpace(expr: Expr): { readonly address: Value; readonly space: AddressSpace };
  /**
   * The same for helpers that want to know what is there: the verifier has to see where the address comes from. Nothing
   * is done where a pointer on the way to it is null.
   */
  withObject(expr: Expr, use: (address: Value) => void): void;
  /**
   * Reads a C string of at most `limit` bytes, NUL included. What follows the NUL keeps what it held.
   * @returns the bytes read with the NUL; 0 on failure, and then the first byte is 0
   */
  readString(to: Place, limit: Value, address: Value, space: AddressSpace, span: Span): Value;
  /**
   * Copies a string to a place with room for `capacity` bytes and a NUL. What follows the NUL keeps what it held.
   * @returns the length without the NUL, at most `capacity`
   */
  copyString(expr: Expr, to: Place, capacity: number): Value;
  /** 1 when two strings are equal as far as `limit` bytes go. */
  equalStrings(left: Expr, right: Expr, limit: number): Value;
  /** Memory that the bodies of {@link repeat} reach too: where it lies is asked for in each of them. */
  sharedMemory(bytes: number): () => Place;
  /** Runs a body so many times; it is given the number of the turn, from 0, and a way to end it all. */
  repeat(times: Value, body: (turn: Value, stop: () => void) => void): void;
  /**
   * A number that is computed from others, by much code: in a function of its own, `name`, where the script calls `call`
   * often.
   */
  compute<A extends readonly Value[]>(call: Call, name: string, args: A, body: (args: A) => Value): Value;
  /** A literal argument after folding. */
  literal(call: Call, index: number): bigint | string | boolean | undefined;
  /** Number of a string that events name. */
  intern(text: string): number;
  map(name: string): MapInfo;
  /** Index of the script map in the object's `scriptMaps`. */
  scriptMapIndex(name: string): number;
  /** The map as a helper's argument, and a key in memory (for scalar maps the constant 0). */
  mapArgument(name: string): Value;
  key(name: string, key: Expr | undefined): Value;
  /** Removes an entry (of a scalar map: its value); 1 if it was there. */
  deleteEntry(name: string, key: Expr | undefined, span: Span): Value;
  /** Goes on to a program of an array, for good; where there is none it comes back. */
  tailCall(array: string, slot: Value, span: Span): void;
  /** Number of entries of a keyed map. */
  mapLength(name: string): Value;
  /** Read-only memory with the row of the attach point that has fired: byte strings, one for each point of the body. */
  pointData(rows: readonly string[]): Place;
  /** Which place of which attach point has fired: they are counted over all points of the body. */
  siteNumber(): Value;
  /** Boot-time nanoseconds at which the trace started. */
  runStart(): Value;
  /** Nanoseconds that boot time is behind atomic time. */
  bootToTai(): Value;
  /** The child that `-c` started, when that is told to the loader: 0 without one. */
  laterChild(): Value;
  /** What a test of time reads in the place of every clock: `BPFTRACE_DUMMY_TS_MAP`. */
  dummyClock(): Value | undefined;
  /** The user stack by tables (`dw_ustack`): u64 frames, u64 address[limit], the same bytes for the same stack. */
  unwoundStack(limit: number, span: Span): Place;
  sendEvent(event: EventRequest): void;
  /** @returns 0, or the number of an error below 0 */
  sendPacket(packet: PacketRequest): Value;
  /** Reports a helper that failed: see output.md 11. `level` 2 only with `-k`. */
  checkHelper(helper: HelperName, result: Value, span: Span, level: 1 | 2): void;
  /** Reports what is no failure of a helper. */
  warn(kind: WarningSite["kind"], span: Span): void;
  /** From here on no probe does anything, on any CPU, but what runs after all others. */
  stopAllProbes(): void;
  /** Ends this firing at once. */
  returnFromProbe(): void;
  /** A value that is made before everything else in the function, once, whoever asks for it. */
  atEntry(key: string, make: () => Value): Value;
  /** The context pointer. */
  contextPointer(): Value;
  /** A member of `args`. */
  argument(name: string, span: Span): Operand;
  /**
   * The same bits, of which the verifier does not know that they are a pointer: it lets programs do arithmetic with
   * numbers only. Programs whose context is typed get pointers out of it.
   */
  asNumber(value: Value): Value;
  lowerBlock(block: Block): Operand | undefined;
}
