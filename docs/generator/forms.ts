/** How attach points of each provider are written. */
import type { PROVIDERS } from "../../codegen/providers/index.js";

export const FORMS: { readonly [P in keyof typeof PROVIDERS]: readonly string[] } = {
  begin: ["begin"],
  end: ["end"],
  self: ["self:signal:SIGUSR1"],
  test: ["test:NAME"],
  bench: ["bench:NAME"],
  tracepoint: ["tracepoint:CATEGORY:EVENT"],
  rawtracepoint: ["rawtracepoint:EVENT", "rawtracepoint:MODULE:EVENT"],
  interval: ["interval:PERIOD", "interval:hz:RATE", "interval:s:COUNT", "interval:ms:COUNT", "interval:us:COUNT"],
  profile: ["profile:PERIOD", "profile:hz:RATE", "profile:s:COUNT", "profile:ms:COUNT", "profile:us:COUNT"],
  software: ["software:EVENT", "software:EVENT:COUNT"],
  hardware: ["hardware:EVENT", "hardware:EVENT:COUNT"],
  watchpoint: ["watchpoint:ADDRESS:LENGTH:MODE"],
  uprobe: [
    "uprobe:PATH:FUNCTION",
    "uprobe:PATH:FUNCTION+OFFSET",
    "uprobe:PATH:ADDRESS",
    "uprobe:PATH:FUNCTION:inline",
    "uprobe:PATH:cpp:FUNCTION",
    "uprobe:PATH@FILE:LINE",
    "uprobe:PATH@FILE:LINE:COLUMN",
  ],
  uretprobe: ["uretprobe:PATH:FUNCTION", "uretprobe:PATH:cpp:FUNCTION"],
  kprobe: ["kprobe:FUNCTION", "kprobe:FUNCTION+OFFSET", "kprobe:MODULE:FUNCTION"],
  kretprobe: ["kretprobe:FUNCTION", "kretprobe:MODULE:FUNCTION"],
  fentry: ["fentry:FUNCTION", "fentry:MODULE:FUNCTION", "fentry:bpf:PROGRAM", "fentry:bpf:ID:PROGRAM"],
  fexit: ["fexit:FUNCTION", "fexit:MODULE:FUNCTION", "fexit:bpf:PROGRAM", "fexit:bpf:ID:PROGRAM"],
  usdt: ["usdt:PATH:NAME", "usdt:PATH:PROVIDER:NAME"],
  iter: ["iter:NAME", "iter:NAME:PIN"],
};
