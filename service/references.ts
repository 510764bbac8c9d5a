/** Everything in a script that means the same variable, map, macro or program. */
import {
  type AnyNode,
  DiagnosticBag,
  forEachChild,
  type Item,
  parse,
  type Span,
  span,
  type Variable,
} from "../grammar/index.js";
import { sourceOf } from "./facts.js";
import type { Range } from "./place.js";

export interface References {
  readonly kind: "variable" | "map" | "macro" | "program";
  readonly name: string;
  /** In order of the text; the first is where it is defined, or first written. */
  readonly places: readonly Range[];
}

/** What the name at this place means; undefined where there is no name of the script's own, or the item cannot be read. */
export function referencesAt(text: string, offset: number): References | undefined {
  const file = sourceOf(text);
  const { items } = parse(file, new DiagnosticBag());
  const isAt = ({ start, end }: Range): boolean => start <= offset && offset <= end;
  for (const found of [...items.flatMap(variablesIn), ...mapsIn(items), ...macrosIn(items), ...programsIn(items)]) {
    if (!found.places.some(isAt)) continue;
    return {
      ...found,
      places: found.places.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start),
    };
  }
  return undefined;
}

interface Found {
  readonly kind: References["kind"];
  readonly name: string;
  readonly places: Range[];
}

// ---------------------------------------------------------------- variables: by blocks

type Scope = Map<string, Found>;

function variablesIn(item: Item): readonly Found[] {
  if (item.kind === "map-declaration") return [];
  const all: Found[] = [];
  const scopes: Scope[] = [new Map()];
  const declare = (variable: Variable, scope: Scope | undefined): void => {
    const found: Found = { kind: "variable", name: variable.name, places: [variable.span] };
    scope?.set(variable.name, found);
    all.push(found);
  };
  const use = (variable: Variable): void => {
    const known = scopes.findLast((scope) => scope.has(variable.name))?.get(variable.name);
    if (known === undefined) declare(variable, scopes.at(-1));
    else known.places.push(variable.span);
  };
  const within = (walkInside: () => void): void => {
    scopes.push(new Map());
    walkInside();
    scopes.pop();
  };
  const walk = (node: AnyNode): void => {
    switch (node.kind) {
      case "variable":
        return use(node);
      case "block":
        return within(() => forEachChild(node, walk));
      case "let":
        if (node.value !== undefined) walk(node.value);
        return declare(node.variable, scopes.at(-1));
      case "assign":
        walk(node.value);
        return walk(node.target);
      case "for":
        walk(node.over);
        return within(() => {
          declare(node.variable, scopes.at(-1));
          walk(node.body);
        });
      default:
        return forEachChild(node, walk);
    }
  };
  forEachChild(item, walk);
  return all;
}

// ---------------------------------------------------------------- maps and macros: by name

function gather(kind: References["kind"], places: Iterable<readonly [name: string, place: Range]>): readonly Found[] {
  const found = new Map<string, Found>();
  for (const [name, place] of places) {
    const known = found.get(name);
    if (known === undefined) found.set(name, { kind, name, places: [place] });
    else known.places.push(place);
  }
  return [...found.values()];
}

function mapsIn(items: readonly Item[]): readonly Found[] {
  const places: (readonly [string, Range])[] = [];
  const walk = (node: AnyNode): void => {
    if (node.kind === "map") places.push([node.name, node.span]);
    else if (node.kind === "map-declaration") places.push([node.map, placeOf(node.span, node.map)]);
    else forEachChild(node, walk);
  };
  items.forEach(walk);
  return gather("map", places);
}

function macrosIn(items: readonly Item[]): readonly Found[] {
  const defined = new Set(items.flatMap((item) => (item.kind === "macro" ? [item.name] : [])));
  const places: (readonly [string, Range])[] = [];
  const walk = (node: AnyNode): void => {
    if (node.kind === "macro") places.push([node.name, placeOf(node.span, node.name)]);
    else if (node.kind === "call" && defined.has(node.name)) places.push([node.name, node.nameSpan]);
    else if (node.kind === "identifier" && defined.has(node.name)) places.push([node.name, node.span]);
    forEachChild(node, walk);
  };
  items.forEach(walk);
  return gather("macro", places);
}

function programsIn(items: readonly Item[]): readonly Found[] {
  const defined = new Set(items.flatMap((item) => (item.kind === "prog" ? [item.name] : [])));
  const places: (readonly [string, Range])[] = [];
  const walk = (node: AnyNode): void => {
    if (node.kind === "prog") places.push([node.name, node.nameSpan]);
    else if (node.kind === "identifier" && defined.has(node.name)) places.push([node.name, node.span]);
    forEachChild(node, walk);
  };
  items.forEach(walk);
  return gather("program", places);
}

/** Where the name stands behind the keyword of a definition. */
function placeOf({ file, start, end }: Span, name: string): Range {
  const head = /^(macro|let)\s+/.exec(file.text.slice(start, end))?.[0] ?? "";
  return span(file, start + head.length, start + head.length + name.length);
}
