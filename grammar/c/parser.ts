/** What all readers of declarations share. */
import type { CErrors } from "./failure.js";
import { PackStack } from "./pack.js";
import type { Scope } from "./scope.js";
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

  /** @param source gives `end` for ever at its end */
  constructor(source: () => CToken, errors: CErrors, scope: Scope) {
    this.errors = errors;
    this.scope = scope;
    this.tokens = new CTokens(() => this.#token(source));
  }

  #token(source: () => CToken): CToken {
    for (;;) {
      const token = source();
      if (token.kind !== "pragma") return token;
      this.pack.apply(token.text);
    }
  }
}
