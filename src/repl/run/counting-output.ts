/** Text output at the prompt: what comes is counted, and what frames a whole run of the command is left out. */
import { type EventHandler, type SentValues, TextOutput, type TextOutputOptions } from "../../output/index.js";

export class CountingOutput extends TextOutput {
  events = 0;
  lost = 0n;

  constructor(options: TextOutputOptions) {
    super({ ...options, isQuiet: true });
  }

  override compilePrintf(format: string, values: SentValues): EventHandler {
    return this.#counted(super.compilePrintf(format, values));
  }

  override compileValue(values: SentValues): EventHandler {
    return this.#counted(super.compileValue(values));
  }

  override lostEvents(count: bigint): void {
    this.lost += count;
    super.lostEvents(count);
  }

  override endOfRun(): void {}

  #counted(handle: EventHandler): EventHandler {
    return (m, at) => {
      this.events++;
      handle(m, at);
    };
  }
}
