/** Lowers one body: the implementation of {@link Lowering}, whose larger parts are in the files beside. */
import type { Block, Call, Expr, Span, Variable } from "../../grammar/index.js";
import type { Config } from "../config.js";
import type { TypedProbe, TypedProgram, VariableInfo } from "../analysis/typed-program.js";
import type { KernelFacts } from "../facts.js";
import { InternalError } from "../internal-error.js";
import type { HelperName } from "../kernel/helpers.js";
import type { Builder } from "../ir/builder.js";
import type { FunctionEffect, IrFunction, IrProgram, SlotHome, Value, ValueType } from "../ir/ir.js";
import type { MapInfo } from "../language/map-info.js";
import type { Takings } from "../language/takings.js";
import { LATER_TARGET, type WarningSite } from "../object.js";
import type { Language } from "../language/language.js";
import { type ProbeContext, siteCount } from "../language/provider.js";
import { alignUp, sizeOf } from "../types/layout.js";
import { seenFrom, type StructSource } from "../types/struct-source.js";
import { type AddressSpace, isScalar, type Type } from "../types/type.js";
import { castToScalar } from "./casts.js";
import { convertScalar } from "./convert.js";
import { copyString } from "./copy-string.js";
import { lowerStringEquality, placeOf } from "./equality.js";
import { lowerExpression } from "./expressions.js";
import { sendEvent } from "./events.js";
import { sendPacket } from "./packets.js";
import type { EventRequest, PacketRequest, Lowering, Operand, Place } from "../language/lowering.js";
import { scalar } from "../language/lowering.js";
import { keyOf } from "./keys.js";
import { deleteEntry, readEntry } from "./maps.js";
import { argumentNamed } from "./fields.js";
import { lowerFilters } from "./filters.js";
import { copyOperand, writeOperand } from "./memory.js";
import type { ModuleState } from "./module.js";
import { probeLabel } from "./probe-label.js";
import { EMPTY, FunctionState } from "./function-state.js";
import { leaveForTailCall, leaveProbe, type LoopTarget, repeat } from "./loops.js";
import { addressedVariables } from "./addressed-variables.js";
import { withObject } from "./objects.js";
import { tailCall } from "./program-arrays.js";
import { ProgramMemory } from "./program-memory.js";
import { unwoundStack } from "./unwind.js";
import { loadComm } from "./task-name.js";
import { addressAndSpace, readBytes, readMemory, readString } from "./reads.js";
import { lowerBlock } from "./statements.js";
import { reportHelper, sendWarning } from "./warnings.js";
import { writeTurn } from "../vocabulary/seq-file.js";

export interface ProbeOptions {
  /** `-k`: failed reads and lookups are reported too. */
  readonly warnsOfReads: boolean;
  /** Some probe of the script calls `exit()`. */
  readonly scriptExits: boolean;
}

/** A function of the program that helpers call. */
export interface Callback {
  /** Among the program's functions. */
  readonly index: number;
  /** What the helper is to hand to it; made where it is asked for. */
  readonly argument: () => Value;
}

/** See {@link Outlines}. */
export interface OutlineCall<A extends readonly Value[]> {
  readonly name: string;
  readonly args: A;
  readonly returns?: ValueType;
  readonly changes: FunctionEffect;
  /** The verifier looks at it by itself, whatever the arguments: they are any numbers. */
  readonly isVerifiedAlone?: boolean;
  /** See {@link IrFunction}. */
  readonly isOptimal?: boolean;
}

export class ProbeLowering implements Lowering {
  readonly typed: TypedProgram;
  readonly probe: TypedProbe;
  readonly module: ModuleState;
  readonly takings: Takings;
  readonly facts: KernelFacts;
  readonly options: ProbeOptions;
  readonly memory: ProgramMemory;
  readonly name: string;
  /** For messages. */
  readonly label: string;
  /** Loops that enclose what is being lowered, innermost last. */
  readonly loops: LoopTarget[] = [];
  /** Callbacks and outlines: function `i + 1` of the program. */
  readonly #functions: IrFunction[] = [];
  readonly #outlines = new Map<string, number>();
  /** Of variables, by id. */
  readonly #homes = new Map<number, SlotHome>();
  readonly #addressed: ReadonlySet<number>;
  /** Tail calls in callbacks, which are done when those have been left. */
  readonly leftForTailCalls: { readonly name: string; readonly span: Span }[] = [];
  /** Set while it is lowered. */
  asksForPoint = false;
  #loopDepth = 0;
  #leaveState: SlotHome | undefined;
  #fn: FunctionState;

  constructor(
    typed: TypedProgram,
    probe: TypedProbe,
    module: ModuleState,
    facts: KernelFacts,
    options: ProbeOptions,
    name: string,
  ) {
    this.typed = typed;
    this.probe = probe;
    this.module = module;
    this.takings = module.takings;
    this.facts = facts;
    this.options = options;
    this.name = name;
    this.label = probeLabel(probe);
    this.#fn = new FunctionState(name, "program", ["context"]);
    this.memory = new ProgramMemory(module);
    this.#addressed = addressedVariables(this);
  }

  /** Of the function that is being lowered. */
  get b(): Builder {
    return this.#fn.b;
  }

  get fn(): FunctionState {
    return this.#fn;
  }

  get language(): Language {
    return this.typed.language;
  }

  get context(): ProbeContext {
    return this.probe.context;
  }

  get config(): Config {
    return this.typed.config;
  }

  get structs(): StructSource {
    return seenFrom(this.typed.structs, this.context.program);
  }

  /** The whole body. */
  lower(): IrProgram {
    if (this.probe.called !== undefined) return this.#lowerBody();
    if (this.context.seqFile === "turns") writeTurn(this);
    lowerFilters(this);
    return this.#lowerBody();
  }

  /** What stands in front of it has been done by whoever has come to it. */
  #lowerBody(): IrProgram {
    lowerBlock(this, this.probe.body);
    if (!this.b.isTerminated) this.returnFromProbe();
    const entry = this.#fn.finish();
    return { functions: [entry, ...this.#functions] };
  }

  /** Lowers a callback. Its last parameter is the {@link Callback.argument} that its caller is given. */
  callback(params: readonly ValueType[], lower: (params: readonly Value[]) => void): Callback {
    const outer = this.#fn;
    const number = this.#functions.length + 1;
    this.#fn = new FunctionState(`${this.name}_loop_${number}`, "callback", params);
    this.#fn.b.span = outer.b.span;
    // Reserves the number: callbacks inside of this one come after it.
    const at = this.#functions.push(EMPTY) - 1;
    lower(this.#fn.b.params);
    if (!this.b.isTerminated) this.b.exit(this.b.int(0));
    const usesContext = this.#fn.context !== undefined;
    this.#functions[at] = this.#fn.finish();
    this.#fn = outer;
    return { index: number, argument: () => (usesContext ? this.#contextInMemory() : this.b.int(0)) };
  }

  /** Calls an outline. What it does is the same in all programs, so that the first one that needs it may make it. */
  callOutline<A extends readonly Value[]>(
    { name, args, returns, changes, isVerifiedAlone, isOptimal }: OutlineCall<A>,
    lower: (params: A) => Value | void,
  ): Value {
    let number = this.#outlines.get(name);
    if (number === undefined) {
      const make = (): IrFunction => ({ ...this.#outline(name, args, lower), isVerifiedAlone, isOptimal });
      number = this.#functions.push(this.module.outlines.get(name, make));
      this.#outlines.set(name, number);
    }
    return this.b.callFunction(number, args, { returns: returns ?? "int", changes });
  }

  compute<A extends readonly Value[]>(call: Call, name: string, args: A, body: (args: A) => Value): Value {
    // An outline calls no other.
    if (!this.module.outlines.isCalledOften(call.name) || this.isInOutline) return body(args);
    // What a test in there tells of an argument would make another way through everything behind the call.
    const unknown = (arg: Value): Value => this.b.add(arg, this.opaqueZero());
    return this.callOutline({ name, args, changes: "nothing" }, (params) => body(params.map(unknown) as unknown as A));
  }

  #outline<A extends readonly Value[]>(name: string, args: A, lower: (params: A) => Value | void): IrFunction {
    const outer = this.#fn;
    const types = args.map((arg) => outer.b.typeOf(arg));
    this.#fn = new FunctionState(name, "subprogram", types);
    this.#fn.b.span = outer.b.span;
    this.b.exit(lower(this.b.params as A) ?? this.b.int(0));
    const fn = this.#fn.finish();
    this.#fn = outer;
    return fn;
  }

  /** Other programs have those, too, so that they have no memory but the stack. */
  get isInOutline(): boolean {
    return this.#fn.role === "subprogram";
  }

  /** Outlines are worth having, and this is not the inside of one. */
  get mayOutline(): boolean {
    return this.module.outlines.areWorthIt && !this.isInOutline;
  }

  /** Callbacks are not given the program's context: they find its address in their caller's frame. */
  #contextInMemory(): Value {
    const place = this.stackPlace(8, 8, "context");
    this.b.store(place.base, place.offset, 8, this.contextPointer());
    return place.base;
  }

  /** Two words that callbacks and their callers share: whether the probe is left, and with what value. */
  leaveState(): Place {
    return this.placeIn((this.#leaveState ??= this.memory.lasting()), 16, "leaving");
  }

  /** Lowers what is run again and again. */
  inLoop(lower: () => void): void {
    this.#loopDepth++;
    lower();
    this.#loopDepth--;
  }

  /** What is lowered may come to lie in a callback. */
  get isInLoop(): boolean {
    return this.#loopDepth > 0;
  }

  get isInCallback(): boolean {
    return this.#fn.role === "callback";
  }

  /** Emits into the prologue of the function, which every block comes after. */
  inPrologue<T>(emit: () => T): T {
    return this.#fn.inPrologue(emit);
  }

  atEntry(key: string, make: () => Value): Value {
    return this.#fn.atEntry(key, make);
  }

  typeOf(expr: Expr): Type {
    return this.typed.typeOf(expr);
  }

  operand(expr: Expr): Operand {
    const outer = this.b.span;
    this.b.span = expr.span;
    const operand = lowerExpression(this, expr);
    this.b.span = outer;
    return operand;
  }

  value(expr: Expr): Value {
    const operand = this.operand(expr);
    if (operand.kind === "scalar") return operand.value;
    throw new InternalError("lower", `${expr.kind} is not a scalar`, expr.span);
  }

  /** A scalar converted to another scalar type. */
  valueAs(expr: Expr, type: Type): Value {
    return convertScalar(this.b, this.value(expr), this.typeOf(expr), type);
  }

  castTo(expr: Expr, type: Type): Value {
    return castToScalar(this, expr, type);
  }

  into(expr: Expr, type: Type, place: Place): void {
    writeOperand(this, expr, type, place);
  }

  /** The scalar of an operand, converted. An operand that never comes to be is 0. */
  scalarOf(operand: Operand | undefined, from: Type, to: Type): Value {
    if (operand === undefined) return this.b.int(0);
    if (operand.kind !== "scalar") throw new InternalError("lower", "not a scalar");
    return convertScalar(this.b, operand.value, from, to);
  }

  copyInto(operand: Operand, from: Type, to: Type, place: Place, at: { readonly span: Span }): void {
    copyOperand(this, operand, from, to, place, at);
  }

  inMemory(expr: Expr, type: Type): Place {
    const place = this.temporary(sizeOf(type), 8, "value");
    this.into(expr, type, place);
    return place;
  }

  placeOf(expr: Expr): Place {
    return placeOf(this, expr, this.typeOf(expr));
  }

  constant(bytes: string): Place {
    const { map, offset } = this.module.constant(bytes);
    return { base: this.b.mapValue(map, offset), offset: 0, align: 8 };
  }

  temporary(bytes: number, align: 1 | 2 | 4 | 8, name: string): Place {
    return this.#newPlace(bytes, align, name, this.isInOutline ? undefined : this.memory.temporary("anywhere"));
  }

  /** The same, and never on the stack. */
  scratchPlace(bytes: number, name: string): Place {
    return this.#newPlace(bytes, 8, name, this.memory.temporary("scratch"));
  }

  /** In each function of the program that asks for it the same memory. */
  placeIn(home: SlotHome, bytes: number, name: string): Place {
    let place = this.#fn.memory.get(home.memory);
    if (place === undefined) {
      place = this.inPrologue(() => this.#newPlace(bytes, 8, name, home));
      this.#fn.memory.set(home.memory, place);
    }
    return place;
  }

  stackPlace(bytes: number, align: 1 | 2 | 4 | 8, name: string): Place {
    return this.#newPlace(bytes, align, name, undefined);
  }

  #newPlace(bytes: number, align: 1 | 2 | 4 | 8, name: string, home: SlotHome | undefined): Place {
    const slot = this.b.slot(alignUp(Math.max(bytes, 1), align), align, name, home);
    return { base: this.b.slotAddress(slot), offset: 0, align };
  }

  addressOf(place: Place): Value {
    return place.offset === 0 ? place.base : this.b.add(place.base, this.b.int(place.offset));
  }

  /**
   * An address that scripts calculate with. The verifier would not let them add to a pointer what it knows no bounds
   * of, so it sees the pointer come back from memory as a number.
   */
  addressAsNumber(place: Place): Value {
    return this.asNumber(this.addressOf(place));
  }

  readMemory(to: Place, bytes: number, address: Value, space: AddressSpace, span: Span): void {
    readMemory(this, to, bytes, address, space, span);
  }

  loadComm(width: 4 | 8): readonly Value[] | undefined {
    return loadComm(this, width);
  }

  readBytes(to: Place, count: Value, address: Value, space: AddressSpace, span: Span): void {
    readBytes(this, to, count, address, space, span);
  }

  addressAndSpace(expr: Expr): { readonly address: Value; readonly space: AddressSpace } {
    return addressAndSpace(this, expr);
  }

  withObject(expr: Expr, use: (address: Value) => void): void {
    withObject(this, expr, use);
  }

  readString(to: Place, limit: Value, address: Value, space: AddressSpace, span: Span): Value {
    return readString(this, to, limit, address, space, span);
  }

  copyString(expr: Expr, to: Place, capacity: number): Value {
    return copyString(this, expr, to, capacity);
  }

  equalStrings(left: Expr, right: Expr, limit: number): Value {
    return lowerStringEquality(this, left, right, limit);
  }

  sharedMemory(bytes: number): () => Place {
    const home = this.memory.lasting();
    return () => this.placeIn(home, bytes, "shared");
  }

  repeat(times: Value, body: (turn: Value, stop: () => void) => void): void {
    repeat(this, times, body);
  }

  unwoundStack(limit: number, span: Span): Place {
    return unwoundStack(this, limit, span);
  }

  literal(call: Call, index: number): bigint | string | boolean | undefined {
    const arg = call.args[index];
    return arg?.kind === "integer" || arg?.kind === "string" || arg?.kind === "bool" ? arg.value : undefined;
  }

  intern(text: string): number {
    return this.module.intern(text);
  }

  map(name: string): MapInfo {
    return this.module.scriptMap(name).info;
  }

  scriptMapIndex(name: string): number {
    return this.module.scriptMap(name).scriptIndex;
  }

  mapArgument(name: string): Value {
    return this.b.map(this.module.scriptMap(name).index);
  }

  key(name: string, key: Expr | undefined): Value {
    return keyOf(this, this.map(name), key);
  }

  deleteEntry(name: string, key: Expr | undefined, span: Span): Value {
    return deleteEntry(this, name, key, span);
  }

  tailCall(name: string, slot: Value, span: Span): void {
    tailCall(this, name, slot, span);
  }

  /** From inside of a callback, which a tail call would not get out of. */
  leaveForTailCall(name: string, slot: Value, span: Span): void {
    leaveForTailCall(this, this.leftForTailCalls.push({ name, span }), slot);
  }

  /** A u32 0 in memory: the key of one-entry arrays. */
  zeroKey(): Value {
    this.#fn.zeroKey ??= this.inPrologue(() => {
      const place = this.stackPlace(4, 4, "zero key");
      this.b.store(place.base, 0, 4, this.b.int(0));
      return place.base;
    });
    return this.#fn.zeroKey;
  }

  /** The helper counts what it visits; the callback has nothing to do. */
  mapLength(name: string): Value {
    const callback = this.callback(["map", "memory", "map-value", "frame"], () => undefined);
    const map = this.b.map(this.module.scriptMap(name).index);
    return this.b.call("for_each_map_elem", [
      map,
      this.b.functionReference(callback.index),
      callback.argument(),
      this.b.int(0),
    ]);
  }

  pointData(rows: readonly string[]): Place {
    const ofSites: string[] = [];
    for (const [i, point] of this.probe.points.entries()) {
      for (let site = 0; site < siteCount(point); site++) ofSites[point.firstSite + site] = rows[i] ?? "";
    }
    // Slots of hubs that are for other programs leave holes.
    const { map, offset, stride, mask } = this.module.constantRows(Array.from(ofSites, (row) => row ?? ""));
    const row = this.b.alu("mul", this.b.alu("and", this.siteNumber(), this.b.int(mask)), this.b.int(stride));
    return { base: this.b.add(this.b.mapValue(map, offset), row), offset: 0, align: 8 };
  }

  /** 0, which the verifier does not know. */
  opaqueZero(): Value {
    return this.b.loadVolatile(this.b.mapValue(this.module.opaqueZero()), 0, 8);
  }

  siteNumber(): Value {
    this.asksForPoint = true;
    switch (this.probe.plan.tells) {
      case "load":
        return this.b.point();
      case "cookie":
        return this.b.call("get_attach_cookie", [this.contextPointer()]);
      case "slot":
        return this.b.add(this.b.point(), this.#ownSlot());
    }
  }

  /** Hubs whose points share a body find it in the same way. */
  #ownSlot(): Value {
    const hub = this.probe.points[0]?.entry?.hub;
    if (hub === undefined) throw new InternalError("lower", "no hub leads here");
    return hub.ownSlot(this.b, this.contextPointer());
  }

  runStart(): Value {
    return this.b.load(this.b.mapValue(this.module.runStart()), 0, 8);
  }

  bootToTai(): Value {
    return this.b.load(this.b.mapValue(this.module.bootToTai()), 0, 8);
  }

  laterChild(): Value {
    return this.b.load(this.b.mapValue(this.module.target()), LATER_TARGET.child, 8);
  }

  /** A scalar map of unsigned integers. */
  dummyClock(): Value | undefined {
    const name = this.config.dummyClockMap;
    const info = name === undefined ? undefined : this.typed.maps.find((map) => map.name === name);
    if (info === undefined || info.key !== undefined || info.value.kind !== "int") return undefined;
    const operand = readEntry(this, { kind: "map", name: info.name, span: info.span }, undefined, info.span);
    return operand.kind === "scalar" ? operand.value : undefined;
  }

  sendEvent(event: EventRequest): void {
    sendEvent(this, event);
  }

  sendPacket(packet: PacketRequest): Value {
    return sendPacket(this, packet);
  }

  checkHelper(helper: HelperName, result: Value, span: Span, level: 1 | 2): void {
    if (level === 2 && !this.options.warnsOfReads) return;
    reportHelper(this, helper, result, span);
  }

  warnHelper(helper: string, result: Value, span: Span): void {
    sendWarning(this, { kind: "helper", helper, span }, result);
  }

  warn(kind: WarningSite["kind"], span: Span): void {
    sendWarning(this, { kind, helper: undefined, span }, this.b.int(0));
  }

  stopAllProbes(): void {
    this.b.store(this.b.mapValue(this.module.stopFlag()), 0, 8, this.b.int(1));
  }

  returnFromProbe(): void {
    if (this.isInCallback) leaveProbe(this, undefined);
    else this.b.exit(this.b.int(this.context.returns));
  }

  returnValue(value: Value): void {
    if (this.isInCallback) leaveProbe(this, value);
    else this.b.exit(value);
  }

  contextPointer(): Value {
    const pointer = this.isInCallback ? this.b.params.at(-1) : this.b.params[0];
    if (pointer === undefined) throw new InternalError("lower", "no context here");
    if (!this.isInCallback) return pointer;
    return (this.#fn.context ??= this.inPrologue(() => this.b.loadPointer("context", pointer, 0)));
  }

  argument(name: string, span: Span): Operand {
    return argumentNamed(this, name, span);
  }

  asNumber(value: Value): Value {
    const pointer = this.stackPlace(8, 8, "pointer");
    this.b.store(pointer.base, pointer.offset, 8, value);
    const number = this.stackPlace(8, 8, "number");
    this.b.call("probe_read_kernel", [number.base, this.b.int(8), pointer.base]);
    return this.b.load(number.base, number.offset, 8);
  }

  lowerBlock(block: Block): Operand | undefined {
    return lowerBlock(this, block);
  }

  // ---- variables

  variable(node: Variable): { readonly info: VariableInfo; readonly place: Place } {
    const info = this.typed.variableOf(node);
    let place = this.#fn.variables.get(info.id);
    if (place === undefined) {
      place = this.#allocateVariable(info);
      this.#fn.variables.set(info.id, place);
    }
    return { info, place };
  }

  /** A pointer may read the variable while it is written. */
  isAddressed(node: Variable): boolean {
    return this.#addressed.has(this.typed.variableOf(node).id);
  }

  readVariable(node: Variable): Operand {
    const { info, place } = this.variable(node);
    return isScalar(info.type) ? scalar(this.b.load(place.base, place.offset, 8)) : { kind: "memory", place };
  }

  writeVariable(node: Variable, value: Expr): void {
    const { info, place } = this.variable(node);
    if (isScalar(info.type)) this.b.store(place.base, place.offset, 8, this.valueAs(value, info.type));
    else this.into(value, info.type, place);
  }

  /** Stores an already converted scalar. */
  setScalar(node: Variable, value: Value): void {
    const { place } = this.variable(node);
    this.b.store(place.base, place.offset, 8, value);
  }

  clearVariable(node: Variable): void {
    const { info, place } = this.variable(node);
    if (isScalar(info.type)) this.b.store(place.base, place.offset, 8, this.b.int(0));
    else this.b.zero(place.base, place.offset, sizeOf(info.type), place.align);
  }

  /** Scalars live in 8-byte slots, which the optimiser turns into values. */
  #allocateVariable(info: VariableInfo): Place {
    let home = this.#homes.get(info.id);
    if (home === undefined) this.#homes.set(info.id, (home = this.memory.lasting()));
    return this.placeIn(home, isScalar(info.type) ? 8 : sizeOf(info.type), info.name);
  }
}
