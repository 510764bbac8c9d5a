import type { Plugin } from "esbuild";
import type ts from "typescript";

export interface OnDemand {
  /** Of what is bundled. */
  readonly program: ts.Program;
  readonly root: string;
  /** They read the files of groups as they do all others. */
  readonly plugins: readonly Plugin[];
  /** Is given the files. */
  emit(this: void, name: string, text: string): void;
  /** Folders, by the name of the group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

export function onDemand(how: OnDemand): Plugin;
