/** Which variable a `$name` means: block scopes, in the order of the text (language.md 10). */
import {
  type AnyNode,
  type Assign,
  type Block,
  type Context,
  context,
  cover,
  didYouMean,
  type DiagnosticBag,
  type For,
  forEachChild,
  type Help,
  type Let,
  type Span,
  type Variable,
} from "../../../grammar/index.js";
import type { ProbeBody } from "../input.js";
import { Slot, type VariableSlot } from "./slots.js";

export type Variables = ReadonlyMap<Variable, VariableSlot>;

/** Resolves every variable of all probes; reports unknown, shadowing and unused ones. */
export function resolveVariables(probes: readonly ProbeBody[], bag: DiagnosticBag): Variables {
  const found = new Map<Variable, VariableSlot>();
  const all: VariableSlot[] = [];
  for (const probe of probes) {
    const scopes = new Scopes(found, all, bag);
    if (probe.predicate !== undefined) scopes.visit(probe.predicate);
    scopes.visit(probe.body);
  }
  for (const variable of all) {
    if (!variable.isAssigned) bag.warning("variable-never-assigned", variable.span, { name: variable.name });
  }
  return found;
}

class Scopes {
  readonly #found: Map<Variable, VariableSlot>;
  readonly #all: VariableSlot[];
  readonly #bag: DiagnosticBag;
  /** Innermost last. */
  readonly #blocks: Map<string, VariableSlot>[] = [new Map()];
  readonly #expansions = new Map<readonly Span[], number>();
  /** Inside of the operand of `sizeof` or its like, which is not evaluated: what messages call it. */
  #query: string | undefined;

  constructor(found: Map<Variable, VariableSlot>, all: VariableSlot[], bag: DiagnosticBag) {
    this.#found = found;
    this.#all = all;
    this.#bag = bag;
  }

  visit(node: AnyNode): void {
    switch (node.kind) {
      case "variable":
        return this.#use(node);
      case "block":
        return this.#within(() => {
          this.#children(node);
        });
      case "assign":
        return this.#assign(node);
      case "let":
        return this.#let(node);
      case "for":
        return this.#for(node);
      case "unary":
        if (node.op === "&" && node.operand.kind === "variable") return this.#takeAddress(node.operand);
        return this.#children(node);
      case "sizeof":
      case "offsetof":
        return this.#unevaluated(node, node.kind);
      case "typeinfo":
      case "typeof":
      case "typeof-type":
        return this.#unevaluated(node, "typeof or typeinfo");
      default:
        return this.#children(node);
    }
  }

  #children(node: AnyNode): void {
    forEachChild(node, (child) => {
      this.visit(child);
    });
  }

  #within(run: () => void): void {
    this.#blocks.push(new Map());
    run();
    this.#blocks.pop();
  }

  #unevaluated(node: AnyNode, query: string): void {
    const before = this.#query;
    this.#query = query;
    this.#children(node);
    this.#query = before;
  }

  #lookUp(node: Variable): VariableSlot | undefined {
    const key = keyOf(node, this.#expansions);
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      const variable = this.#blocks[i]?.get(key);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }

  #create(node: Variable, span: Span, how: VariableSlot["how"]): VariableSlot {
    const variable: VariableSlot = {
      id: this.#all.length,
      name: node.name,
      span,
      how,
      slot: new Slot(),
      createdBy: node,
      isAssigned: how !== "declaration",
    };
    this.#all.push(variable);
    this.#blocks.at(-1)?.set(keyOf(node, this.#expansions), variable);
    this.#found.set(node, variable);
    return variable;
  }

  #use(node: Variable): void {
    const variable = this.#lookUp(node);
    if (variable === undefined) {
      return this.#bag.error("variable-undefined", node.span, { name: node.name }, { help: () => this.#helpFor(node) });
    }
    this.#found.set(node, variable);
    if (!variable.isAssigned && this.#query === undefined) {
      this.#bag.warning("variable-unassigned-use", node.span, { name: node.name });
    }
  }

  /** Another variable that can be seen from here, or one of that name which cannot. */
  #helpFor(node: Variable): Help {
    const seen = this.#blocks.flatMap((block) => [...block.values()].map(({ name }) => name));
    const near = didYouMean(node.name, seen);
    const elsewhere = this.#all.find(({ name }) => name === node.name);
    if (near.length > 0 || elsewhere === undefined) return { hints: near };
    const map = `@${node.name.slice(1)}`;
    return {
      contexts: [context("variable-elsewhere", elsewhere.span, { name: node.name })],
      hints: [`A variable lives in its block, and in one probe. A map, \`${map}\` or \`${map}[tid]\`, is for all.`],
    };
  }

  #takeAddress(node: Variable): void {
    const variable = this.#lookUp(node);
    if (variable !== undefined) variable.isAssigned = true;
    this.#use(node);
  }

  #assign(node: Assign): void {
    this.visit(node.value);
    const { target } = node;
    if (target.kind !== "variable") {
      if (this.#query !== undefined) this.#bag.error("query-assigns-map", node.span, { query: this.#query });
      return this.visit(target);
    }
    if (node.op !== undefined) this.#use(target);
    const variable = this.#lookUp(target);
    if (variable === undefined) {
      if (node.op === undefined) this.#create(target, node.span, "assignment");
      return;
    }
    variable.isAssigned = true;
    this.#found.set(target, variable);
  }

  #let(node: Let): void {
    if (node.type !== undefined) this.visit(node.type);
    if (node.value !== undefined) this.visit(node.value);
    const span = cover(node.span, node.variable.span);
    const existing = this.#lookUp(node.variable);
    if (existing !== undefined) {
      this.#bag.error("variable-shadowed", span, { name: node.variable.name }, { contexts: [origin(existing)] });
    }
    const variable = this.#create(node.variable, span, "declaration");
    // One mistake is enough: what should not have been declared need not be assigned.
    variable.isAssigned = node.value !== undefined || existing !== undefined;
  }

  #for(node: For): void {
    this.visit(node.over);
    const { name } = node.variable;
    const existing = this.#lookUp(node.variable);
    if (existing !== undefined) {
      this.#bag.error("loop-shadows", node.variable.span, { name }, { contexts: [origin(existing)] });
    }
    this.#within(() => {
      this.#create(node.variable, node.variable.span, "loop");
      this.#body(node.body);
    });
  }

  #body(block: Block): void {
    this.visit(block);
  }
}

/**
 * In the text of a macro a name means a variable of the same expansion: the array of calls that its span came from
 * tells expansions apart.
 */
function keyOf({ name, span }: Variable, expansions: Map<readonly Span[], number>): string {
  if (span.expandedFrom === undefined) return name;
  let expansion = expansions.get(span.expandedFrom);
  if (expansion === undefined) expansions.set(span.expandedFrom, (expansion = expansions.size));
  return `${name} ${expansion}`;
}

const origin = (variable: VariableSlot): Context => context("variable-origin", variable.span, { how: variable.how });
