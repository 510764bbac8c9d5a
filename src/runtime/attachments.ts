/** Attaches a loaded script, in the order of probes-and-cli.md 10, and lets it go again. */
import type { Attachment, BpfObject } from "../../codegen/object.js";
import {
  type AttachContext,
  type AttachGroup,
  type Attacher,
  attacherOf,
  AttachError,
  type Link,
} from "../attach/index.js";
import type { Fd } from "../kernel/native.js";
import { isSystemCallFailure } from "./errors.js";
import type { LoadedObject } from "./loader.js";
import { strerror } from "../output/strerror.js";

/** Attach points of one provider that share a program. */
interface Group {
  readonly attacher: Attacher<unknown>;
  readonly attachments: readonly Attachment[];
  readonly programIndex: number;
}

/** Attaching failed: the messages of probes-and-cli.md 3.4. */
export interface AttachFailure {
  /** Why, as far as it is known. */
  readonly reason: string | undefined;
  /** Canonical probe name. */
  readonly probe: string;
}

export interface AttachPolicy {
  readonly onAttaching: (probes: readonly string[]) => void;
  /** Called for each group that fails; true: go on without it. */
  readonly onFailure: (failure: AttachFailure) => boolean;
}

/** Programs that are silenced at the end rather than detached, by index. */
export function slowPrograms(object: BpfObject): ReadonlySet<number> {
  const slow = new Set<number>();
  for (const { provider, program } of object.attachments) {
    const attacher = attacherOf(provider);
    if (attacher.kind === "attach" && attacher.isSlowToDetach) slow.add(program);
  }
  return slow;
}

/** Programs that the tracer itself runs, in declaration order. */
export function tracerPrograms(object: BpfObject, when: "begin" | "end"): readonly number[] {
  return object.attachments.flatMap(({ provider, program }) => {
    const attacher = attacherOf(provider);
    return attacher.kind === "run" && attacher.when === when ? [program] : [];
  });
}

/** Nothing but `begin` and `end`: the run is over when their events are read. */
export const hasOnlyTracerPrograms = (object: BpfObject): boolean =>
  object.attachments.every(({ provider }) => attacherOf(provider).kind === "run");

/** What is attached. Detaching is quick for some and slow for others. */
export class AttachedProbes {
  readonly #quick: Fd[] = [];
  readonly #slow: Fd[] = [];
  #count = 0;

  /** For "Attached N probes", without those that the tracer runs itself. */
  get count(): number {
    return this.#count;
  }

  add(link: Link, isSlow: boolean): void {
    (isSlow ? this.#slow : this.#quick).push(...link.fds);
    this.#count += link.probes;
  }

  detachQuick(): void {
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
  const forward = groups.filter((group) => group.attacher.order === "forward");
  const reverse = groups.filter((group) => group.attacher.order === "reverse").reverse();
  for (const group of [...forward, ...reverse]) {
    policy.onAttaching(group.attachments.map((attachment) => attachment.name));
    try {
      attached.add(group.attacher.attach(inputOf(group, loaded), cx), group.attacher.isSlowToDetach);
    } catch (error) {
      const failure = failureOf(group, error);
      if (policy.onFailure(failure)) continue;
      attached.detachQuick();
      cx.bpf.native.detachLater(attached.takeSlow());
      return undefined;
    }
  }
  return attached;
}

/** Neighbours that share a program are attached together: by one link where the kernel can. */
function groupsOf(object: BpfObject): readonly Group[] {
  const groups: { attacher: Attacher<unknown>; attachments: Attachment[]; programIndex: number; provider: string }[] =
    [];
  for (const attachment of object.attachments) {
    const attacher = attacherOf(attachment.provider);
    if (attacher.kind === "run") continue;
    const last = groups.at(-1);
    if (last !== undefined && last.programIndex === attachment.program && last.provider === attachment.provider) {
      last.attachments.push(attachment);
    } else {
      groups.push({
        attacher,
        attachments: [attachment],
        programIndex: attachment.program,
        provider: attachment.provider,
      });
    }
  }
  return groups;
}

function inputOf({ attachments, programIndex }: Group, loaded: LoadedObject): AttachGroup<unknown> {
  const program = loaded.programs[programIndex];
  const compiled = loaded.object.programs[programIndex];
  if (program === undefined || compiled === undefined) throw new RangeError(`there is no program ${programIndex}`);
  return { points: attachments.map((a) => a.point), program, expectedAttach: compiled.expectedAttach };
}

function failureOf(group: Group, error: unknown): AttachFailure {
  const probe = group.attachments[0]?.name ?? "";
  if (error instanceof AttachError) return { probe, reason: error.message };
  if (isSystemCallFailure(error)) return { probe, reason: `${error.syscall}: ${strerror(error.errno)}` };
  throw error;
}
