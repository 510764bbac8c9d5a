/** What to say when the kernel does not take a program (probes-and-cli.md 15.1). */
import type { KernelFacts } from "../../codegen/facts.js";
import { renderHint, renderRecord } from "../../grammar/index.js";
import { strerror } from "../output/index.js";
import { SystemError } from "../kernel/index.js";
import { MapError, UnsupportedFeatureError, VerifierError } from "../runtime/index.js";

export interface LoadFailureOptions {
  readonly isVerbose: boolean;
  readonly color: boolean;
  readonly facts: Pick<KernelFacts, "supports">;
  readonly logBytes: number;
}

/** @returns whole lines; undefined for anything that is no failure of the kernel's */
export function loadFailureText(error: unknown, options: LoadFailureOptions): string | undefined {
  // Without a descriptor for the program, the verifier has nothing against it.
  const isRefused = error instanceof VerifierError && error.code !== "EMFILE" && error.code !== "ENFILE";
  if (isRefused) return verifierText(error, options);
  if (error instanceof MapError) return mapText(error, options);
  if (error instanceof SystemError || error instanceof UnsupportedFeatureError)
    return renderRecord("error", undefined, error.message, options);
  return undefined;
}

const mapText = ({ span, message, hint }: MapError, options: LoadFailureOptions): string =>
  renderRecord("error", span, message, options) + (hint === undefined ? "" : renderHint(hint));

const STACK_TOO_LARGE =
  "Stack size is too large. Trying moving some scratch variables into maps or try setting a lower on_stack_limit " +
  "(e.g. `config = { on_stack_limit=16 }`)";

/** What the verifier says, and what that means in a script. */
const KNOWN: readonly (readonly [said: RegExp, message: (match: RegExpExecArray) => string])[] = [
  [
    /program of this type cannot use helper (?:bpf_)?(\w+)/,
    (m) => `helper bpf_${m[1]?.replace(/^bpf_/, "")} not allowed in probe`,
  ],
  [
    /call (?:bpf_)?(\w+)#\d+[^\n]*\n(?:[^\n]*\n)?helper call is not allowed in probe/,
    (m) => `helper bpf_${m[1]?.replace(/^bpf_/, "")} not allowed in probe`,
  ],
  [/unknown func (?:bpf_)?(\w+)#\d+/, (m) => `helper bpf_${m[1]} not allowed in probe`],
  [/combined stack size .* too large/i, () => STACK_TOO_LARGE],
  [
    /total number of maps per program has reached the limit of (\d+)/i,
    (m) => `Probe uses too many maps: a BPF program can use at most ${m[1]}`,
  ],
];

function verifierText(error: VerifierError, options: LoadFailureOptions): string {
  for (const [said, message] of KNOWN) {
    const match = said.exec(error.log);
    if (match === null) continue;
    return renderRecord("error", error.span ?? error.probe, message(match), options) + fullLog(error, options);
  }
  const what = `${error.message.split(":")[0]}. Error code: -${error.errno} (${strerror(error.errno)}).`;
  const more = options.isVerbose ? "" : " Use -v for full kernel error log.";
  const words =
    error.lastWords === "" ? "" : renderHint(`the kernel said: ${error.lastWords.replaceAll("\n", "\n      ")}`);
  return (
    renderRecord("error", undefined, what + more, options) +
    trampolineHint(error, options) +
    placeText(error, options) +
    (options.isVerbose ? "" : words) +
    fullLog(error, options)
  );
}

/** Of a program that the verifier has not even looked at. Whether others load is what `supports()` tries. */
function trampolineHint({ isOfTrampoline, code, log }: VerifierError, { facts }: LoadFailureOptions): string {
  if (!isOfTrampoline || code !== "EPERM" || log !== "" || facts.supports("fentry")) return "";
  return renderHint(
    "This kernel takes no programs for the entry or return of its functions (fentry, fexit): it was built without " +
      "trampolines, or is locked down (/sys/kernel/security/lockdown). " +
      (facts.supports("kprobe")
        ? "`kprobe` and `kretprobe` probes on the same functions work."
        : "It has no kprobes either; `tracepoint` and `rawtracepoint` probes work."),
  );
}

/** The reference says of no refusal where it is; we know the line that the verifier was at. */
const placeText = ({ span }: VerifierError, options: LoadFailureOptions): string =>
  span === undefined ? "" : renderRecord("note", span, "This is where the kernel's verifier stopped.", options);

function fullLog({ log }: VerifierError, { isVerbose, logBytes }: LoadFailureOptions): string {
  if (!isVerbose) return "";
  const isTrimmed = log.length >= logBytes - 1;
  return `\nKernel error log:\n${log}${log.endsWith("\n") ? "" : "\n"}${isTrimmed ? trimmedWarning(logBytes) : ""}`;
}

const trimmedWarning = (logBytes: number): string =>
  "WARNING: Kernel log seems to be trimmed. This may be due to buffer not being big enough, try increasing the " +
  `BPFTRACE_LOG_SIZE environment variable beyond the current value of ${logBytes} bytes. Or, add the configuration ` +
  "`config = { log_size = N; }` to the script.\n";
