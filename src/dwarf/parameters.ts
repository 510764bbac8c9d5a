/** What a function takes, and where it is when an instruction is reached. */
import type { DebugParameter, DebugPart, DebugType } from "../../codegen/facts.js";
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { areAllParts } from "./go-values.js";
import { goCompilerOf } from "./languages.js";
import { type FrameBase, frameBase, partsOf } from "./location-expressions.js";
import { expressionAt } from "./location-lists.js";
import { typeOf, typeText } from "./types.js";
import type { Entry } from "./unit.js";
import { writtenAs } from "./written-as.js";

/** The function, or the copy of it inside of another, and an instruction of it. */
export interface Reached {
  readonly entry: Entry;
  /** With code of its own: that whose frame it is. */
  readonly around: Entry;
  readonly address: bigint;
  readonly isEntry: boolean;
}

export function parametersOf(info: DebugInfo, reached: Reached): readonly DebugParameter[] {
  const { entry } = reached;
  const own = inOrder(
    info,
    [...entry.children()].filter((child) => child.tag === TAG.formalParameter && !(isResult(child) && reached.isEntry)),
  );
  const written = writtenAs(info, entry);
  if (own.length === 0 && written.offset !== entry.offset) {
    // Of a copy whose parameters are all gone nothing is said; what is only declared is passed as its callers know it.
    const isDeclared = entry.ranges().length === 0;
    return parametersOf(info, { ...reached, entry: written }).map((parameter) => ({
      ...parameter,
      parts: isDeclared ? undefined : LOST,
      isStored: isDeclared,
    }));
  }
  const frame = frameBase(bytesOf(reached.around.place(AT.frameBase)));
  return own.map((parameter) => {
    const described = writtenAs(info, parameter);
    const type = typeOf(info, described);
    return {
      name: described.string(AT.name) ?? "",
      type,
      typeText: typeText(info, described),
      ...placeOf(info, parameter, type, reached, frame),
    };
  });
}

/** Go has results among the parameters: at the entry there are none yet. */
const isResult = (parameter: Entry): boolean => parameter.number(AT.variableParameter) === 1n;

/** Of copies compilers list them in any order. */
function inOrder(info: DebugInfo, parameters: readonly Entry[]): readonly Entry[] {
  const written = new Map(parameters.map((parameter) => [parameter, writtenAs(info, parameter).offset]));
  return parameters.toSorted((a, b) => (written.get(a) ?? 0) - (written.get(b) ?? 0));
}

const LOST: readonly DebugPart[] = [{ kind: "lost", bytes: undefined }];

type Placed = Pick<DebugParameter, "parts" | "isStored" | "isByReference">;

function placeOf(
  info: DebugInfo,
  parameter: Entry,
  type: DebugType,
  { entry, around, address, isEntry }: Reached,
  frame: FrameBase | undefined,
): Placed {
  const { unit } = parameter;
  const constant = parameter.number(AT.constValue);
  const unknown = { parts: undefined, isStored: false, isByReference: false };
  if (constant !== undefined)
    return { ...unknown, parts: [{ kind: "value", base: undefined, offset: constant, bytes: undefined }] };
  const place = parameter.place(AT.location);
  if (place === undefined) return unknown;
  const isList = !(place instanceof Uint8Array);
  const expression = isList ? expressionAt(unit, place.by, place.value, address) : place;
  const parts = expression && partsOf(expression, { frame, isEntry, widths: unit });
  const [first] = parts ?? [];
  const isByReference = first?.kind === "memory" && first.isIndirect;
  const go = isList && parts !== undefined ? goCompilerOf(parameter) : undefined;
  if (go !== undefined && !areAllParts(info, type, parts ?? [], go, entry !== around))
    return { ...unknown, parts: LOST };
  if (isList || !isEntry) return { ...unknown, parts, isByReference };
  // One place for the whole function: where it is before the function has put it there, only the caller's part is known.
  const isOfCaller = first?.kind === "memory" && first.base === "frame" && first.offset >= 0n && !first.isIndirect;
  const isInFrame = first?.kind === "memory" && !isOfCaller;
  return { parts, isStored: isInFrame, isByReference };
}

const bytesOf = (place: ReturnType<Entry["place"]>): Uint8Array | undefined =>
  place instanceof Uint8Array ? place : undefined;
