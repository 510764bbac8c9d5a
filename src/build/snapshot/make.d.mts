export function makeSnapshot(how: {
  readonly node: string;
  readonly flags: readonly string[];
  readonly bundle: string;
  readonly unfinished: string;
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}): void;
