/** What all readers of declarations share. */
import type { CErrors } from "./failure.js";
import { PackStack } from "./pack.js";
import type { Preprocessor } from "./preprocessor.js";
import { type CEnvironment, Scope } from "./scope.js";
import type { CToken } from "./token.js";
import { CTokens } from "./tokens.js";
import type { CRecord } from "./type.js";

export class CParser {
  readonly tokens: CTokens;
  readonly scope: Scope;
  readonly errors: CErrors;
  readonly pack = new PackStack();
  /** The struct whose body is being read. */
  outer: CRecord | undefined;
  /** Something is used that another header would declare. */
  lacksDeclarations = false;

  constructor(preprocessor: Preprocessor, environment: CEnvironment) {
    this.errors = preprocessor.errors;
    this.scope = new Scope(environment);
    this.tokens = new CTokens(() => this.#token(preprocessor));
  }

  #token(preprocessor: Preprocessor): CToken {
    for (;;) {
      const token = preprocessor.next();
      if (token.kind !== "pragma") return token;
      this.pack.apply(token.text);
    }
  }
}
