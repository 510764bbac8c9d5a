/** What a run prints, and the file that keeps it together with the machine it was on and the figures of each round. */
import { execFileSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";

export class Record {
  #path;

  /** @param path - of the file, if one is kept */
  constructor(path, { tsbt, bpftrace }) {
    this.#path = path;
    if (path === undefined) return;
    const version = (command) => execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
    const peers = bpftrace === undefined ? "" : `, ${version(bpftrace)}`;
    writeFileSync(
      path,
      `${new Date().toISOString()}\n${version(tsbt)}${peers}, Node ${process.version}\nLinux ${release()}, ${cpus().length} × ${cpus()[0].model}\n${load("begin")}`,
    );
  }

  add(title, text, figures) {
    console.log(`\n${title}\n${text}`);
    if (this.#path === undefined) return;
    const rounds = Object.entries(figures ?? {}).map(([who, rows]) => `  ${who}: ${rows.map(round).join(" ")}\n`);
    appendFileSync(this.#path, `\n${title}\n${text}\n${rounds.join("")}`);
  }

  end() {
    if (this.#path !== undefined) appendFileSync(this.#path, `\n${load("end")}`);
  }
}

/** A busy machine makes everything longer, and not all of it alike. */
const load = (when) => `load of the machine at the ${when}: ${loadavg()[0].toFixed(2)}\n`;

/** All metrics of one round, in their order. */
const round = (metrics) => metrics.map((figure) => Number(figure.toPrecision(5))).join("/");
