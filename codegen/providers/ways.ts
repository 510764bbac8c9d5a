/** The ways in which kernels attach programs. What a provider can do with them stands in its definition. */
import type { AttachWay, ProviderWay } from "../language/provider.js";
import type { ProgramType } from "../object.js";
import { eventHubSlot, eventOfAll, hubSlot, registersAsRecord, takenByEventHubs, takenByHubs } from "./syscall-hub.js";
import type { TracepointPoint } from "./tracepoint.js";

/** The tracer runs the program: nothing is attached. */
export const TEST_RUN: AttachWay = {
  name: "run by the tracer",
  isMulti: false,
  expectedAttach: "none",
  needs: [],
  cookie: undefined,
};

/** An event for each point, on every kernel. */
export const PERF_EVENTS: AttachWay = {
  name: "perf events",
  isMulti: false,
  expectedAttach: "none",
  needs: [],
  cookie: ["attach-cookie", "perf-event-link"],
};

/** One link for any number of functions of the kernel. */
export const KPROBE_MULTI: AttachWay = {
  name: "kprobe.multi",
  isMulti: true,
  expectedAttach: "kprobe-multi",
  needs: ["kprobe-multi"],
  cookie: ["attach-cookie"],
};

/** … and one program for where they are entered and where they return. */
export const KPROBE_SESSION: AttachWay = {
  name: "kprobe.session",
  isMulti: true,
  expectedAttach: "kprobe-session",
  needs: ["kprobe-session", "kprobe-multi"],
  cookie: ["attach-cookie"],
};

/** One link for any number of places in a file. The first kernels with it mistook threads for processes. */
export const UPROBE_MULTI: ProviderWay<{ readonly pid: number | undefined }> = {
  name: "uprobe.multi",
  isMulti: true,
  expectedAttach: "uprobe-multi",
  needs: ["uprobe-multi"],
  cookie: ["attach-cookie"],
  takes:
    (_, facts) =>
    ({ pid }) =>
      pid === undefined || facts.supports("uprobe-multi-pid"),
};

/** A program is loaded for one tracepoint, and knows it by BTF. */
export const BTF_TRACEPOINT: AttachWay = {
  name: "BTF tracepoint",
  isMulti: false,
  expectedAttach: "raw-tp",
  needs: [],
  cookie: undefined,
};

/** The program knows the function by BTF; which its trampoline belongs to: it needs no cookie. */
export const trampoline = (name: "fentry" | "fexit"): AttachWay => ({
  name: `${name} trampoline`,
  isMulti: false,
  expectedAttach: name,
  needs: [],
  cookie: undefined,
});

/** The program knows by BTF what the kernel walks over. */
export const ITERATOR: AttachWay = {
  name: "iterator",
  isMulti: false,
  expectedAttach: "iterator",
  needs: [],
  cookie: undefined,
};

/** A program that other programs are entered through. It knows its tracepoint by BTF. */
const HUB: AttachWay = { ...BTF_TRACEPOINT, name: "raw tracepoint", isMulti: true };

/** … and one that a perf event runs. */
const EVENT_HUB: AttachWay = { ...PERF_EVENTS, name: "perf event of all system calls", isMulti: true };

/** One raw tracepoint for all system calls, from which the program of the one that was made is entered. */
export const SYSCALL_HUBS: ProviderWay<TracepointPoint> = {
  name: "tail calls from a raw tracepoint",
  isMulti: true,
  expectedAttach: "raw-tp",
  needs: ["tail-calls", "current-task-btf", "steady-raw-tracepoints"],
  cookie: undefined,
  schedule: { runs: "called" },
  takes: takenByHubs,
  entry: (point, facts) => hubSlot(HUB, point, facts),
  context: registersAsRecord,
};

/** The same where programs of raw tracepoints would miss events: detaching takes 75 ms, not 0.1. */
export const syscallEventHubs = (programType: ProgramType): ProviderWay<TracepointPoint> => ({
  name: "tail calls from a perf event",
  isMulti: true,
  expectedAttach: "none",
  needs: ["tail-calls", "current-task-btf"],
  cookie: undefined,
  schedule: { runs: "called", isSlowToDetach: true },
  takes: takenByEventHubs,
  plan: eventOfAll,
  entry: (point, facts) => eventHubSlot(EVENT_HUB, programType, point, facts),
});
