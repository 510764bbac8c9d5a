import { defineFunction } from "../language/function.js";
import { checkNumber, lowerNumberText, NUMBER_TEXT, numberArgument } from "./parts/number-text.js";

export const signalName = defineFunction({
  name: "signal_name",
  isMacro: true,
  doc: { summary: "What a signal means.", example: "BEGIN { print(signal_name(9)); exit(); }" },
  params: [{ name: "signal", kind: "value" }],
  result: NUMBER_TEXT,
  check: checkNumber,
  lower: (cx, call) => lowerNumberText(cx, numberArgument(cx, call), TEXTS, "N/A"),
});

/** Up to SIGRTMAX. */
const REAL_TIME_SIGNALS = Array.from({ length: 31 }, (_, i) => `Real-time signal ${i}`);

/** By number, as the C library calls them. */
const TEXTS: readonly string[] = [
  "Unknown signal 0",
  "Hangup",
  "Interrupt",
  "Quit",
  "Illegal instruction",
  "Trace/breakpoint trap",
  "Aborted",
  "Bus error",
  "Floating point exception",
  "Killed",
  "User defined signal 1",
  "Segmentation fault",
  "User defined signal 2",
  "Broken pipe",
  "Alarm clock",
  "Terminated",
  "Stack fault",
  "Child exited",
  "Continued",
  "Stopped (signal)",
  "Stopped",
  "Stopped (tty input)",
  "Stopped (tty output)",
  "Urgent I/O condition",
  "CPU time limit exceeded",
  "File size limit exceeded",
  "Virtual timer expired",
  "Profiling timer expired",
  "Window changed",
  "I/O possible",
  "Power failure",
  "Bad system call",
  "Unknown signal 32",
  "Unknown signal 33",
  ...REAL_TIME_SIGNALS,
];
