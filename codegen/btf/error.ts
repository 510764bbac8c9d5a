/** BTF bytes are truncated or contradict themselves. The message says which type or section. */
export class BtfError extends Error {
  override readonly name = "BtfError";
}
