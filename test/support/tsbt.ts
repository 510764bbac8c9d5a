import { Child, type ChildOptions, type Finished } from "./child.js";
import { tsbtCommand } from "./project.js";

/** Runs the built tsbt to its end. */
export function runTsbt(args: readonly string[], options: ChildOptions = {}): Promise<Finished> {
  return new TracingChild(args, options).finished;
}

/** Starts the built tsbt and waits until its probes are attached. */
export async function startTsbt(args: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const child = new TracingChild(args, options);
  await child.attached();
  return child;
}

/** A tsbt that the running test owns. */
export class TracingChild extends Child {
  constructor(args: readonly string[], options: ChildOptions = {}) {
    super(tsbtCommand(), args, options);
  }

  /** Waits until it says that its probes are attached. */
  attached(): Promise<void> {
    return this.printed(/^Attached \d+ probes?$/m, "stderr");
  }
}
