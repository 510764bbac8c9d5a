import { DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { complete, NameIndex, packNames, type ServiceFacts } from "../../service/index.js";
import { savedFacts } from "../fixtures/facts.js";

const kernel = savedFacts();

export const FACTS: ServiceFacts = {
  kernel,
  language: FULL_LANGUAGE,
  options: DEFAULT_OPTIONS,
  probes: new Map([
    ["kprobe", new NameIndex(packNames(["vfs_read", "vfs_write", "do_vfs_ioctl", "ksys_read", "vmx_fd_stop"]))],
    [
      "tracepoint",
      new NameIndex(
        packNames(["syscalls:sys_enter_open", "syscalls:sys_enter_openat", "sched:sched_switch", "block:x"]),
      ),
    ],
  ]),
  types: new NameIndex(packNames(["struct task_struct", "struct file", "struct file_operations", "union thread"])),
  files: (prefix) => ["/bin/", "/bin/bash", "/usr/"].filter((path) => path.startsWith(prefix)),
};

/** The text without its `|`, and where that stood. */
export function cursorIn(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf("|");
  if (offset < 0) throw new Error(`there is no cursor in ${marked}`);
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export function completionsAt(marked: string, facts = FACTS): readonly string[] {
  const { text, offset } = cursorIn(marked);
  return complete(text, offset, facts).items.map((item) => item.text);
}
