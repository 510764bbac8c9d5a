/**
 * Sending events. Small ones of fixed size are reserved in the ring and filled in place; those with
 * long strings are built in scratch memory and sent with only the bytes that the strings really have.
 */
import { type Expr, someNode, type Span } from "../../grammar/index.js";
import type { ActionCall } from "../language/actions.js";
import { isDiverging } from "../language/diverging.js";
import { definitionNamed } from "../language/language.js";
import { countOffset, frameBytes } from "../vocabulary/stack.js";
import type { Value } from "../ir/ir.js";
import type { EventField as SchemaField, EventSchema } from "../object.js";
import { alignOf, alignUp, sizeOf } from "../types/layout.js";
import { INT64, isScalar, type StackType, type Type, UINT32 } from "../types/type.js";
import { copyString } from "./copy-string.js";
import { readsPointerOfContext } from "./fields.js";
import { formatOf } from "./format-of.js";
import { sendLate } from "./late-events.js";
import { addLoss, countLoss, lossCounterOf } from "./losses.js";
import { spareCounterOf, SpareRoom, spareRoomFor } from "./spare-room.js";
import {
  type EventField,
  type EventRequest,
  type LateEventRequest,
  memory,
  type Operand,
  type Place,
  scalar,
} from "../language/lowering.js";
import { atOffset, copyMemory, storeScalar } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Schema number, and in the spare ring the place where the event belongs. */
const HEADER_BYTES = 8;
const POSITION_OFFSET = 4;

/** Strings with room for more are sent at their real length. */
const SHORT_STRING_BYTES = 64;

/** Above this, what is filled in place would make the program long; it is copied at once. */
const MAX_RESERVED_BYTES = 4096;

export function sendEvent(cx: ProbeLowering, request: EventRequest): void {
  const schema = schemaOf(cx, request);
  const hasVariable = schema.fields.some((field) => field.variable !== undefined);
  if (
    hasVariable ||
    tailOf(schema, request) !== undefined ||
    schema.fixedBytes > MAX_RESERVED_BYTES ||
    request.fields.some((field) => mustComeFirst(cx, field))
  ) {
    sendFromScratch(cx, request, schema);
  } else {
    sendReserved(cx, request, schema);
  }
}

/** What the layout of an event depends on, and who handles it. */
type EventShape = ActionCall & {
  readonly span: Span;
  readonly fields: readonly Pick<EventField, "name" | "type">[];
};

/** Fields in order, each at its alignment; a variable string has its length there. A long stack comes last. */
export function schemaOf(cx: ProbeLowering, request: EventShape): EventSchema {
  const tail = request.fields.findLastIndex(({ type }) => isLongStack(type));
  let end = HEADER_BYTES;
  const place = ({ name, type }: EventShape["fields"][number]): SchemaField => {
    const isVariable = type.kind === "string" && type.sizeBytes > SHORT_STRING_BYTES;
    const stored: Type = isVariable ? UINT32 : type;
    const offset = alignUp(end, alignInEvent(stored));
    end = offset + sizeOf(stored);
    return {
      name,
      offset,
      format: formatOf(type, cx.structs),
      variable: isVariable ? { capacity: type.sizeBytes } : undefined,
    };
  };
  const fields = request.fields.map((field, i) => (i === tail ? undefined : place(field)));
  const last = request.fields[tail];
  if (last !== undefined) fields[tail] = place(last);
  return cx.module.addEvent(request, {
    fixedBytes: alignUp(end, 8),
    fields: fields.filter((field) => field !== undefined),
    span: request.span,
    probe: cx.label,
  });
}

/** Few stacks have all the frames that there is room for: what is behind the last one need not be sent. */
const isLongStack = (type: Type): type is StackType => type.kind === "stack" && sizeOf(type) > LONG_STACK_BYTES;
const LONG_STACK_BYTES = 256;

interface Tail {
  readonly type: StackType;
  readonly offset: number;
}

/** The stack at the end of an event, unless strings follow. */
function tailOf({ fields }: EventSchema, request: EventRequest): Tail | undefined {
  if (fields.some(({ variable }) => variable !== undefined)) return undefined;
  const at = request.fields.findLastIndex(({ type }) => isLongStack(type));
  const type = request.fields[at]?.type;
  const offset = fields[at]?.offset;
  return type === undefined || offset === undefined || !isLongStack(type) ? undefined : { type, offset };
}

/** How much of an event there is to send when its stack is at `place`. */
function bytesToLastFrame(cx: ProbeLowering, { type, offset }: Tail, place: Place): Value {
  const { b } = cx;
  const frames = b.load(place.base, place.offset + countOffset(type), 8);
  const limit = b.int(type.limit);
  const count = b.choose("ugt", frames, limit, { then: () => limit, otherwise: () => frames });
  return b.add(b.alu("mul", count, b.int(frameBytes(type))), b.int(offset + countOffset(type) + 8));
}

/** Whole words are quicker to fill. */
const alignInEvent = (type: Type): number => (sizeOf(type) >= 8 ? 8 : alignOf(type));

/**
 * What has effects is evaluated before there is a record, so that it happens even when there is no room; and so is
 * what stands before it, which must not see them.
 */
function sendReserved(cx: ProbeLowering, request: EventRequest, schema: EventSchema): void {
  const { b } = cx;
  if (request.mustArrive === undefined && sendByCall(cx, request, schema)) return;
  const lastEffect = request.fields.findLastIndex((field) => "expr" in field && hasEffects(cx, field.expr));
  const early = request.fields.map((field, i) => (i <= lastEffect ? evaluateEarly(cx, field) : valueOf(field)));
  const write = (at: Value, header: Value): void => {
    writeEvent(cx, request, schema, { early, header, place: { base: at, offset: 0, align: 8 } });
    b.call("ringbuf_submit", [at, b.int(0)]);
  };
  const record = b.call("ringbuf_reserve", [b.map(cx.module.ringBuffer()), b.int(schema.fixedBytes), b.int(0)]);
  const spare = request.mustArrive === undefined ? spareRoomFor(cx, schema.fixedBytes) : undefined;
  if (spare !== undefined) {
    const way: WayToEither = { bytes: schema.fixedBytes, id: b.int(schema.id), spare, lose: () => countLoss(cx) };
    return writeToEither(cx, record, way, write);
  }
  b.ifNotNull(record, {
    found: (at) => write(at, b.int(schema.id)),
    missing: () => {
      if (request.mustArrive === undefined) countLoss(cx);
      else sendLate(cx, request.mustArrive, b.int(schema.id), onlyNumber(cx, request));
    },
  });
}

/** What an event is, and where it goes when the ring is full. */
interface WayToEither {
  readonly bytes: number;
  /** Of its schema. */
  readonly id: Value;
  readonly spare: SpareRoom;
  readonly lose: () => void;
}

/** One and the same code writes to a record of the ring and, where that has no room, to one of the spare ring. */
function writeToEither(
  cx: ProbeLowering,
  record: Value,
  { bytes, id, spare, lose }: WayToEither,
  write: (at: Value, header: Value) => void,
): void {
  const { b } = cx;
  const [full, after, found] = [b.block(), b.block(), b.block(["record", "int"])];
  b.branch("ne", record, b.int(0), { block: found, args: [record, id] }, full);
  b.switchTo(full);
  const position = spare.position();
  b.if("sge", position, b.int(0), {
    then: () => {
      b.ifNotNull(b.call("ringbuf_reserve", [spare.ring, b.int(bytes), b.int(0)]), {
        found: (at) => {
          spare.take(b.int(bytes));
          const header = b.alu("or", b.alu("shl", position, b.int(32)), id);
          b.jump(found, [at, header]);
        },
      });
    },
  });
  lose();
  b.jump(after);
  b.switchTo(found);
  const [at, header] = b.paramsOf(found);
  if (at !== undefined && header !== undefined) write(at, header);
  b.jump(after);
  b.switchTo(after);
}

/**
 * Events that have the same fields at the same places differ in the number of their schema, and in what their probe loses or
 * keeps in reserve. A script with many of them has the code once, as a function: its numbers come as arguments.
 *
 * @returns false when this event has code of its own
 */
function sendByCall(cx: ProbeLowering, request: EventRequest, schema: EventSchema): boolean {
  const { b, module } = cx;
  const shape = shapeOf(cx, request, schema);
  if (shape === undefined || !module.outlines.isOften(`send ${shape}`)) return false;
  const hasSpare = spareRoomFor(cx, schema.fixedBytes) !== undefined;
  const counters = packedCounters(lossCounterOf(cx), hasSpare ? spareCounterOf(cx, schema.fixedBytes) : 0);
  if (counters === undefined) return false;
  const numbers = request.fields.filter(({ type }) => isScalar(type)).map((field) => numberOf(cx, field));
  // In a long program the verifier looks at the function once, not at each call. It must not depend on the counters then.
  const isOwn = module.outlines.isLong(cx.probe);
  const outline = {
    name: `send_${isOwn ? `${cx.name} ` : ""}${shape}`,
    args: [b.int(schema.id), ...(isOwn ? [] : [b.int(counters)]), ...numbers],
    changes: "nothing",
    isVerifiedAlone: isOwn,
  } as const;
  cx.callOutline(outline, ([id = b.int(0), ...rest]) => {
    const counter = isOwn ? cx.b.int(counters) : (rest.shift() ?? cx.b.int(0));
    let next = 0;
    const early = request.fields.map(({ type }) => (isScalar(type) ? scalar(rest[next++] ?? cx.b.int(0)) : undefined));
    writeCalled(cx, request, schema, { id, counter, early, hasSpare });
  });
  return true;
}

/** Helpers and functions take five arguments, of which two are taken. */
const MAX_NUMBERS = 3;

/** What the code of an event depends on; undefined when it depends on more than that. */
function shapeOf(cx: ProbeLowering, { fields }: EventRequest, schema: EventSchema): string | undefined {
  if (!cx.mayOutline || fields.filter(({ type }) => isScalar(type)).length > MAX_NUMBERS) return undefined;
  const parts = fields.map((field, i) => {
    const offset = schema.fields[i]?.offset ?? 0;
    if (isScalar(field.type)) return `${offset}:${sizeOf(field.type)}`;
    const name = "expr" in field ? placeless(cx, field.expr) : undefined;
    return name === undefined ? undefined : `${offset}:${sizeOf(field.type)} ${name}`;
  });
  return parts.includes(undefined) ? undefined : [schema.fixedBytes, ...parts].join(" ");
}

/** The name of a builtin that is made in the same way wherever it stands. */
function placeless({ language }: ProbeLowering, expr: Expr): string | undefined {
  if (expr.kind !== "identifier") return undefined;
  return language.builtins.get(expr.name)?.isPlaceless === true ? expr.name : undefined;
}

const numberOf = (cx: ProbeLowering, field: EventField): Value =>
  "value" in field ? field.value : "expr" in field ? cx.valueAs(field.expr, field.type) : cx.b.int(0);

/**
 * Offsets of a probe's counters, of what it has lost and of what it has in the spare ring: one argument for both, which is
 * enough for the first few thousand probes.
 */
const packedCounters = (loss: number, spare: number): number | undefined =>
  loss < 2 ** LOSS_BITS && spare < 2 ** (31 - LOSS_BITS) ? loss + spare * 2 ** LOSS_BITS : undefined;
const LOSS_BITS = 15;

interface Called {
  readonly id: Value;
  /** See {@link packedCounters}. */
  readonly counter: Value;
  readonly early: readonly (Operand | undefined)[];
  readonly hasSpare: boolean;
}

/** The inside of the function. */
function writeCalled(
  cx: ProbeLowering,
  request: EventRequest,
  schema: EventSchema,
  { id, counter, early, hasSpare }: Called,
): void {
  const { b } = cx;
  const bytes = schema.fixedBytes;
  const lose = (): void => addLoss(cx, hasSpare ? b.alu("and", counter, b.int(2 ** LOSS_BITS - 1)) : counter);
  const write = (at: Value, header: Value): void => {
    writeEvent(cx, request, schema, { early, header, place: { base: at, offset: 0, align: 8 } });
    b.call("ringbuf_submit", [at, b.int(0)]);
  };
  const record = b.call("ringbuf_reserve", [b.map(cx.module.ringBuffer()), b.int(bytes), b.int(0)]);
  if (hasSpare) {
    const spare = new SpareRoom(cx, () => b.alu("shr", counter, b.int(LOSS_BITS)));
    writeToEither(cx, record, { bytes, id, spare, lose }, write);
  } else {
    b.ifNotNull(record, { found: (at) => write(at, id), missing: lose });
  }
}

/** Sends the only field of an event, a number, with the number of its schema; it is no loss when there is no room. */
export function tryToSend(cx: ProbeLowering, schemaId: Value, value: Value): void {
  const { b } = cx;
  const bytes = HEADER_BYTES + sizeOf(INT64);
  b.ifNotNull(b.call("ringbuf_reserve", [b.map(cx.module.ringBuffer()), b.int(bytes), b.int(0)]), {
    found: (record) => {
      b.store(record, 0, 8, schemaId);
      b.store(record, HEADER_BYTES, 8, value);
      b.call("ringbuf_submit", [record, b.int(0)]);
    },
  });
}

/** The eight bytes of an event behind its header. */
function onlyNumber({ b }: ProbeLowering, { fields: [field] }: LateEventRequest): Value {
  if (field === undefined) return b.int(0);
  const { bytes } = field.type;
  return bytes === 8 ? field.value : b.extend(field.value, (8 * bytes) as 8 | 16 | 32, false);
}

interface Writing {
  /** Of the fields that have been evaluated. */
  readonly early: readonly (Operand | undefined)[];
  readonly header: Value;
  readonly place: Place;
}

function writeEvent(
  cx: ProbeLowering,
  request: EventRequest,
  schema: EventSchema,
  { early, header, place }: Writing,
): void {
  cx.b.store(place.base, place.offset, 8, header);
  for (const [i, field] of request.fields.entries()) {
    const target = schema.fields[i];
    if (target !== undefined) writeField(cx, field, early[i], atOffset(place, target.offset));
  }
  zeroHoles(cx, request, schema, place);
}

/** The value of a field, in a register or in memory of its own. */
function evaluateEarly(cx: ProbeLowering, field: EventField): Operand | undefined {
  if (!("expr" in field)) return valueOf(field);
  if (isScalar(field.type)) return scalar(cx.valueAs(field.expr, field.type));
  return memory(cx.inMemory(field.expr, field.type));
}

const valueOf = (field: EventField): Operand | undefined => ("value" in field ? scalar(field.value) : undefined);

function writeField(cx: ProbeLowering, field: EventField, early: Operand | undefined, place: Place): void {
  if (early?.kind === "scalar") storeScalar(cx, place, field.type, early.value);
  else if (early?.kind === "memory") copyMemory(cx, early.place, field.type, field.type, place);
  else if ("expr" in field) cx.into(field.expr, field.type, place);
}

/** The kernel's old bytes must not leave it. */
function zeroHoles(cx: ProbeLowering, request: EventRequest, schema: EventSchema, place: Place): void {
  let end = HEADER_BYTES;
  const zero = (to: number): void => {
    const at = atOffset(place, end);
    cx.b.zero(at.base, at.offset, to - end, at.align);
  };
  const inOrder = [...schema.fields.entries()].sort(([, a], [, b]) => a.offset - b.offset);
  for (const [i, field] of inOrder) {
    zero(field.offset);
    const type = request.fields[i]?.type;
    end = field.offset + (field.variable === undefined && type !== undefined ? sizeOf(type) : 4);
  }
  zero(schema.fixedBytes);
}

function sendFromScratch(cx: ProbeLowering, request: EventRequest, schema: EventSchema): void {
  const { b } = cx;
  const roomForStrings = schema.fields.reduce((sum, field) => sum + (field.variable?.capacity ?? 0), 0);
  // One byte for the NUL of the last string, which is not sent.
  const place = cx.scratchPlace(schema.fixedBytes + roomForStrings + 1, "event");
  b.store(place.base, place.offset, 8, b.int(schema.id));
  let stringsEnd = b.int(schema.fixedBytes);
  for (const [i, field] of request.fields.entries()) {
    const target = schema.fields[i];
    if (target === undefined) continue;
    const at = atOffset(place, target.offset);
    if (target.variable === undefined || "value" in field) {
      writeField(cx, field, valueOf(field), at);
      continue;
    }
    const to = stringAt(cx, place, stringsEnd);
    const length = "copy" in field ? field.copy(to) : copyString(cx, field.expr, to, target.variable.capacity);
    b.store(at.base, at.offset, 4, length);
    stringsEnd = b.add(stringsEnd, length);
  }
  zeroHoles(cx, request, schema, place);
  const tail = tailOf(schema, request);
  const end = tail === undefined ? stringsEnd : bytesToLastFrame(cx, tail, atOffset(place, tail.offset));
  const sent = b.call("ringbuf_output", [b.map(cx.module.ringBuffer()), cx.addressOf(place), end, b.int(0)]);
  const spare = spareRoomFor(cx, schema.fixedBytes + roomForStrings);
  b.if("slt", sent, b.int(0), {
    then: () => {
      if (spare === undefined) countLoss(cx);
      else copyToSpare(cx, spare, place, end);
    },
  });
}

function copyToSpare(cx: ProbeLowering, spare: SpareRoom, place: Place, bytes: Value): void {
  const { b } = cx;
  const after = b.block();
  const position = spare.position();
  b.if("sge", position, b.int(0), {
    then: () => {
      b.store(place.base, place.offset + POSITION_OFFSET, 4, position);
      const sent = b.call("ringbuf_output", [spare.ring, cx.addressOf(place), bytes, b.int(0)]);
      b.if("sge", sent, b.int(0), {
        then: () => {
          spare.take(bytes);
          b.jump(after);
        },
      });
    },
  });
  countLoss(cx);
  b.jump(after);
  b.switchTo(after);
}

/** Nothing is known of its alignment. */
function stringAt(cx: ProbeLowering, place: Place, offset: Value): Place {
  return { base: cx.b.add(cx.addressOf(place), offset), offset: 0, align: 1 };
}

/**
 * Cannot be evaluated while a record is reserved: it may end the probe, which would leave the record behind, or send
 * a warning, which is to come before it.
 */
const mustComeFirst = (cx: ProbeLowering, field: EventField): boolean =>
  "expr" in field &&
  (someNode(field.expr, (node) => isDiverging(cx.language, node) || readsPointerOfContext(cx, node)) ||
    (!isScalar(field.type) && mayWarn(cx, field.expr)));

/** Divisors and indices that are not known, and lookups, which warn with `-k`. */
const mayWarn = (cx: ProbeLowering, expr: Expr): boolean =>
  someNode(
    expr,
    (node) =>
      (node.kind === "binary" && (node.op === "/" || node.op === "%") && node.right.kind !== "integer") ||
      (node.kind === "index" && node.index.kind !== "integer") ||
      (cx.options.warnsOfReads && node.kind === "map-access"),
  );

/** Evaluating it twice, or not at all, would show. */
export const hasEffects = ({ language }: Pick<ProbeLowering, "language">, expr: Expr): boolean =>
  someNode(
    expr,
    (node) =>
      node.kind === "step" ||
      node.kind === "block" ||
      node.kind === "if" ||
      ((node.kind === "call" || node.kind === "identifier") &&
        definitionNamed(language, node.name)?.hasEffects === true),
  );
