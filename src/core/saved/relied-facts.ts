/** Writes down what a compiler asks of a kernel, and asks it again later, perhaps of another. */
import type { KernelFacts } from "../../../codegen/facts.js";
import type { SavedFact } from "../../../codegen/saved/index.js";
import { hasWildcard } from "../../../codegen/language/glob.js";
import { moduleBuild } from "../../kernel/index.js";
import { type Question, QUESTIONS } from "./questions.js";

export interface Witness<F extends KernelFacts> {
  /** Answers as those that are observed do. */
  readonly facts: F;
  /** In the order in which they were asked first. */
  relied(): readonly SavedFact[];
  /** Files whose insides were asked about, by name. */
  files(): ReadonlySet<string>;
}

export function observe<F extends KernelFacts>(observed: F): Witness<F> {
  const answers = new Map<string, SavedFact>();
  const files = new Set<string>();
  const note = (question: string, args: readonly unknown[], answer: unknown): void => {
    if (!Object.hasOwn(QUESTIONS, question)) return;
    const argsText = textOf(args);
    const key = `${question} ${argsText}`;
    if (!answers.has(key)) answers.set(key, { question, args: argsText, answer: answerText(question, args, answer) });
  };
  const facts = new Proxy(observed, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof name !== "string") return value;
      if (typeof value !== "function") {
        note(name, [], value);
        return value;
      }
      return (...args: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value as () => unknown, target, args);
        if (name === "executables") noteFiles(args, answer as ReturnType<KernelFacts["executables"]>, files);
        else note(name, args, answer);
        return answer;
      };
    },
  });
  return { facts, relied: () => [...answers.values()], files: () => files };
}

/** Of a pattern only those count in which there are probes. */
function noteFiles([target]: readonly unknown[], found: ReturnType<KernelFacts["executables"]>, to: Set<string>): void {
  if (found.kind === "missing" || typeof target !== "string" || hasWildcard(target)) return;
  for (const { filePath } of found.executables) to.add(filePath);
}

/** How a question is answered here, in the words of {@link SavedFact}; undefined: it is none that can be asked. */
export function askAgain({ question, args }: SavedFact, facts: KernelFacts): string | undefined {
  if (questionOf(question) === undefined) return undefined;
  const given = argsOf(args);
  if (given === undefined) return undefined;
  try {
    const answer: unknown = Reflect.get(facts, question, facts);
    const found: unknown = typeof answer === "function" ? Reflect.apply(answer as () => unknown, facts, given) : answer;
    return answerText(question, given, found);
  } catch (error) {
    // Of another kind than any compiler gives: whoever has made the file has made them up.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

export const questionOf = (name: string): Question | undefined =>
  Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name as keyof KernelFacts] : undefined;

/** Undefined: it is no list. */
export function argsOf(text: string): readonly unknown[] | undefined {
  try {
    const args: unknown = JSON.parse(text, (_, value: unknown) => (isSetText(value) ? new Set(value.set) : value));
    return Array.isArray(args) ? args : undefined;
  } catch {
    return undefined;
  }
}

const isSetText = (value: unknown): value is { readonly set: readonly unknown[] } =>
  typeof value === "object" && value !== null && "set" in value && Array.isArray(value.set);

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `${part}`;
    if (part instanceof Set) return { set: [...part].sort() };
    return part instanceof Map ? [...part].sort(([a], [b]) => (a < b ? -1 : 1)) : part;
  }) ?? "";

/** Longer ones are told apart by a checksum. */
const LONGEST = 40;

function answerText(question: string, [first]: readonly unknown[], answer: unknown): string {
  // Types are those of a build.
  if (question === "btf") return answer === undefined ? "none" : "there";
  if (question === "moduleBtf") return answer === undefined ? "none" : moduleBuild(String(first));
  const text = textOf(answer);
  return text.length <= LONGEST ? text : `#${checksumOf(text)}`;
}

function checksumOf(text: string): string {
  let [a, b] = [0x811c_9dc5, 0x1234_5678];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x0100_0193);
    b = Math.imul(b ^ unit, 0x85eb_ca6b) ^ (b >>> 13);
  }
  return `${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}${text.length.toString(16)}`;
}
