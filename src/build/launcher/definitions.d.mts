export const LAUNCHER_SOURCES: readonly string[];
export const NODE_FLAGS: readonly string[];
export const SNAPSHOT_FLAGS: readonly string[];
export function flagDefinitions(snapshotFlags: readonly string[], version: string): readonly string[];
