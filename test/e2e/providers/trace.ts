import { TracingChild, waitFor } from "../../support/index.js";
import type { ProviderRow } from "./row.js";
import type { Target } from "./target.js";

/** Nothing else may be there to wait for. */
const UNTIL_INTERRUPTED = "interval:s:100000 { }";

/** A trace of one attach point, whose body says where it is and whom it found there. */
export class Trace {
  readonly tsbt: TracingChild;
  private readonly row: ProviderRow;
  private readonly target: Target;
  /** Points that say so only when the run ends. */
  private readonly atEnd: string[] = [];
  private hasEnded = false;

  /** Without `-p`, the body itself leaves other processes alone. */
  constructor(row: ProviderRow, target: Target, point: string, { withPid }: { readonly withPid: boolean }) {
    this.row = row;
    this.target = target;
    const found = row.finds ?? "pid";
    const predicate = withPid || row.pid === "means nothing" ? "" : `/${found} == ${target.pid}/ `;
    const rest = row.isAlone === true ? "" : ` ${UNTIL_INTERRUPTED}`;
    const script = `${point} ${predicate}{ printf("%s found %d\\n", probe, ${found}); }${rest}`;
    const options = [...(withPid ? ["-p", String(target.pid)] : []), ...(row.options ?? [])];
    this.tsbt = new TracingChild([...options, "-e", script], { timeoutMs: 60_000 });
    void this.tsbt.finished.finally(() => (this.hasEnded = true)).catch(() => undefined);
  }

  /** Makes it happen, as often as it takes until it has been seen once more. */
  async fires(name: string): Promise<void> {
    const { firedBy } = this.row;
    await this.tsbt.attached();
    if (firedBy === "end") return void this.atEnd.push(name);
    const from = firedBy === "itself" ? 0 : this.tsbt.stdout.length;
    if (typeof firedBy === "function") firedBy(this.tsbt);
    await waitFor(`${name} to fire`, async () => {
      if (this.tsbt.stdout.includes(`${name} found `, from)) return true;
      if (this.hasEnded) throw new Error(`ended without ${name}\n${this.tsbt.stdout}${this.tsbt.stderr}`);
      if (firedBy === "target") await this.target.round();
      return undefined;
    });
  }

  /** @returns the processes that it found */
  async end(): Promise<ReadonlySet<number>> {
    const { stdout, stderr, status } = await this.tsbt.interrupt();
    if (status !== 0) throw new Error(`status ${status}\n${stderr}`);
    for (const name of this.atEnd) if (!stdout.includes(`${name} found `)) throw new Error(`no ${name}\n${stdout}`);
    return new Set(Array.from(stdout.matchAll(/ found (\d+)$/gm), ([, pid]) => Number(pid)));
  }
}
