/** Which maps a program has, and whether they are scalar or keyed: the first use decides (language.md 11.1). */
import { type AnyNode, context, forEachChild, type MapAccess, type MapRef, type Span } from "../../../grammar/index.js";
import { takesMap } from "../../language/language.js";
import { PROGRAM, UINT64 } from "../../types/type.js";
import type { AnalysisInput, KnownMaps, ProbeBody } from "../input.js";
import { type MapSlot, Slot } from "./slots.js";
import { isProgramArray } from "./tail-calls.js";

/** In the order of first appearance. */
export type Maps = ReadonlyMap<string, MapSlot>;

interface Use {
  /** Of the first. */
  readonly span: Span;
  isKeyed: boolean | undefined;
  /** The first use that says so. */
  decidedBy: Span | undefined;
}

export function collectMaps(
  {
    language,
    mapDeclarations,
    bag,
    knownMaps,
  }: Pick<AnalysisInput, "language" | "mapDeclarations" | "bag" | "knownMaps">,
  probes: readonly ProbeBody[],
): Maps {
  const arrays = new Map(mapDeclarations.filter(isProgramArray).map((declaration) => [declaration.map, declaration]));
  const uses = new Map<string, Use>();
  const written = new Set<string>();

  const use = (name: string, span: Span, isKeyed: boolean | undefined, blamed = span): void => {
    let known = uses.get(name);
    if (known === undefined) {
      const array = arrays.get(name);
      const old = knownMaps?.get(name);
      const isOldKeyed = old === undefined ? isKeyed : old.key !== undefined;
      if (array === undefined)
        known = { span, isKeyed: isOldKeyed, decidedBy: isOldKeyed === undefined ? undefined : blamed };
      else known = { span, isKeyed: true, decidedBy: array.span };
      uses.set(name, known);
    }
    if (known.isKeyed === undefined && isKeyed !== undefined) known.decidedBy = blamed;
    known.isKeyed ??= isKeyed;
    if (isKeyed === undefined || known.isKeyed === isKeyed) return;
    const first = known.decidedBy ?? known.span;
    const help = () => ({ contexts: [context("map-first-use", first, { name, isKeyed: !isKeyed })] });
    bag.error(isKeyed ? "map-now-keyed" : "map-now-scalar", blamed, { name }, { help });
  };

  const visit = (node: AnyNode): void => {
    switch (node.kind) {
      case "assign":
      case "step":
        if (node.target.kind !== "variable") written.add(nameOf(node.target));
        break;
      case "map":
        use(node.name, node.span, false);
        return;
      case "map-access":
        use(node.map.name, node.map.span, true, node.span);
        visit(node.key);
        return;
      case "for":
        // The loop itself does not decide.
        if (node.over.kind === "map") use(node.over.name, node.over.span, undefined);
        else visit(node.over);
        visit(node.body);
        return;
      case "call":
        for (const [i, argument] of node.args.entries()) {
          if (argument.kind === "map" && takesMap(language, node.name, i)) use(argument.name, argument.span, undefined);
          else visit(argument);
        }
        return;
      case "unary":
        if (node.op === "&" && node.operand.kind === "map") return use(node.operand.name, node.operand.span, undefined);
        break;
      case "sizeof":
      case "typeof":
      case "typeof-type":
      case "typeinfo":
        if (node.operand.kind === "map") return use(node.operand.name, node.operand.span, undefined);
        break;
    }
    forEachChild(node, visit);
  };

  for (const probe of probes) {
    if (probe.predicate !== undefined) visit(probe.predicate);
    visit(probe.body);
  }
  return new Map(
    [...uses].map(([name, { span, isKeyed }]) => {
      const programs = arrays.get(name);
      const slots = slotsOf(knownMaps?.get(name), span);
      const map = { name, span, isKeyed, isWritten: written.has(name), ...slots, programs };
      if (programs !== undefined) {
        map.key.fix(UINT64, programs);
        map.value.fix(PROGRAM, programs);
      }
      return [name, map];
    }),
  );
}

type KnownMap = KnownMaps extends ReadonlyMap<string, infer M> ? M : never;

/** With the types of a map that is there already. */
function slotsOf(known: KnownMap | undefined, span: Span): Pick<MapSlot, "key" | "value"> {
  const slots = { key: new Slot(), value: new Slot() };
  if (known?.key !== undefined) slots.key.contribute({ span }, known.key);
  if (known !== undefined) slots.value.contribute({ span }, known.value);
  return slots;
}

const nameOf = (target: MapRef | MapAccess): string => (target.kind === "map" ? target.name : target.map.name);
