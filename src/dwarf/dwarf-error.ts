/** Debug information is broken. Who asked takes it for missing. */
export class DwarfError extends Error {
  override readonly name = "DwarfError";
}
