/** Where debug information is read from. */

/** Contents of a section by its name (`.debug_info`), decompressed; empty when there is none. */
export interface DebugSections {
  bytes(name: string): Uint8Array;
}
