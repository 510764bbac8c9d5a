/** @returns undefined when the snapshot does not look as expected */
export function trimSnapshot(snapshot: Buffer): Buffer | undefined;
