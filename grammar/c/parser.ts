/** What all readers of declarations share. */
import type { CErrors } from "./failure.js";
import { PackStack } from "./pack.js";
import type { Scope } from "./scope.js";
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

  /** @param source gives `end` for ever at its end */
  constructor(source: () => CToken, errors: CErrors, scope: Scope, readers: Readers) {
    this.#readers = readers;
    this.errors = errors;
    this.scope = scope;
    this.tokens = new CTokens(() => this.#token(source));
  }

  readSpecifiers(): Specifiers {
    return this.#readers.readSpecifiers(this);
  }

  readTypeName(): CType {
    return this.#readers.readTypeName(this);
  }

  #token(source: () => CToken): CToken {
    for (;;) {
      const token = source();
      if (token.kind !== "pragma") return token;
      this.pack.apply(token.text);
    }
  }
}
