/** What has to be known of a processor's instructions to put breakpoints on them. */

/** Why the kernel puts no probe on an instruction, as the end of "an instruction …". */
export type Obstacle = string;

export interface InstructionSet {
  /** In bytes; `undefined` for what is no instruction, or not wholly there. */
  readonly lengthAt: (code: Uint8Array, at: number) => number | undefined;
  /** What keeps the kernel from putting a uprobe there, if that is known. */
  readonly obstacleAt: (code: Uint8Array, at: number) => Obstacle | undefined;
}
