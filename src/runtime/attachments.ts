/** Attaches a loaded script, in the order of probes-and-cli.md 10, and lets it go again. */
import type { Span } from "../../grammar/index.js";
import type {
  AttachedSchedule,
  Attachment,
  BpfObject,
  ProgramLoad,
  ProgramSlot,
  TracerSchedule,
} from "../../codegen/object.js";
import {
  type AttachContext,
  attacherOf,
  AttachError,
  type Link,
  type ThrottleMeter,
  type Walk,
} from "../attach/index.js";
import { type Fd, isSystemCallFailure, reasonOf } from "../kernel/index.js";
import type { Bpf } from "./bpf.js";
import type { LoadedObject } from "./loader.js";
import type { TracedProcess } from "./traced-process.js";

/** Attach points of one provider that share a program. */
interface Group {
  readonly attachments: readonly [Attachment, ...Attachment[]];
  readonly schedule: AttachedSchedule;
  readonly load: ProgramLoad;
  /** Of the program. */
  readonly label: string;
}

/** Attaching failed: the messages of probes-and-cli.md 3.4. */
export interface AttachFailure {
  /** Why, as far as it is known. */
  readonly reason: string | undefined;
  /** Canonical probe name. */
  readonly probe: string;
  /** The attach point in the script. */
  readonly span: Span;
}

export interface AttachPolicy {
  /** Of `-p` or `-c`. */
  readonly process: Pick<TracedProcess, "pid" | "hasEnded"> | undefined;
  /** `isMulti`: one link takes them all. */
  readonly onAttaching: (attachments: readonly Attachment[], isMulti: boolean) => void;
  /** Called for each group that fails; true: go on without it. */
  readonly onFailure: (failure: AttachFailure) => boolean;
}

/** What the tracer itself runs, in declaration order. */
export const tracerPoints = (
  { programs, attachments }: BpfObject,
  when: TracerSchedule["runs"],
): readonly Attachment[] => attachments.filter(({ program }) => programs[program]?.schedule.runs === when);

/** Nothing is to come: the run is over when the events of what has run once have been read. */
export const endsByItself = ({ programs }: BpfObject): boolean =>
  programs.every(({ schedule: { runs } }) => runs === "before" || runs === "after" || runs === "called");

/** One of a program's links. */
export interface LabelledLink {
  readonly fd: Fd;
  readonly label: string;
}

export interface LabelledMeter {
  readonly meter: ThrottleMeter;
  readonly label: string;
}

/** What is attached. Detaching is quick for some and slow for others. */
export class AttachedProbes {
  readonly #quick: Fd[] = [];
  readonly #slow: Fd[] = [];
  readonly #watched = new Map<bigint, Fd[]>();
  readonly #walks: Walk[] = [];
  readonly #missing: LabelledLink[] = [];
  readonly #throttles: LabelledMeter[] = [];
  #count = 0;
  #hasOnlyWalks = false;

  /** For "Attached N probes", without those that the tracer runs itself. */
  get count(): number {
    return this.#count;
  }

  /** In the order of attaching. */
  get walks(): readonly Walk[] {
    return this.#walks;
  }

  /** Those that may miss a firing, and know how often. */
  get missingLinks(): readonly LabelledLink[] {
    return this.#missing;
  }

  /** Of events that the kernel may stop for a while. */
  get throttles(): readonly LabelledMeter[] {
    return this.#throttles;
  }

  /** The run is over when they are. */
  get hasOnlyWalks(): boolean {
    return this.#hasOnlyWalks;
  }

  /** @param label - of the program */
  add(link: Link, isSlow: boolean, label: string): void {
    (isSlow ? this.#slow : this.#quick).push(...link.fds);
    this.#hasOnlyWalks = link.walks !== undefined && (this.#count === 0 || this.#hasOnlyWalks);
    this.#count += link.probes;
    this.#walks.push(...(link.walks ?? []));
    for (const meter of link.throttles ?? []) this.#throttles.push({ meter, label });
    for (const fd of link.missing ?? []) this.#missing.push({ fd, label });
    for (const [address, fds] of link.watched ?? []) {
      this.#watched.set(address, [...(this.#watched.get(address) ?? []), ...fds]);
    }
  }

  /** Ends the watchpoints on an address. */
  unwatch(address: bigint): void {
    for (const fd of this.#watched.get(address) ?? []) fd.close();
    this.#watched.delete(address);
  }

  detachQuick(): void {
    for (const { meter } of this.#throttles.splice(0)) meter.close();
    for (const fd of this.#quick.splice(0)) fd.close();
  }

  /** What remains, for whoever closes it when nobody waits any more. */
  takeSlow(): readonly Fd[] {
    return this.#slow.splice(0);
  }
}

/** @returns undefined when a failure ended it; everything is detached again then */
export function attachAll(loaded: LoadedObject, cx: AttachContext, policy: AttachPolicy): AttachedProbes | undefined {
  const attached = new AttachedProbes();
  const groups = groupsOf(loaded.object);
  const forward = groups.filter(({ schedule }) => schedule.order === "forward");
  const reverse = groups.filter(({ schedule }) => schedule.order === "reverse").reverse();
  const attaching: Attaching = { loaded, cx, policy, ended: undefined };
  for (const group of [...forward, ...reverse]) {
    policy.onAttaching(group.attachments, group.load.isMulti);
    if (attachWhatCan(group, attached, attaching)) continue;
    attached.detachQuick();
    cx.bpf.native.detachLater(attached.takeSlow());
    return undefined;
  }
  return attached;
}

interface Attaching {
  readonly loaded: LoadedObject;
  readonly cx: AttachContext;
  readonly policy: AttachPolicy;
  /** The traced process, when it has been seen and said that it has ended. */
  ended: number | undefined;
}

/**
 * A link takes all or nothing: what it does not take is found by halves, unless all would fail for one reason. False: a failure
 * ends it.
 */
function attachWhatCan(group: Group, attached: AttachedProbes, attaching: Attaching): boolean {
  const { attachments, schedule, label } = group;
  const { loaded, cx, policy, ended } = attaching;
  // Each would take the kernel a tenth of a second to refuse.
  if (ended !== undefined && isOnlyOf(ended, group)) return failedForEnd(group, ended, attaching);
  try {
    attached.add(attachGroup(group, loaded, cx), schedule.isSlowToDetach, label);
    return true;
  } catch (error) {
    if (isOfSystem(error) && policy.process?.hasEnded() === true) {
      return failedForEnd(group, policy.process.pid, attaching);
    }
    const middle = attachments.length >> 1;
    const [first, ...others] = attachments.slice(0, middle);
    const [second, ...rest] = attachments.slice(middle);
    if (first === undefined || second === undefined) return policy.onFailure(failureOf(group, error));
    return [[first, ...others] as const, [second, ...rest] as const].every((half) =>
      attachWhatCan({ ...group, attachments: half }, attached, attaching),
    );
  }
}

/** What one link takes is attached together. */
function groupsOf({ attachments, programs }: BpfObject): readonly Group[] {
  const groups: (Group & { attachments: [Attachment, ...Attachment[]] })[] = [];
  for (const attachment of attachments) {
    const { schedule, loads, label = "" } = programs[attachment.program] ?? {};
    const load = loads?.[attachment.load];
    if (schedule?.runs !== "attached" || load === undefined) continue;
    const last = groups.at(-1);
    if (load.isMulti && last !== undefined && sharesLoad(attachment, last.attachments[0])) {
      last.attachments.push(attachment);
    } else groups.push({ attachments: [attachment], schedule, load, label });
  }
  return groups;
}

/** What is known to fail fails alone. */
const sharesLoad = (a: Attachment, b: Attachment): boolean =>
  a.program === b.program && a.load === b.load && a.trouble === undefined && b.trouble === undefined;

function attachGroup({ attachments, load }: Group, loaded: LoadedObject, cx: AttachContext): Link {
  const { programs } = loaded;
  const [{ provider, program, load: number, trouble }] = attachments;
  if (trouble !== undefined) throw new AttachError(trouble);
  for (const { slot } of attachments) if (slot !== undefined) fillSlot(slot, loaded, cx.bpf);
  const fd = programs[program]?.[number];
  if (fd === undefined) throw new RangeError(`program ${program} was not loaded`);
  const cookies = attachments.flatMap(({ cookie }) => (cookie === undefined ? [] : [BigInt(cookie)]));
  const group = {
    points: attachments.map(({ point }) => point),
    cookies: cookies.length === 0 ? undefined : cookies,
    program: fd,
    expectedAttach: load.expectedAttach,
  };
  return attacherOf(provider)(group, cx);
}

function fillSlot({ map, index, program, load }: ProgramSlot, { maps, programs }: LoadedObject, bpf: Bpf): void {
  const [array, entered] = [maps[map], programs[program]?.[load]];
  if (array === undefined || entered === undefined) throw new RangeError(`program ${program} has no place to be in`);
  bpf.update(array, bytesOf(index), bytesOf(entered.number));
}

const bytesOf = (number: number): Uint8Array => new Uint8Array(Uint32Array.of(number).buffer);

const isOfSystem = (error: unknown): boolean => error instanceof AttachError || isSystemCallFailure(error);

/** All points of a group are of one provider, and of one run. */
const isOnlyOf = (pid: number, { attachments: [{ point }] }: Group): boolean => "pid" in point && point.pid === pid;

/** Nothing of a group can be attached any more: it is named as it was written. */
function failedForEnd({ attachments, load }: Group, pid: number, attaching: Attaching): boolean {
  const [{ name, pattern, span }] = attachments;
  const reason = attaching.ended === undefined ? `The process ${pid} has ended` : undefined;
  attaching.ended = pid;
  return attaching.policy.onFailure({ probe: (load.isMulti ? pattern : undefined) ?? name, reason, span });
}

function failureOf(group: Group, error: unknown): AttachFailure {
  const [{ name: probe, span }] = group.attachments;
  if (error instanceof AttachError) return { probe, reason: error.message, span };
  if (isSystemCallFailure(error)) return { probe, reason: `${error.syscall}: ${reasonOf(error)}`, span };
  throw error;
}
