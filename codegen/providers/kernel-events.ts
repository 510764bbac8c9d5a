/** Tracepoints in BTF: the kernel, or the module that has one, has a typedef of its prototype. */
import { type Btf, type BtfParam, findFunction, protoOfTypedef, type TypeId } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import { btfOf } from "./parameter-text.js";

export interface KernelEvent {
  readonly module: string;
  readonly event: string;
}

const TYPEDEF = "btf_trace_";

/** 0 when the module does not have it. */
export const typedefOf = ({ module, event }: KernelEvent, facts: KernelFacts): TypeId =>
  btfOf(module, facts)?.findOwn("typedef", `${TYPEDEF}${event}`) ?? 0;

/** The first module among those that match. Where it is the kernel itself, no module is looked into. */
export const moduleOfEvent = (
  event: string,
  facts: KernelFacts,
  matches: (module: string) => boolean = () => true,
): string | undefined => modules(facts, matches).find((module) => typedefOf({ module, event }, facts) !== 0);

/** All modules among those that match. */
export const modulesOfEvent = (
  event: string,
  facts: KernelFacts,
  matches: (module: string) => boolean,
): readonly KernelEvent[] =>
  modules(facts, matches).flatMap((module) => {
    const point = { module, event };
    return typedefOf(point, facts) === 0 ? [] : [point];
  });

/** Of all modules that match, sorted bytewise. */
export function eventsOf(facts: KernelFacts, matches: (module: string) => boolean): readonly KernelEvent[] {
  return modules(facts, matches).flatMap((module) => {
    const btf = btfOf(module, facts);
    if (btf === undefined) return [];
    const names = Array.from(btf.idsOf("typedef"), (id) => btf.nameOf(id));
    const events = names.filter((name) => name.startsWith(TYPEDEF)).map((name) => name.slice(TYPEDEF.length));
    return events.sort().map((event) => ({ module, event }));
  });
}

/** The kernel itself first. */
function modules(facts: KernelFacts, matches: (module: string) => boolean): readonly string[] {
  const loaded = facts.loadedModules().filter((module) => module !== "vmlinux");
  return ["vmlinux", ...loaded.sort()].filter(matches);
}

/** The names are those of the probe stub's parameters; the first one belongs to the kernel. */
export function parametersOf(btf: Btf, event: string): readonly BtfParam[] {
  const proto =
    findFunction(btf, `__probestub_${event}`)?.proto ??
    findFunction(btf, `__traceiter_${event}`)?.proto ??
    protoOfTypedef(btf, `${TYPEDEF}${event}`);
  return (proto?.params ?? []).slice(1);
}
