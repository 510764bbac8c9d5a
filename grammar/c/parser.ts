/** What all readers of declarations share. */
import type { CErrors } from "./failure.js";
import { PackStack } from "./pack.js";
import type { Preprocessor } from "./preprocessor.js";
import { type CEnvironment, Scope } from "./scope.js";
import type { Specifiers } from "./specifiers.js";
import type { CToken } from "./token.js";
import { CTokens } from "./tokens.js";
import type { CRecord, CType } from "./type.js";

/** Declarations contain types, which contain declarations: the readers of what is inside reach those of the whole through here. */
export interface Readers {
  readonly readSpecifiers: (cx: CParser) => Specifiers;
  readonly readTypeName: (cx: CParser) => CType;
}

export class CParser {
  readonly tokens: CTokens;
  readonly scope: Scope;
  readonly errors: CErrors;
  readonly pack = new PackStack();
  /** The struct whose body is being read. */
  outer: CRecord | undefined;
  /** Something is used that another header would declare. */
  lacksDeclarations = false;

  readonly #readers: Readers;

  constructor(preprocessor: Preprocessor, environment: CEnvironment, readers: Readers) {
    this.#readers = readers;
    this.errors = preprocessor.errors;
    this.scope = new Scope(environment);
    this.tokens = new CTokens(() => this.#token(preprocessor));
  }

  readSpecifiers(): Specifiers {
    return this.#readers.readSpecifiers(this);
  }

  readTypeName(): CType {
    return this.#readers.readTypeName(this);
  }

  #token(preprocessor: Preprocessor): CToken {
    for (;;) {
      const token = preprocessor.next();
      if (token.kind !== "pragma") return token;
      this.pack.apply(token.text);
    }
  }
}
