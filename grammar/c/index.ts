/** C declarations: the entry of this folder. Pure: headers and the kernel's types come through interfaces. */
import type { CDefinition } from "../ast.js";
import type { SourceFile } from "../source.js";
import { evaluate } from "./constant-expression.js";
import { readDeclarations } from "./declarations.js";
import { definitionsText } from "./definitions-text.js";
import { type CError, CErrors, CFatalError, CSyntaxError } from "./failure.js";
import { type CMacro } from "./macro.js";
import { CParser, type Readers } from "./parser.js";
import { PREDEFINED } from "./predefined.js";
import { type HeaderSource, Preprocessor } from "./preprocessor.js";
import { type CEnvironment, Scope, type ScopedEnumerator } from "./scope.js";
import { readSpecifiers } from "./specifiers.js";
import type { CToken } from "./token.js";
import { readTypeName } from "./type-name.js";
import type { CEnum, CRecord, CType } from "./type.js";

export { DEFINITIONS_NAME } from "./definitions-text.js";
export { type CError, renderCError } from "./failure.js";
export { type CMacro, macroText } from "./macro.js";
export { COMPILER_HEADERS } from "./predefined.js";
export { type HeaderFile, isOfKernel } from "./header-file.js";
export type { HeaderSource, IncludeRequest } from "./preprocessor.js";
export type { CEnvironment, CTag, FoundMember } from "./scope.js";
export {
  C_BOOL,
  C_VOID,
  type CEnum,
  type CMember,
  type CRecord,
  type CType,
  cTypeName,
  integerOf,
  plain,
} from "./type.js";
export { alignOfC, sizeOfC } from "./layout.js";

/** What C text has declared. */
export interface CUnit {
  readonly typedefs: ReadonlyMap<string, CType>;
  readonly tags: ReadonlyMap<string, CRecord | CEnum>;
  readonly enumerators: ReadonlyMap<string, ScopedEnumerator>;
  readonly macros: ReadonlyMap<string, CMacro>;
  /** With them the rest may be incomplete. */
  readonly errors: readonly CError[];
  /** Something is used that nothing has declared. */
  readonly lacksDeclarations: boolean;
  /** Headers that the script includes and that are nowhere, or of which only a part is known. */
  readonly incomplete: ReadonlySet<string>;
  /** Of a macro without parameters; undefined when it is no integer. */
  constantOf(macro: string): bigint | undefined;
}

export interface CSettings {
  readonly headers: HeaderSource;
  readonly environment: CEnvironment;
  /** Headers to read first: `--include`. */
  readonly includes: readonly string[];
  /** What is read before everything else, as the kernel's build does it. */
  readonly prelude?: SourceFile;
}

const READERS: Readers = { readSpecifiers, readTypeName };

/** Read once: every text begins with the same ones. */
const PREDEFINED_MACROS: ReadonlyMap<string, CMacro> = macrosIn({ name: "<built-in>", text: PREDEFINED });

function macrosIn(text: SourceFile): ReadonlyMap<string, CMacro> {
  const headers = { readInclude: () => undefined, isKnownWithout: () => false, hasKernelTypes: () => false };
  const preprocessor = new Preprocessor(headers, new CErrors());
  preprocessor.open(text);
  while (preprocessor.next().kind !== "end");
  return preprocessor.macros;
}

/** Reads the C definitions of a script as one text. */
export const readDefinitions = (definitions: readonly CDefinition[], settings: CSettings): CUnit =>
  readC(definitionsText(definitions), settings);

export function readC(text: SourceFile, { headers, environment, includes, prelude }: CSettings): CUnit {
  const preprocessor = new Preprocessor(headers, new CErrors(), PREDEFINED_MACROS);
  const parser = new CParser(() => preprocessor.next(), preprocessor.errors, new Scope(environment), READERS);
  // The last one opened is read first.
  preprocessor.open(text);
  preprocessor.open({ name: "", text: includes.map((name) => `#include "${name}"\n`).join("") });
  if (prelude !== undefined) preprocessor.open(prelude);
  try {
    readDeclarations(parser);
  } catch (failure) {
    if (!(failure instanceof CFatalError)) throw failure;
  }
  const { typedefs, tags, enumerators } = parser.scope;
  const { macros, errors, incomplete } = preprocessor;
  const { lacksDeclarations } = parser;
  const constantOf = (name: string): bigint | undefined => macroConstant(name, preprocessor, parser.scope);
  return { typedefs, tags, enumerators, macros, errors: errors.all, lacksDeclarations, incomplete, constantOf };
}

const NO_TOKEN = { at: 0, hasSpace: false, startsLine: false, isPainted: false };

/** As if it were used behind all that has been read. */
function macroConstant(name: string, preprocessor: Preprocessor, scope: Scope): bigint | undefined {
  const macro = preprocessor.macros.get(name);
  if (macro === undefined || macro.params !== undefined) return undefined;
  try {
    const tokens = preprocessor.expanded(macro);
    const end: CToken = { ...(tokens.at(-1) ?? NO_TOKEN), kind: "end", text: "", file: macro.file };
    let at = 0;
    const parser = new CParser(() => tokens[at++] ?? end, preprocessor.errors, scope, READERS);
    const { constant, problem } = evaluate(parser);
    return problem === undefined && parser.tokens.peek().kind === "end" ? constant?.value : undefined;
  } catch (failure) {
    if (!(failure instanceof CSyntaxError) && !(failure instanceof CFatalError)) throw failure;
    return undefined;
  }
}
