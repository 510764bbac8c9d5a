/** Fields, elements and what lies behind pointers (language.md 4.4, 7.3–7.6). */
import { type Field, type Help, type Index, type Span, suggestion } from "../../../grammar/index.js";
import { isRecord } from "../../language/provider.js";
import { asInteger, isFlexible } from "../../types/promote.js";
import { inside, spaceOf, withSpace } from "../../types/spaces.js";
import {
  type ArrayType,
  INT8,
  isIncomplete,
  type RecordType,
  type StringType,
  type StructType,
  type TupleType,
  type Type,
  typeName,
} from "../../types/type.js";
import { memberOfNumber, similarMember } from "../names/similar-names.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

// ---------------------------------------------------------------- a.b

export function typeField(cx: BodyTyping, node: Field): Type {
  const object = cx.typeExpr(node.object);
  if (isUnknown(object)) return UNKNOWN;
  if (typeof node.name === "number") return typeElement(cx, node, object, node.name);
  const reached = behindPointers(object);
  if (reached.kind === "struct") return typeMember(cx, node, reached, node.name);
  if (object.kind === "record") return typeRecordField(cx, node, object, node.name);
  const help = () => (reached.kind === "int" ? memberOfNumber(node.object) : {});
  cx.bag.error("field-of-other", node.span, { type: typeName(reached), field: node.name }, { help });
  return UNKNOWN;
}

/** Any number of pointers is followed. */
function behindPointers(type: Type): Type {
  let reached = type;
  while (reached.kind === "pointer") reached = inside(reached.to, reached.space);
  return reached;
}

function typeMember(cx: BodyTyping, node: Field, struct: StructType, name: string): Type {
  const member = cx.structs.member(struct, name);
  if (member === undefined) {
    reportMissing(cx, node, struct, name);
    return UNKNOWN;
  }
  if (member.unsupportedTag !== undefined) {
    cx.bag.error("field-unsupported-tag", node.span, { field: name, tag: member.unsupportedTag });
    return UNKNOWN;
  }
  if (member.trouble !== undefined) {
    cx.bag.error("field-unreadable", node.span, { field: name, reason: member.trouble }, { mark: nameOf(node) });
    return UNKNOWN;
  }
  return inside(member.type, struct.space);
}

/** Every record of a tracepoint begins with them, and programs may not read them. */
const COMMON_FIELDS: ReadonlySet<string> = new Set([
  "common_type",
  "common_flags",
  "common_preempt_count",
  "common_pid",
]);

/** `args` is what the probe makes of it: a record, or the parameters of a function. */
function reportMissing(cx: BodyTyping, node: Field, struct: StructType, field: string): void {
  const isArgs = struct.source.origin === "args";
  const names = (): readonly string[] =>
    cx.structs
      .members(struct)
      .map(({ name }) => name)
      .filter((name) => !(isArgs && COMMON_FIELDS.has(name)));
  const help = () => similarMember(field, names(), isArgs ? "There are" : "It has");
  const extra = { mark: nameOf(node), help };
  if (isArgs && !isRecord(cx.context.args)) cx.bag.error("field-parameter-missing", node.span, { field }, extra);
  else if (isArgs && COMMON_FIELDS.has(field))
    cx.bag.error("field-common", node.span, {}, { mark: nameOf(node), help: () => insteadOfCommon(field) });
  else cx.bag.error("field-missing", node.span, { type: typeName(struct), field }, extra);
}

/** What follows the dot. */
const nameOf = ({ span, name }: Field): Span => ({ ...span, start: span.end - String(name).length });

const insteadOfCommon = (field: string): Help => (field === "common_pid" ? { hints: suggestion(["tid"]) } : {});

function typeRecordField(cx: BodyTyping, node: Field, object: RecordType, name: string): Type {
  const field = object.fields.find((f) => f.name === name);
  if (field !== undefined) return field.type;
  const names = object.fields.map((known) => known.name);
  const help = () => similarMember(name, names, "It has");
  cx.bag.error("record-field-missing", node.span, { field: name }, { mark: nameOf(node), help });
  return UNKNOWN;
}

/** Tuples are not reached through pointers. */
function typeElement(cx: BodyTyping, node: Field | Index, object: Type, index: number): Type {
  if (object.kind !== "tuple") {
    cx.bag.error("tuple-index-of-other", node.span, { index, type: typeName(object) });
    return UNKNOWN;
  }
  const element = object.elements[index];
  if (element !== undefined) return element;
  cx.bag.error(node.kind === "index" ? "tuple-element" : "tuple-index", node.span, {
    index: BigInt(index),
    count: object.elements.length,
  });
  return UNKNOWN;
}

// ---------------------------------------------------------------- a[i]

export function typeIndex(cx: BodyTyping, node: Index): Type {
  const object = cx.typeExpr(node.object);
  const index = cx.typeExpr(node.index);
  if (isUnknown(object) || isUnknown(index)) return UNKNOWN;
  switch (object.kind) {
    case "tuple":
      return indexTuple(cx, node, object);
    case "array":
    case "string":
      return indexArray(cx, node, object, index);
    case "pointer":
      return indexPointer(cx, node, object, index);
    default:
      cx.bag.error("index-of-other", node.span, { type: typeName(object) });
      return UNKNOWN;
  }
}

/** An integer that is not negative, as far as its type goes. */
function isIndex(type: Type): boolean {
  const number = asInteger(type);
  return number !== undefined && (!number.isSigned || isFlexible(type));
}

function indexTuple(cx: BodyTyping, node: Index, object: TupleType): Type {
  if (node.index.kind === "integer" && node.index.value >= 0n) {
    return typeElement(cx, node, object, Number(node.index.value));
  }
  cx.bag.error("tuple-index-literal", node.span, {});
  return UNKNOWN;
}

function indexArray(cx: BodyTyping, node: Index, object: ArrayType | StringType, index: Type): Type {
  const element = object.kind === "string" ? INT8 : object.element;
  const type = withSpace(element, spaceOf(element) === "none" ? object.space : spaceOf(element));
  if (!isIndex(index)) {
    cx.bag.error("index-type", node.span, { type: typeName(index) });
    return type;
  }
  const size = object.kind === "string" ? object.sizeBytes : object.length;
  if (node.index.kind === "integer" && size > 0 && node.index.value >= BigInt(size)) {
    cx.bag.error("index-bounds", node.span, { index: node.index.value, size });
  }
  return type;
}

function indexPointer(cx: BodyTyping, node: Index, object: Extract<Type, { kind: "pointer" }>, index: Type): Type {
  if (object.to.kind === "void" || isIncomplete(object.to)) {
    cx.bag.error("index-of-void", node.span, { type: typeName(object) });
    return UNKNOWN;
  }
  if (!isIndex(index)) {
    cx.bag.error("index-type", node.span, { type: typeName(index) });
    return UNKNOWN;
  }
  return inside(object.to, object.space);
}
