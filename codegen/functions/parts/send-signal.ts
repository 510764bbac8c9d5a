/** `signal` and `signal_thread` (stdlib.md 16). */
import { type Call, didYouMean, type Expr } from "../../../grammar/index.js";
import type { HelperName } from "../../kernel/helpers.js";
import type { Value } from "../../ir/ir.js";
import type { Lowering } from "../../language/lowering.js";
import { VOID } from "../../types/type.js";
import {
  type CallCheck,
  defineFunction,
  type Doc,
  firstArgument,
  type FunctionDefinition,
} from "../../language/function.js";
import { sayAtRunTime } from "../../vocabulary/run-time-message.js";

const LARGEST_SIGNAL = 64n;

/** signal(7) of x86 and arm64, as far as `signal()` knows names. */
const SIGNALS: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    SIGHUP: 1n,
    SIGINT: 2n,
    SIGQUIT: 3n,
    SIGILL: 4n,
    SIGTRAP: 5n,
    SIGABRT: 6n,
    SIGBUS: 7n,
    SIGFPE: 8n,
    SIGKILL: 9n,
    SIGUSR1: 10n,
    SIGSEGV: 11n,
    SIGUSR2: 12n,
    SIGPIPE: 13n,
    SIGALRM: 14n,
    SIGTERM: 15n,
    SIGCHLD: 17n,
    SIGCONT: 18n,
    SIGSTOP: 19n,
    SIGTSTP: 20n,
    SIGTTIN: 21n,
    SIGTTOU: 22n,
    SIGURG: 23n,
    SIGXCPU: 24n,
    SIGXFSZ: 25n,
    SIGVTALRM: 26n,
    SIGWINCH: 28n,
    SIGPOLL: 29n,
    SIGSYS: 31n,
  }),
);

/** What begins with an S has to be the whole name. */
function signalNamed(text: string): bigint | undefined {
  const upper = text.toUpperCase();
  return SIGNALS.get(upper.startsWith("S") ? upper : `SIG${upper}`);
}

export const defineSignal = (
  name: "signal" | "signal_thread",
  helper: Extract<HelperName, "send_signal" | "send_signal_thread">,
  doc: Doc,
): FunctionDefinition =>
  defineFunction({
    isMacro: true,
    name,
    doc,
    params: [{ name: "signal", kind: "value" }],
    result: VOID,
    isUnsafe: true,
    checkPlace: (call, { allows, probeType }, bag) => {
      if (!allows.includes("signal")) bag.error("signal-probe-type", call.span, { name, probeType });
    },
    check: checkSignal,
    lower: (cx, call) => {
      const signal = firstArgument(call);
      const literal = numberOf(signal);
      if (literal !== undefined) send(cx, call, helper, cx.b.int(literal));
      else sendChecked(cx, call, helper, cx.value(signal));
      return undefined;
    },
  });

/** Of a literal. */
function numberOf(signal: Expr): bigint | undefined {
  if (signal.kind === "string") return signalNamed(signal.value);
  return signal.kind === "integer" ? signal.value : undefined;
}

/** With `SIG` in front, or without, as the wrong one is. */
const signalNames = (wrong: string): readonly string[] =>
  [...SIGNALS.keys()].map((name) => (/^sig/i.test(wrong) ? name : name.slice("SIG".length)));

function checkSignal({ call, typeOf, bag }: CallCheck): void {
  const signal = firstArgument(call);
  const { name } = call;
  if (signal.kind === "string") {
    if (numberOf(signal) === undefined) {
      const help = () => ({ hints: didYouMean(signal.value, signalNames(signal.value)) });
      bag.error("signal-name", call.span, { text: signal.value }, { mark: signal.span, help });
    }
  } else if (signal.kind === "integer") {
    if (signal.value < 1n || signal.value > LARGEST_SIGNAL) bag.error("signal-range", call.span, { name });
  } else if (LITERALS.has(signal.kind)) bag.error("signal-literal", call.span, { name });
  else if (typeOf(signal).kind !== "int" && typeOf(signal).kind !== "enum") {
    bag.error("signal-type", call.span, { name });
  }
}

const LITERALS: ReadonlySet<Expr["kind"]> = new Set<Expr["kind"]>(["bool", "tuple", "record"]);

function sendChecked(cx: Lowering, call: Call, helper: HelperName, signal: Value): void {
  const { b } = cx;
  // In one comparison: below 1 becomes very large.
  b.if("ult", b.alu("sub", signal, b.int(1)), b.int(LARGEST_SIGNAL), {
    then: () => send(cx, call, helper, signal),
    otherwise: () =>
      sayAtRunTime(cx, {
        severity: "errorf",
        format: `${call.name}() expects an integer between 1 and 64 (inclusive). Got %ld`,
        numbers: [signal],
        span: call.span,
      }),
  });
}

function send(cx: Lowering, call: Call, helper: HelperName, signal: Value): void {
  const { b } = cx;
  const result = b.call(helper, [signal]);
  b.if("ne", result, b.int(0), {
    then: () =>
      sayAtRunTime(cx, {
        severity: "warnf",
        format: "signal call failed with error %ld",
        numbers: [result],
        span: call.span,
      }),
  });
}
