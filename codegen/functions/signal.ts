import { defineSignal } from "./parts/send-signal.js";

export const signal = defineSignal("signal", "send_signal", {
  summary: "Sends a signal to the current process.",
  example: 'tracepoint:syscalls:sys_enter_execve /comm == "unwanted"/ { signal("SIGKILL"); }',
});
