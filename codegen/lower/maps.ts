/** Reading and writing script maps. Scalar plain maps are global data; keyed ones hashes; aggregations per CPU. */
import {
  type Assign,
  type BinaryOp,
  type Expr,
  type MapAccess,
  type MapRef,
  type Span,
  operationSpan,
  someNode,
} from "../../grammar/index.js";
import type { AggregationDefinition } from "../language/aggregation.js";
import { firstArgument } from "../language/function.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { BPF_ANY, BPF_NOEXIST } from "../kernel/bpf.js";
import { sizeOf } from "../types/layout.js";
import { INT64, isScalar, isUnreadable, type Type } from "../types/type.js";
import { readAggregation } from "./aggregations.js";
import { lowerArithmetic } from "./arithmetic.js";
import { convertScalar } from "./convert.js";
import { hasEffects } from "./events.js";
import { memory, type Operand, type Place, scalar } from "../language/lowering.js";
import { loadScalar, storeScalar } from "./memory.js";
import { keyInTime, keyOf } from "./keys.js";
import { inTableEntry } from "./table-entries.js";
import { mentions } from "./mentions.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { isProgramArray, putProgram, removeProgram } from "./program-arrays.js";
import { reportUpdate, warningSchema } from "./warnings.js";
import { deltaOf, type Step } from "./variables.js";

export type MapTarget = MapRef | MapAccess;

const nameOf = (target: MapTarget): string => (target.kind === "map" ? target.name : target.map.name);
const keyExprOf = (target: MapTarget): Expr | undefined => (target.kind === "map" ? undefined : target.key);

// ---------------------------------------------------------------- reading

/** The value, or the zero of its type where there is no entry. Reading never makes one. */
export function readEntry(cx: ProbeLowering, map: MapRef, key: Expr | undefined, span: Span): Operand {
  const lowered = cx.module.scriptMap(map.name, map.span);
  const type = lowered.info.value;
  if (type.kind === "aggregation") {
    return isUnreadable(type) ? unreadable(cx, key, type) : readAggregation(cx, lowered, key, type);
  }
  if (lowered.setFlagOffset !== undefined) {
    const place = globalPlace(cx, lowered);
    return isScalar(type) ? scalar(loadScalar(cx, place, type)) : memory(place);
  }
  const found = cx.b.call("map_lookup_elem", [cx.b.map(lowered.index), keyOf(cx, lowered.info, key)]);
  warnOfMissing(cx, found, span);
  return isScalar(type) ? scalar(scalarEntry(cx, found, type)) : memory(entryOrZeroes(cx, found, type));
}

/** A histogram has no value: where it stands alone its key is evaluated, and nothing takes what comes out. */
function unreadable(cx: ProbeLowering, key: Expr | undefined, type: Type): Operand {
  if (key !== undefined) cx.operand(key);
  return memory(cx.temporary(sizeOf(type), 8, "no value"));
}

function warnOfMissing(cx: ProbeLowering, found: Value, span: Span): void {
  if (!cx.options.warnsOfReads) return;
  cx.b.if("eq", found, cx.b.int(0), { then: () => cx.warnHelper("map_lookup_elem", cx.b.int(0), span) });
}

function globalPlace(cx: ProbeLowering, map: LoweredMap): Place {
  return { base: cx.b.mapValue(map.index), offset: 0, align: 8 };
}

function scalarEntry(cx: ProbeLowering, found: Value, type: Type): Value {
  return foundOr(
    cx,
    found,
    (entry) => loadScalar(cx, { base: entry, offset: 0, align: 8 }, type),
    () => cx.b.int(0),
  );
}

/** One value from an entry, or another where there is none. */
export function foundOr(cx: ProbeLowering, found: Value, use: (entry: Value) => Value, missing: () => Value): Value {
  const { b } = cx;
  const done = b.block(["int"]);
  b.ifNotNull(found, { found: (entry) => b.jump(done, [use(entry)]), missing: () => b.jump(done, [missing()]) });
  b.switchTo(done);
  return b.paramsOf(done)[0] ?? b.int(0);
}

/** Nothing is copied: the bytes are the entry's, or those of a block of zeros. */
function entryOrZeroes(cx: ProbeLowering, found: Value, type: Type): Place {
  const { b } = cx;
  const zeroes = cx.module.zeroes(sizeOf(type));
  const done = b.block(["map-value"]);
  b.ifNotNull(found, {
    found: (entry) => b.jump(done, [entry]),
    missing: () => b.jump(done, [b.mapValue(zeroes)]),
  });
  b.switchTo(done);
  return { base: b.paramsOf(done)[0] ?? b.mapValue(zeroes), offset: 0, align: 8 };
}

// ---------------------------------------------------------------- writing

/** `@m = e`, `@m[k] = e`: the right side is evaluated before the key. */
export function assignEntry(cx: ProbeLowering, target: MapTarget, value: Expr, span: Span): void {
  const map = cx.module.scriptMap(nameOf(target), target.span);
  const type = map.info.value;
  if (map.setFlagOffset !== undefined) return assignGlobal(cx, map, value, type);
  if (isProgramArray(map) && target.kind === "map-access") return putProgram(cx, map, { key: target.key, value, span });
  if (isScalar(type)) return putScalar(cx, map, keyExprOf(target), cx.valueAs(value, type), span);
  const place = cx.inMemory(value, type);
  const key = keyOf(cx, map.info, keyExprOf(target));
  update(cx, map, key, place, span);
}

/**
 * Where no entry ever goes, most assignments find theirs: a store into it takes a fifth of the time of an update, which makes
 * a new entry and links it in the place of the old one.
 */
function putScalar(cx: ProbeLowering, map: LoweredMap, keyExpr: Expr | undefined, value: Value, span: Span): void {
  const type = map.info.value;
  const key = keyOf(cx, map.info, keyExpr);
  const insert = (): void => {
    const place = cx.temporary(sizeOf(type), 8, "value");
    storeScalar(cx, place, type, value);
    update(cx, map, key, place, span);
  };
  if (losesEntries(cx, map)) return insert();
  cx.b.ifNotNull(lookup(cx, map, key), {
    found: (entry) => storeScalar(cx, { base: entry, offset: 0, align: 8 }, type, value),
    missing: insert,
  });
}

/** Then a key has no entry more often than it has one, or what was found may be another key's before it is written. */
const losesEntries = (cx: ProbeLowering, { info }: LoweredMap): boolean =>
  cx.module.takings.shrinking.has(info.name) || (info.declared !== undefined && info.declared.kind !== "hash");

/** What reads the map while it is being written gets a copy. */
function assignGlobal(cx: ProbeLowering, map: LoweredMap, value: Expr, type: Type): void {
  const place = globalPlace(cx, map);
  if (isScalar(type)) storeScalar(cx, place, type, cx.valueAs(value, type));
  else if (mentions(value, map.info.name)) {
    const copy = cx.inMemory(value, type);
    cx.b.copy(place.base, place.offset, copy.base, copy.offset, sizeOf(type), copy.align);
  } else cx.into(value, type, place);
  markSet(cx, map, place);
}

function markSet(cx: ProbeLowering, map: LoweredMap, place: Place): void {
  cx.b.store(place.base, map.setFlagOffset ?? 0, 8, cx.b.int(1));
}

function update(cx: ProbeLowering, map: LoweredMap, key: Value, value: Place, span: Span): void {
  const result = cx.b.call("map_update_elem", [cx.b.map(map.index), key, cx.addressOf(value), cx.b.int(BPF_ANY)]);
  cx.checkHelper("map_update_elem", result, span, 1);
}

/** `@m op= e`: `x = x op e`, the key evaluated for the read and for the write. */
export function compoundEntry(cx: ProbeLowering, node: Assign, target: MapTarget, op: BinaryOp): void {
  const map = cx.module.scriptMap(nameOf(target), target.span);
  const type = map.info.value;
  const key = keyExprOf(target);
  if ((op === "+" || op === "-") && isCounter(type) && !readsWhileItWrites(cx, node.value, key, map.info.name)) {
    const right = cx.value(node.value);
    const delta = op === "+" ? right : cx.b.alu("sub", cx.b.int(0), right);
    return void addToEntry(cx, map, key, delta, { update: node.span, read: target.span }, { wantsOld: false });
  }
  const left = { value: cx.scalarOf(readEntry(cx, mapRefOf(target), key, target.span), type, type), type };
  const right = { value: cx.value(node.value), type: cx.typeOf(node.value) };
  const result = lowerArithmetic(cx, op, left, right, operationSpan(node));
  writeScalar(cx, map, key, convertScalar(cx.b, result, INT64, type), node.span);
}

/** Then it shows that the old value is read first, and that the key is evaluated twice. */
const readsWhileItWrites = (cx: ProbeLowering, value: Expr, key: Expr | undefined, map: string): boolean =>
  (key !== undefined && hasEffects(cx, key)) ||
  (hasEffects(cx, value) && (mentions(value, map) || (key !== undefined && isChangeable(key))));

/** Something that a script does may make another value of it. */
const isChangeable = (key: Expr): boolean => someNode(key, ({ kind }) => kind === "variable" || kind === "map");

const mapRefOf = (target: MapTarget): MapRef => (target.kind === "map" ? target : target.map);

/** Eight bytes, which the processor adds to in one step. */
const isCounter = (type: Type): boolean => type.kind === "int" && type.bytes === 8;

function writeScalar(cx: ProbeLowering, map: LoweredMap, key: Expr | undefined, value: Value, span: Span): void {
  const type = map.info.value;
  if (map.setFlagOffset !== undefined) {
    const place = globalPlace(cx, map);
    storeScalar(cx, place, type, value);
    return markSet(cx, map, place);
  }
  putScalar(cx, map, key, value, span);
}

/** `@m++` and its kin. */
export function stepEntry(cx: ProbeLowering, step: Step, target: MapTarget, options = { wantsOld: true }): Value {
  const map = cx.module.scriptMap(nameOf(target), target.span);
  const type = map.info.value;
  const delta = cx.b.int(deltaOf(step, type));
  if (isCounter(type) || type.kind === "pointer") {
    const old = addToEntry(cx, map, keyExprOf(target), delta, { update: step.span, read: step.span }, options);
    return step.isPrefix ? cx.b.add(old, delta) : old;
  }
  const old = cx.scalarOf(readEntry(cx, mapRefOf(target), keyExprOf(target), step.span), type, type);
  const after = convertScalar(cx.b, cx.b.add(old, delta), INT64, type);
  writeScalar(cx, map, keyExprOf(target), after, step.span);
  return step.isPrefix ? after : old;
}

/** What warnings name: when the entry cannot be written, and (`-k`) when there was none to read. */
interface AdditionSpans {
  readonly update: Span;
  readonly read: Span;
}

/** Adds in place, so that no update of another CPU is lost. @returns the old value if it is wanted */
function addToEntry(
  cx: ProbeLowering,
  map: LoweredMap,
  key: Expr | undefined,
  delta: Value,
  spans: AdditionSpans,
  options: { wantsOld: boolean },
): Value {
  const { b } = cx;
  const add = (entry: Value): Value => {
    if (options.wantsOld) return b.atomicFetchAdd(entry, 0, 8, delta);
    b.atomicAdd(entry, 0, 8, delta);
    return b.int(0);
  };
  if (map.setFlagOffset !== undefined) {
    const place = globalPlace(cx, map);
    const old = add(place.base);
    markSet(cx, map, place);
    return old;
  }
  const keyAddress = keyOf(cx, map.info, key);
  return foundOr(cx, lookup(cx, map, keyAddress), add, () => {
    if (cx.options.warnsOfReads) cx.warnHelper("map_lookup_elem", b.int(0), spans.read);
    return insertOrAdd(cx, map, { key: keyAddress, delta, schemaId: b.int(updateSchema(cx, spans.update)) });
  });
}

const lookup = ({ b }: ProbeLowering, map: LoweredMap, key: Value): Value =>
  b.call("map_lookup_elem", [b.map(map.index), key]);

/** Of the warnings that an entry cannot be written. */
const updateSchema = (cx: ProbeLowering, span: Span): number =>
  warningSchema(cx, { kind: "helper", helper: "map_update_elem", span });

interface Insertion {
  readonly key: Value;
  readonly delta: Value;
  readonly schemaId: Value;
}

function insertOrAdd(cx: ProbeLowering, map: LoweredMap, { key, delta, schemaId }: Insertion): Value {
  if (!cx.mayOutline) return insertOrAddHere(cx, map, { key, delta, schemaId });
  const outline = { name: `add_to_${map.index}`, args: [key, delta, schemaId], changes: map.index } as const;
  return cx.callOutline(outline, ([key, delta, schemaId]) => insertOrAddHere(cx, map, { key, delta, schemaId }));
}

/** Another CPU may have made the entry meanwhile: then the addition goes there. @returns the old value */
function insertOrAddHere(cx: ProbeLowering, map: LoweredMap, { key, delta, schemaId }: Insertion): Value {
  const { b } = cx;
  const place = cx.stackPlace(8, 8, "delta");
  b.store(place.base, place.offset, 8, delta);
  const result = b.call("map_update_elem", [b.map(map.index), key, cx.addressOf(place), b.int(BPF_NOEXIST)]);
  const add = (entry: Value): Value => b.atomicFetchAdd(entry, 0, 8, delta);
  return b.choose("eq", b.extend(result, 32, true), b.int(-EEXIST), {
    then: () => foundOr(cx, lookup(cx, map, key), add, () => b.int(0)),
    otherwise: () => {
      reportUpdate(cx, result, schemaId);
      return b.int(0);
    },
  });
}

/** asm-generic/errno-base.h */
const EEXIST = 17;

/** `@m = count()` …: adds one observation to this CPU's slot. */
export function aggregate(
  cx: ProbeLowering,
  target: MapTarget,
  definition: AggregationDefinition,
  call: Extract<Expr, { kind: "call" }>,
): void {
  const { b } = cx;
  const map = cx.module.scriptMap(nameOf(target), target.span);
  if (aggregateByCall(cx, map, keyExprOf(target), definition, call)) return;
  const { settings } = map;
  const moment = definition.moment?.(cx, settings);
  const keyExpr = keyExprOf(target);
  const isFirst = definition.samplesFirst === true;
  const beforeKey = isFirst ? earlySample(cx, map, call, keyExpr) : undefined;
  const key = moment === undefined ? keyOf(cx, map.info, keyExpr) : keyInTime(cx, map.info, keyExpr, moment.bucket);
  const early = isFirst ? beforeKey : earlySample(cx, map, call);
  const sample = (): Value => early ?? cx.value(firstArgument(call));
  const type = map.info.value;
  if (type.kind !== "aggregation") throw new InternalError("lower", `${map.info.name} does not aggregate`, call.span);
  const observe = (entry: Value): void => definition.update(cx, { call, entry, type, settings, moment, sample });
  if (map.isArray) return b.ifNotNull(lookup(cx, map, key), { found: observe });
  inEntry(cx, map, key, b.int(updateSchema(cx, call.span)), observe);
}

/** Observes in the entry of the key, which is made if there is none. */
function inEntry(
  cx: ProbeLowering,
  map: LoweredMap,
  key: Value,
  schemaId: Value,
  observe: (entry: Value) => void,
): void {
  const { b } = cx;
  const { table } = map;
  if (table !== undefined) return inTableEntry(cx, { ...map, table }, key, schemaId, observe);
  const entry = b.block(["map-value"]);
  const after = b.block();
  const found = (there: Value): void => b.jump(entry, [there]);
  b.ifNotNull(lookup(cx, map, key), {
    found,
    missing: () => makeEntry(cx, map, key, schemaId, { found, missing: () => b.jump(after) }),
  });
  b.switchTo(entry);
  observe(b.onlyParamOf(entry));
  b.jump(after);
  b.switchTo(after);
}

/**
 * A script in which many places observe for one map in the same way has the code once, as a function: key and sample come as
 * arguments.
 *
 * @returns false when this place has code of its own
 */
function aggregateByCall(
  cx: ProbeLowering,
  map: LoweredMap,
  keyExpr: Expr | undefined,
  definition: AggregationDefinition,
  call: Extract<Expr, { kind: "call" }>,
): boolean {
  const { b, module } = cx;
  const { key: keyType, value: type } = map.info;
  const isShared = cx.mayOutline && !map.isArray && definition.moment === undefined;
  if (!isShared || keyType === undefined || keyExpr === undefined || type.kind !== "aggregation") return false;
  const [argument] = call.args;
  if (hasEffects(cx, keyExpr) || (argument !== undefined && hasEffects(cx, argument))) return false;
  const what = `${definition.name}_${map.index}`;
  if (!module.outlines.isOften(`observe ${what}`)) return false;
  const isByValue = isScalar(keyType);
  // Each call would be followed to the end of the search for a key, which is a function already.
  if (!isByValue && map.table !== undefined) return false;
  const key = isByValue ? cx.valueAs(keyExpr, keyType) : keyOf(cx, map.info, keyExpr);
  const sample = argument === undefined ? [] : [cx.value(argument)];
  const isVerifiedAlone = isByValue && module.outlines.isLong(cx.probe);
  const kind = isVerifiedAlone ? "alone" : b.typeOf(key);
  const args = [key, b.int(updateSchema(cx, call.span)), ...sample];
  const outline = { name: `observe_${what} ${kind}`, args, changes: "everything", isVerifiedAlone } as const;
  cx.callOutline(outline, ([key = cx.b.int(0), schemaId = cx.b.int(0), sample = cx.b.int(0)]) => {
    const address = isByValue ? cx.addressOf(scalarKey(cx, keyType, key)) : key;
    inEntry(cx, map, address, schemaId, (entry) =>
      definition.update(cx, { call, entry, type, settings: map.settings, moment: undefined, sample: () => sample }),
    );
  });
  return true;
}

function scalarKey(cx: ProbeLowering, type: Type, key: Value): Place {
  const place = cx.stackPlace(sizeOf(type), 8, "key");
  storeScalar(cx, place, type, key);
  return place;
}

interface EntryArms {
  readonly found: (entry: Value) => void;
  readonly missing: () => void;
}

/** Goes on with an entry of zeros, or with a warning that there is no room for one. */
function makeEntry(
  cx: ProbeLowering,
  map: LoweredMap,
  key: Value,
  schemaId: Value,
  { found, missing }: EntryArms,
): void {
  const { b } = cx;
  if (cx.mayOutline) return b.ifNotNull(callMakeEntry(cx, map, key, schemaId), { found, missing });
  const result = insertZeroes(cx, map, key);
  b.ifNotNull(lookup(cx, map, key), {
    found,
    missing: () => {
      reportUpdate(cx, result, schemaId);
      missing();
    },
  });
}

/** @returns the entry, or null when there is no room */
function callMakeEntry(cx: ProbeLowering, map: LoweredMap, key: Value, schemaId: Value): Value {
  const { index } = map;
  const outline = { name: `make_entry_${index}`, args: [key, schemaId], changes: index } as const;
  return cx.callOutline({ ...outline, returns: "map-value-or-null" }, ([key, schemaId]) => {
    const result = insertZeroes(cx, map, key);
    const entry = lookup(cx, map, key);
    cx.b.if("eq", entry, cx.b.int(0), { then: () => reportUpdate(cx, result, schemaId) });
    return entry;
  });
}

function insertZeroes({ b, module }: ProbeLowering, map: LoweredMap, key: Value): Value {
  const zeroes = b.mapValue(module.zeroes(map.valueBytes));
  return b.call("map_update_elem", [b.map(map.index), key, zeroes, b.int(BPF_NOEXIST)]);
}

/** What an argument does is done once, and also when there is no room for the entry. @param key what it comes before */
function earlySample(
  cx: ProbeLowering,
  map: LoweredMap,
  { args: [argument] }: Extract<Expr, { kind: "call" }>,
  key?: Expr,
): Value | undefined {
  if (argument === undefined) return undefined;
  // It may ask whether the entry is there that would be made for it.
  const isEarly = hasEffects(cx, argument) || mentions(argument, map.info.name);
  return isEarly || (key !== undefined && hasEffects(cx, key)) ? cx.value(argument) : undefined;
}

/** @returns 1 if the entry was there */
export function deleteEntry(cx: ProbeLowering, name: string, key: Expr | undefined, span: Span): Value {
  const { b } = cx;
  const map = cx.module.scriptMap(name, span);
  if (map.setFlagOffset !== undefined) {
    const place = globalPlace(cx, map);
    const wasSet = b.load(place.base, map.setFlagOffset, 8);
    b.zero(place.base, 0, map.valueBytes, 8);
    return wasSet;
  }
  if (isProgramArray(map) && key !== undefined) return removeProgram(cx, map, key, span);
  const result = b.call("map_delete_elem", [b.map(map.index), keyOf(cx, map.info, key)]);
  return b.compare("eq", result, b.int(0));
}
