/** What is said of a run that is no output of the program: of attaching above all. */
import type { Attachment } from "../../codegen/object.js";
import { renderLocation } from "../../grammar/index.js";
import type { Report } from "../runtime/index.js";
import { runWarm, untilHot } from "./tiers.js";
import type { CommandContext } from "./trace.js";

/** Set by those who read our output, to be told when probes are attached. */
const NOTIFY_ATTACHED = "__BPFTRACE_NOTIFY_PROBES_ATTACHED";

/** What one link takes is told by the pattern that has found it, and then each by its own name. */
function attachingText(attachments: readonly Attachment[], isMulti: boolean): string {
  const patterns = new Map<string, string[]>();
  for (const { name, pattern } of attachments) {
    const key = (isMulti ? pattern : undefined) ?? name;
    const found = patterns.get(key) ?? [];
    patterns.set(key, found);
    if (key !== name) found.push(functionText(name));
  }
  return [...patterns]
    .map(([name, found]) => {
      const list = found.length === 0 ? "" : `Attaching to ${found.length} functions\n${found.join("")}`;
      return `Trying to attach probe: ${name}\n${list}`;
    })
    .join("");
}

/** `PATH:FUNCTION`; those of the kernel are indented. */
function functionText(name: string): string {
  const text = name.slice(name.indexOf(":") + 1);
  return text.startsWith("/") ? `${text}\n` : ` ${text}\n`;
}

export function reportTo({ console, settings: { isVerbose }, surroundings }: CommandContext): Report {
  const shown = new Set<string>();
  return {
    attaching(attachments, isMulti) {
      if (isVerbose) console.err(attachingText(attachments, isMulti));
    },
    running(probe) {
      if (isVerbose) console.err(`Attaching '${probe}' probe\n`);
    },
    attached() {
      runWarm();
      if (surroundings.environment.get(NOTIFY_ATTACHED) !== undefined) console.out(`${NOTIFY_ATTACHED}\n`);
    },
    handled: untilHot(),
    attachFailed({ reason, probe, span }, isFatal) {
      const say = (message: string): void => (isFatal ? console.error(message) : console.warning(message));
      if (reason !== undefined) say(reason);
      say(
        isFatal
          ? `Unable to attach probe: ${probe}. If this is expected, set the 'missing_probes' config variable to 'warn'.`
          : `Unable to attach probe: ${probe}. Skipping.`,
      );
      // The lines above are those of bpftrace, which tools look for. A pattern may have failed a thousand times.
      const place = renderLocation(span);
      if (!shown.has(place)) console.place("the probe is written here", span, isFatal ? "error" : "warning");
      shown.add(place);
    },
    nothingAttached: () => console.error("Attachment failed for all probes."),
    warning: (message) => console.warning(message),
    pinned: (path) => console.out(`Program pinned to ${path}\n`),
    failed: (message) => console.error(message),
    totalLost: (count) => console.warning(`Total lost event count: ${count}`),
  };
}
