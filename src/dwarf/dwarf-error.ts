/** Where in a file something is. */
export interface Whereabouts {
  readonly file: string;
  /** Of the section. */
  readonly name: string;
}

/** Debug information is broken. Who asked takes it for missing, and says why. */
export class DwarfError extends Error {
  override readonly name: string = "DwarfError";

  /** @param reason - of a section: what follows "the section …:" */
  constructor(reason: string, at?: Whereabouts, offset?: number) {
    const place = offset === undefined ? "" : ` at 0x${offset.toString(16)}`;
    super(at === undefined ? reason : `${at.file}: section ${at.name}${place}: ${reason}`);
  }
}

/** Something is longer than what there is of it. */
export class CutOffError extends DwarfError {
  override readonly name: string = "CutOffError";
}
