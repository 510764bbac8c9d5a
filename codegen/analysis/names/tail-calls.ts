/**
 * Programs that other programs go on to (`prog`), and the arrays that they are found in (`progarray`): which of them a
 * body can come to. An array holds what is put into it anywhere in the script.
 */
import {
  type AnyNode,
  type Call,
  type Expr,
  type MapDeclaration,
  type Probe,
  type Prog,
  visit,
} from "../../../grammar/index.js";
import type { Language } from "../../language/language.js";

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

/** The array that a call takes a program from, if it does such a thing. */
export function arrayOfTailCall({ functions }: Pick<Language, "functions">, node: AnyNode): string | undefined {
  if (node.kind !== "call" || !entersPrograms(functions, node)) return undefined;
  const [array] = node.args;
  return array?.kind === "map" ? array.name : undefined;
}

const entersPrograms = (functions: Language["functions"], { name }: Call): boolean => {
  const definition = functions.get(name);
  return definition?.kind === "function" && definition.entersPrograms === true;
};

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
    for (const body of [...probes, ...programs.map((program) => program.body)]) {
      const calls = new Set<string>();
      visit(body, (node) => {
        const array = arrayOfTailCall(language, node);
        if (array !== undefined) calls.add(array);
        if (node.kind !== "assign" || node.target.kind !== "map-access") return;
        const name = nameOf(node.value);
        const program = name && (byName.get(name) ?? byName.get(macros?.textOf(name) ?? ""));
        if (program) this.#membersOf(node.target.map.name).add(program);
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

const nameOf = (value: Expr): string | undefined => (value.kind === "identifier" ? value.name : undefined);
