/** What the typing rules see while they walk one body. */
import { type Block, DiagnosticBag, type Expr, type Variable } from "../../../grammar/index.js";
import type { KernelFacts } from "../../facts.js";
import type { Language } from "../../language/language.js";
import type { ProbeContext } from "../../language/provider.js";
import { seenFrom, type StructSource } from "../../types/struct-source.js";
import type { Type } from "../../types/type.js";
import type { Config } from "../../config.js";
import type { Maps } from "../names/maps.js";
import type { Variables } from "../names/scopes.js";
import type { Words } from "../names/similar-names.js";
import { type MapSlot, type Site, type Slot, UNKNOWN, type VariableSlot } from "../names/slots.js";

/**
 * Expressions contain expressions of all kinds, and blocks with statements. The files with the rules for each kind reach
 * those for all others through here.
 */
export interface Rules {
  /** Types the expression and all below it, and remembers the answers. */
  readonly typeExpr: (cx: BodyTyping, expr: Expr) => Type;
  /** A body of a probe or a loop: its value, if it has one, is lost. */
  readonly typeBody: (cx: BodyTyping, body: Block) => void;
}

/** The parts that all bodies share. */
export interface ProgramTyping {
  readonly rules: Rules;
  readonly language: Language;
  /** For hints. */
  readonly words: Words;
  readonly variables: Variables;
  readonly maps: Maps;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly structs: StructSource;
  /** Maps that another map's aggregation was assigned to: they never get a type from that. */
  readonly aggregationCopies: Set<MapSlot>;
}

/** What happens when the rules read or change a slot: inference listens, the final check does not. */
export interface SlotListener {
  read(slot: Slot): void;
  changed(slot: Slot): void;
}

/** Takes no notes: while types are inferred nothing is final. */
class SilentBag extends DiagnosticBag {
  override error(): void {
    // Inference reports nothing.
  }

  override warning(): void {
    // Inference reports nothing.
  }
}

const SILENT = new SilentBag();

export class BodyTyping {
  readonly program: ProgramTyping;
  readonly context: ProbeContext;
  readonly types: Map<Expr, Type>;
  readonly bag: DiagnosticBag;
  /** All slots have their types; what does not fit is reported. */
  readonly isFinal: boolean;
  /** Inside of the body of a `for` or `while`. */
  isInLoop = false;
  /** At the end of a body: what comes last has a value that nobody takes. */
  endsBody = false;
  /** Inside of a format, which is never a value of a program. */
  isLongTextAllowed = false;
  readonly #listener: SlotListener | undefined;

  private constructor(
    program: ProgramTyping,
    context: ProbeContext,
    types: Map<Expr, Type>,
    bag: DiagnosticBag | undefined,
    listener: SlotListener | undefined,
  ) {
    this.program = program;
    this.context = context;
    this.types = types;
    this.bag = bag ?? SILENT;
    this.isFinal = bag !== undefined;
    this.#listener = listener;
  }

  static inferring(
    program: ProgramTyping,
    context: ProbeContext,
    types: Map<Expr, Type>,
    listener: SlotListener,
  ): BodyTyping {
    return new BodyTyping(program, context, types, undefined, listener);
  }

  static checking(
    program: ProgramTyping,
    context: ProbeContext,
    types: Map<Expr, Type>,
    bag: DiagnosticBag,
  ): BodyTyping {
    return new BodyTyping(program, context, types, bag, undefined);
  }

  get language(): Language {
    return this.program.language;
  }

  get structs(): StructSource {
    return seenFrom(this.program.structs, this.context.program);
  }

  get config(): Config {
    return this.program.config;
  }

  get facts(): KernelFacts {
    return this.program.facts;
  }

  variable(node: Variable): VariableSlot | undefined {
    return this.program.variables.get(node);
  }

  map(name: string): MapSlot {
    const map = this.program.maps.get(name);
    if (map === undefined) throw new Error(`map ${name} was not collected`);
    return map;
  }

  read(slot: Slot): Type {
    this.#listener?.read(slot);
    return slot.type;
  }

  /** `site` puts a value of this type into the slot. */
  contribute(slot: Slot, site: Site, type: Type): void {
    if (!this.isFinal && slot.contribute(site, type)) this.#listener?.changed(slot);
  }

  /** See {@link Rules}. */
  typeExpr(expr: Expr): Type {
    return this.program.rules.typeExpr(this, expr);
  }

  typeBody(body: Block): void {
    this.program.rules.typeBody(this, body);
  }

  /** Of an expression that was typed before; `none` otherwise. */
  known(expr: Expr): Type {
    return this.types.get(expr) ?? UNKNOWN;
  }
}
