import { languageTests } from "./language-rows.js";

const MAIN = ["-c", "/bin/bash -c true"];

languageTests("20.2 The context", {
  "20.2 of timers": [
    {
      script:
        'interval:ms:1 { $c = ctx; print($c.regs.ip != 0); print(ctx.regs.sp != 0); print(ctx->sample_period > 0); print(ctx.regs.cs == (reg("cs") & 0xffff)); exit(); }',
      prints: ["true", "true", "true", "true"],
      isForKernels: true,
    },
    {
      script: "interval:ms:1 { $r = ctx.regs; print($r.sp != 0); $d = *ctx; print($d.regs.ip != 0); exit(); }",
      prints: ["true", "true"],
      isForKernels: true,
    },
    {
      script: 'interval:ms:1 { printf("%d\\n", ctx != 0); print((uint64)ctx == 0); exit(); }',
      prints: ["1", "false"],
      isForKernels: true,
    },
  ],
  "20.2 of functions": [
    {
      script:
        'uprobe:/bin/bash:main { print(ctx.ip == uptr(reg("ip"))); print(ctx.di); print(ctx.cs); $c = ctx; print($c.di); $r = *ctx; print($r.di); @[1] = ctx.di; }',
      options: MAIN,
      prints: ["true", "3", "51", "3", "3"],
      maps: ["@[1]: 3"],
      says: ["1:31-56 WARNING: Addrspace mismatch"],
      isForKernels: true,
    },
  ],
  "20.2 it is not shown, and no key": [
    {
      script: "interval:ms:1 { print(ctx); }",
      says: ["1:17-27 ERROR: struct bpf_perf_event_data * type passed to print() is not printable"],
    },
    {
      script: "interval:ms:1 { $c = ctx; print($c); }",
      says: ["1:27-36 ERROR: struct bpf_perf_event_data * type passed to print() is not printable"],
    },
    {
      script: "interval:ms:1 { @[ctx] = 1; }",
      says: ["1:19-22 ERROR: context cannot be part of a map key"],
    },
  ],
  "20.2 where there is none": [
    { script: "begin { print(ctx); }", says: ["1:15-18 ERROR: The ctx builtin can not be used with 'begin' probes"] },
    {
      script: "tracepoint:sched:sched_switch { print(ctx); }",
      says: ["1:39-42 ERROR: Use args instead of ctx in tracepoint"],
    },
    {
      script: "interval:ms:1 { for ($i : 0..2) { print(ctx.regs.ip); } exit(); }",
      says: ["1:41-44 ERROR: 'ctx' builtin is not allowed in a for-loop"],
    },
  ],
});
