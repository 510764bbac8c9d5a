/**
 * Programs that other programs go on to (`prog`), and the arrays that they are found in (`progarray`): which of them a
 * body can come to. An array holds what is put into it anywhere in the script.
 */
import {
  type AnyNode,
  type Expr,
  type MapDeclaration,
  type Probe,
  type Prog,
  someNode,
  visit,
} from "../../../grammar/index.js";
import type { Language } from "../../language/language.js";
import { arrayOfTailCall } from "../../language/tail-call.js";

/** What a map is declared as. */
export const PROGRAM_ARRAY = "progarray";

export const isProgramArray = ({ mapKind }: MapDeclaration): boolean => mapKind === PROGRAM_ARRAY;

/** A `prog`, with its body as the other stages take bodies: it has no attach points, and no predicate. */
export interface CalledProgram {
  readonly prog: Prog;
  readonly body: Probe;
}

export const bodyOf = ({ span, body }: Prog): Probe => ({
  kind: "probe",
  span,
  attachPoints: [],
  predicate: undefined,
  body,
});

interface Notes {
  /** Arrays that a body takes programs from. */
  readonly calls: ReadonlySet<string>;
}

/** Of a whole script, once its macros are expanded. */
export class TailCalls {
  readonly programs: readonly CalledProgram[];
  readonly #notes = new Map<Probe, Notes>();
  /** By array. */
  readonly #members = new Map<string, Set<CalledProgram>>();

  constructor(
    language: Pick<Language, "functions">,
    probes: readonly Probe[],
    programs: readonly CalledProgram[],
    /** Of C: names may stand for names. */
    macros?: { textOf(name: string): string | undefined },
  ) {
    this.programs = programs;
    const byName = new Map(programs.map((program) => [program.prog.name, program]));
    const bodies = [...probes, ...programs.map((program) => program.body)];
    const named = (name: string): CalledProgram | undefined =>
      byName.get(name) ?? byName.get(macros?.textOf(name) ?? "");
    const inScript = bodies.flatMap((body) => programsIn(body, named));
    for (const body of bodies) {
      const calls = new Set<string>();
      visit(body, (node) => {
        const array = arrayOfTailCall(language, node);
        if (array !== undefined) calls.add(array);
        if (node.kind !== "assign" || node.target.kind !== "map-access") return;
        const put = this.#membersOf(node.target.map.name);
        for (const program of whatMayBe(node.value, { named, body, inScript })) put.add(program);
      });
      this.#notes.set(body, { calls });
    }
  }

  /** In the order of the script. */
  reachedFrom(body: Probe): readonly CalledProgram[] {
    const reached = new Set<CalledProgram>();
    const work = [body];
    for (let from = work.pop(); from !== undefined; from = work.pop()) {
      for (const array of this.#notes.get(from)?.calls ?? []) {
        for (const program of this.#membersOf(array)) {
          if (reached.has(program)) continue;
          reached.add(program);
          work.push(program.body);
        }
      }
    }
    return this.programs.filter((program) => reached.has(program));
  }

  /** Whether the body itself goes on to others, be there any or not. */
  callsFrom(body: Probe): boolean {
    return (this.#notes.get(body)?.calls.size ?? 0) > 0;
  }

  #membersOf(array: string): Set<CalledProgram> {
    let members = this.#members.get(array);
    if (members === undefined) this.#members.set(array, (members = new Set()));
    return members;
  }
}

type Named = (name: string) => CalledProgram | undefined;

const programsIn = (node: AnyNode, named: Named): readonly CalledProgram[] => {
  const found: CalledProgram[] = [];
  visit(node, (part) => {
    const program = part.kind === "identifier" ? named(part.name) : undefined;
    if (program !== undefined) found.push(program);
  });
  return found;
};

/** Which programs a value can be: what it names, what its body names if it takes variables, and any of the script if it takes maps. */
function whatMayBe(
  value: Expr,
  {
    named,
    body,
    inScript,
  }: { readonly named: Named; readonly body: Probe; readonly inScript: readonly CalledProgram[] },
): readonly CalledProgram[] {
  const has = (kind: AnyNode["kind"]): boolean => someNode(value, (node) => node.kind === kind);
  if (has("map") || has("map-access") || has("call")) return inScript;
  return programsIn(has("variable") ? body : value, named);
}
