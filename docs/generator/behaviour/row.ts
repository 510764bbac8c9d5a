/** What an option of the command or a variable of its environment does, seen from outside. */
export interface BehaviourRow {
  /** The option as usage has it, or the variable. */
  readonly subject: string;
  readonly claim: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** `…` stands for anything. */
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

export type BehaviourGroups = Readonly<Record<string, readonly BehaviourRow[]>>;

/** What rows name; they run where these are. */
export const BEHAVIOUR_FILES: Readonly<Record<string, string>> = {
  "a.bt": "begin { print(1); exit(); }\n",
  "changed.tsbt": "\x7fTSBT\r\n\x1a\x01\0\x02\x01\x04\0\0\0\0\0\0\0abcd",
  "own.h": "#define OWN 7\n",
  "uses.bt": '#include "own.h"\nbegin { print(OWN); exit(); }\n',
  "functions.txt": "vfs_read\n",
  "long.txt": "0123456789\n",
  "tree/include/linux/kconfig.h": "",
  "tree/include/linux/own.h": "#include <generated/own.h>\n#define OWN BUILT\n",
  "built/include/generated/own.h": "#define BUILT 8\n",
};
