/** Bytes are not what they should be; or a value cannot be saved. */
export class SavedError extends Error {
  override readonly name = "SavedError";
  /** From the start of what is read. */
  readonly at: number | undefined;

  constructor(what: string, at?: number) {
    super(at === undefined ? what : `${what} (at byte ${at})`);
    this.at = at;
  }
}
