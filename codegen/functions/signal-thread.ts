import { defineSignal } from "./parts/send-signal.js";

export const signalThread = defineSignal("signal_thread", "send_signal_thread", {
  summary: "Sends a signal to the current thread.",
  example: 'tracepoint:syscalls:sys_enter_execve /comm == "unwanted"/ { signal_thread("SIGKILL"); }',
});
