/** A file is no ELF file, or a broken one. */
export class ElfError extends Error {
  override readonly name = "ElfError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}
