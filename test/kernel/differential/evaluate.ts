/**
 * A plain evaluator of the generated programs, straight from the language reference (chapters 7 to 14). It shares
 * nothing with the compiler. Integers are mathematical values of their types.
 */
import { type Environment, ExpressionEvaluator } from "./evaluate-expression.js";
import { ScriptMap } from "./maps.js";
import type { Program, Statement } from "./program.js";
import { setupOf } from "./setup.js";
import { convert, numberOf, truth, type Value, zeroOf } from "./values.js";

/** What a program leaves: `@name` or `@name[key]` to the text that is printed. */
export type Outcome = ReadonlyMap<string, string>;

export function evaluate(program: Program): Outcome {
  const machine = new Machine(program);
  for (const { on, predicate, statements } of [setupOf(program), ...program.probes]) {
    // exit() stops all at once but for what is done at the end.
    if (machine.hasExited && on === "begin") continue;
    const env: Environment = { variables: new Map(), parameters: new Map(), maps: new Map() };
    if (predicate === undefined || truth(machine.value(predicate, env))) machine.run(statements, env);
  }
  return new Map([...machine.maps.values()].flatMap((map) => [...map.texts()]));
}

/** Far more rounds than a generated program has. */
const MAX_ROUNDS = 1_000_000;

/** A program whose loops do not end: none is generated, but what is left of one while it is made smaller may be. */
export class EndlessProgramError extends Error {}

type Flow = "next" | "break" | "continue" | "return";

class Machine extends ExpressionEvaluator {
  hasExited = false;
  #rounds = 0;

  constructor(program: Program) {
    super(new Map(program.maps.map((shape) => [shape.name, new ScriptMap(shape)])), program.macros);
  }

  override run(statements: readonly Statement[], env: Environment): Flow {
    for (const statement of statements) {
      const flow = this.#statement(statement, env);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #statement(s: Statement, env: Environment): Flow {
    switch (s.kind) {
      case "declare": {
        const value =
          s.value === undefined ? zeroOf(s.type) : convert(this.value(s.value, env), s.value.result, s.type);
        env.variables.set(s.name, { type: s.type, value });
        return "next";
      }
      case "assign": {
        // The right side before the key (9.1).
        const value = this.value(s.value, env);
        this.write(s.target, value, s.value.result, env);
        return "next";
      }
      case "compound": {
        // The key is evaluated for the read and for the write (9.1).
        const before = this.value(s.target, env);
        const right = this.value(s.value, env);
        const { value, type } = this.arithmetic(s.op, before, s.target.result, right, s.value.result);
        this.write(s.target, value, type, env);
        return "next";
      }
      case "aggregation": {
        // Of histograms the value comes before the key, of others after it.
        const isHistogram = s.by === "hist" || s.by === "lhist";
        const sample = (): bigint => (s.value === undefined ? 0n : numberOf(this.value(s.value, env)));
        const first = isHistogram ? sample() : undefined;
        const key = this.key(s.key, env);
        this.map(s.map, env).aggregate(key, first ?? sample());
        return "next";
      }
      case "evaluate":
        this.value(s.value, env);
        return "next";
      case "event":
        for (const value of s.values) this.value(value, env);
        return "next";
      case "block":
        return this.run(s.body, env);
      case "if":
        return this.run(truth(this.value(s.condition, env)) ? s.then : s.otherwise, env);
      case "leave":
        if (s.how !== "exit()") return s.how;
        this.hasExited = true;
        return "return";
      case "unroll":
        for (let i = 0; i < s.count; i++) {
          const flow = this.run(s.body, env);
          if (flow !== "next") return flow;
        }
        return "next";
      default:
        return this.#loop(s, env);
    }
  }

  #loop(s: Extract<Statement, { kind: "for-range" | "for-map" | "while" }>, env: Environment): Flow {
    for (const [type, value] of this.#roundsOf(s, env)) {
      if (++this.#rounds > MAX_ROUNDS) throw new EndlessProgramError();
      if (s.kind !== "while") env.variables.set(s.variable, { type, value });
      const flow = this.run(s.body, env);
      if (flow === "return") return flow;
      if (flow === "break") break;
    }
    return "next";
  }

  /** The loop variable in each of them. */
  *#roundsOf(s: Extract<Statement, { kind: "for-range" | "for-map" | "while" }>, env: Environment) {
    if (s.kind === "while") {
      while (truth(this.value(s.condition, env))) yield [{ kind: "void" }, 0n] as const;
    } else if (s.kind === "for-map") {
      const map = this.map(s.map, env);
      const type = { kind: "tuple", elements: [map.shape.key ?? map.shape.value, map.shape.value] } as const;
      for (const pair of map.entries()) yield [type, pair as Value] as const;
    } else {
      const start = numberOf(convert(this.value(s.start, env), s.start.result, s.type));
      const end = numberOf(convert(this.value(s.end, env), s.end.result, s.type));
      for (let i = start; i < end; i++) yield [s.type, i] as const;
    }
  }
}
