/** The plain data of attach points, by provider. */
import type { PointsByProvider } from "../providers/index.js";
import {
  big,
  bool,
  type Codec,
  integer,
  list,
  missing,
  nothing,
  optional,
  record,
  text,
  u32,
  union,
  word,
} from "./codec.js";

type Points = { readonly [N in keyof PointsByProvider]: Codec<PointsByProvider[N]> };

const none = nothing as Codec<Record<string, never>>;

const clock = record<PointsByProvider["interval"]>({ unit: word("s", "ms", "us", "hz"), count: big });

const counter = record<PointsByProvider["software"]>({ config: integer, period: big });

const trial = record<PointsByProvider["test"]>({ name: text });

type KernelFunction = PointsByProvider["kprobe"];

const kernelFunction = record<KernelFunction>({
  module: optional(text),
  target: union<KernelFunction["target"], "kind">("kind", {
    symbol: record({ symbol: text, offset: big }),
    address: record({ address: big }),
  }),
  isReturn: bool,
  isMatch: bool,
  isListed: bool,
  start: optional(big),
});

const trampoline = union<PointsByProvider["fentry"], "kind">("kind", {
  kernel: record({ module: text, function: text }),
  program: record({ id: u32, function: text }),
});

const userFunction = record<PointsByProvider["uprobe"]>({
  path: text,
  filePath: text,
  offset: big,
  target: text,
  isReturn: bool,
  pid: optional(u32),
});

type UsdtSite = PointsByProvider["usdt"]["sites"][number];

export const POINTS: Points = {
  begin: none,
  bench: trial,
  end: none,
  fentry: trampoline,
  fexit: trampoline,
  hardware: counter,
  interval: clock,
  iter: record({
    iterator: text,
    pin: optional(text),
    over: word("tasks", "cgroups", "map", "anything"),
  }),
  kprobe: kernelFunction,
  kretprobe: kernelFunction,
  profile: clock,
  rawtracepoint: record({ module: text, event: text }),
  self: record({ signal: word("SIGUSR1") }),
  software: counter,
  test: trial,
  tracepoint: record<PointsByProvider["tracepoint"]>({
    category: text,
    event: text,
    id: optional(u32),
    sharedId: missing(u32),
  }),
  uprobe: userFunction,
  uretprobe: userFunction,
  usdt: record({
    filePath: text,
    sites: list(record<UsdtSite>({ offset: big, semaphoreOffset: optional(big) })),
    pid: optional(u32),
  }),
  watchpoint: record({ address: big, bytes: big, mode: text }),
};
