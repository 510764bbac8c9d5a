/** The process has no descriptor left, or the machine no memory. */
const CODES: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** Where an error means that there is no such file, these do not: then nothing is known of the file. */
export function throwScarcity(error: unknown): void {
  if (error instanceof Error && "code" in error && CODES.has(error.code)) throw error;
}
