/**
 * The reference's library as its scripts import it: files, and directories of them. All that is in it is always there here, so that
 * such an import brings nothing.
 */
const FILES: readonly string[] = [
  "stdlib/base.bpf.c",
  "stdlib/map/map.bpf.c",
  "stdlib/process/process.bpf.c",
  "stdlib/stack/dwunwind.bpf.c",
  "stdlib/stack/dwunwind_defs.h",
  "stdlib/strings/errors.h",
  "stdlib/strings/signal.h",
  "stdlib/strings/strings.bpf.c",
  "stdlib/strings/strings.h",
  "stdlib/strings/syscall.h",
  "stdlib/system/system.bpf.c",
  "stdlib/task/task.bpf.c",
  "stdlib/task/vma.bpf.c",
  "stdlib/test/test.bpf.c",
  "stdlib/usdt/usdt.bpf.c",
];

export const isEmbedded = (path: string): boolean => FILES.some((file) => file === path || file.startsWith(`${path}/`));

/** Files that somebody may have meant. */
export const similarEmbedded = (path: string): readonly string[] => {
  const start = path.replace(/^\.\//, "");
  return start === "" ? [] : FILES.filter((file) => file.startsWith(start));
};
