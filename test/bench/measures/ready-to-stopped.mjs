/** How long a tracer needs to end after Ctrl-C, once everything is attached. */
import { performance } from "node:perf_hooks";
import { Tracer } from "../tracer.mjs";

export const readyToStopped = {
  metrics: [{ name: "ready to stopped", unit: "ms", scale: 1 }],
  async cost(command) {
    const tracer = new Tracer(command);
    await tracer.ready();
    const start = performance.now();
    await tracer.stop();
    return [performance.now() - start];
  },
};
