/** What is wrong with C text. Such messages have the form of a C compiler's (language.md 4.1). */
import { positionOf, type SourceFile } from "../source.js";
import { isOfKernel } from "./header-file.js";
import type { CToken } from "./token.js";

export type CSeverity = "error" | "fatal error" | "note";

export interface CError {
  readonly severity: CSeverity;
  readonly message: string;
  readonly file: SourceFile;
  readonly at: number;
}

/** Where a message points to. */
export type CPlace = Pick<CToken, "file" | "at">;

/** Ends the construct that is being read. */
export class CSyntaxError extends Error {
  override readonly name = "CSyntaxError";
  readonly place: CPlace;

  constructor(place: CPlace, message: string) {
    super(message);
    this.place = place;
  }
}

/** Nothing more is read. */
export class CFatalError extends Error {
  override readonly name = "CFatalError";
}

/** As many messages as a C compiler prints before it gives up. */
const MAX_ERRORS = 20;

export class CErrors {
  readonly #all: CError[] = [];
  #count = 0;

  get all(): readonly CError[] {
    return this.#all;
  }

  /**
   * Those in headers of the kernel are passed over.
   *
   * @throws {@link CFatalError} when there are too many
   */
  error(place: CPlace, message: string, note?: { readonly place: CPlace; readonly message: string }): void {
    if (isOfKernel(place.file)) return;
    this.#add("error", place, message);
    if (note !== undefined) this.#add("note", note.place, note.message);
    if (++this.#count < MAX_ERRORS) return;
    this.#add("fatal error", place, "too many errors emitted, stopping now");
    throw new CFatalError(message);
  }

  fatal(place: CPlace, message: string): never {
    if (!isOfKernel(place.file)) this.#add("fatal error", place, message);
    throw new CFatalError(message);
  }

  #add(severity: CSeverity, { file, at }: CPlace, message: string): void {
    this.#all.push({ severity, message, file, at });
  }
}

/** `definitions.h:2:10: error: …`; what no file says has no place. */
export function renderCError({ severity, message, file, at }: CError): string {
  if (file.name === "") return `${severity}: ${message}\n`;
  const { line, column } = positionOf(file, at);
  return `${file.name}:${line}:${column}: ${severity}: ${message}\n`;
}
