/** Which maps a program has, and whether they are scalar or keyed: the first use decides (language.md 11.1). */
import {
  type AnyNode,
  context,
  type DiagnosticBag,
  forEachChild,
  type MapAccess,
  type MapRef,
  type Span,
} from "../../../grammar/index.js";
import { type Language, takesMap } from "../../language/language.js";
import type { ProbeBody } from "../input.js";
import { type MapSlot, Slot } from "./slots.js";

/** In the order of first appearance. */
export type Maps = ReadonlyMap<string, MapSlot>;

interface Use {
  /** Of the first. */
  readonly span: Span;
  isKeyed: boolean | undefined;
  /** The first use that says so. */
  decidedBy: Span | undefined;
}

export function collectMaps(probes: readonly ProbeBody[], language: Language, bag: DiagnosticBag): Maps {
  const uses = new Map<string, Use>();
  const written = new Set<string>();

  const use = (name: string, span: Span, isKeyed: boolean | undefined, blamed = span): void => {
    const known = uses.get(name);
    if (known === undefined) {
      uses.set(name, { span, isKeyed, decidedBy: isKeyed === undefined ? undefined : blamed });
      return;
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
    [...uses].map(([name, { span, isKeyed }]) => [
      name,
      { name, span, isKeyed, isWritten: written.has(name), key: new Slot(), value: new Slot() },
    ]),
  );
}

const nameOf = (target: MapRef | MapAccess): string => (target.kind === "map" ? target.name : target.map.name);
