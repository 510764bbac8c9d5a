/**
 * Installs what `npm run package` has made, in each way and each environment, into systems that have nothing of it, and traces there:
 *
 *     npm run package:check [WORD...]       only rows that have these words
 *
 * Needs root, debootstrap, qemu-user-static, and the way to the registries of npm and Debian; what is fetched stays in ~/.cache/tsbt.
 */
import { Registry } from "./registry.js";
import { type Row, rows, tarballs } from "./rows.js";
import type { Ran } from "./root.js";

const registry = await Registry.start(tarballs());
const wanted = process.argv.slice(2);
let failures = 0;
try {
  console.log(
    "way                          where                        node     MB  cold ms  warm ms  node -e 0  result",
  );
  for (const row of rows(registry.url)) {
    if (!wanted.every((word) => `${row.way} ${row.where} ${row.node}`.includes(word))) continue;
    console.log(line(row, await row.run()));
  }
} finally {
  registry.stop();
}
process.exitCode = failures === 0 ? 0 : 1;

function line(row: Row, ran: Ran): string {
  const values = new Map(
    Array.from(ran.stdout.matchAll(/^(\w+) (.*)$/gm), ([, name = "", value = ""]) => [name, value]),
  );
  const said = Array.from(ran.stdout.matchAll(/^said (.*)$/gm), ([, text]) => text).join(" | ");
  const problem = problemOf(row, ran, values, said);
  if (problem !== undefined) failures++;
  const columns = [
    row.way.padEnd(29),
    row.where.padEnd(29),
    row.node.padEnd(5),
    (row.bytes / 1e6).toFixed(2).padStart(6),
    ...["cold", "warm", "node"].map((name) => (row.says === undefined ? (values.get(name) ?? "") : "").padStart(9)),
  ];
  return `${columns.join("")}  ${problem ?? "ok"}`;
}

function problemOf(row: Row, ran: Ran, values: ReadonlyMap<string, string>, said: string): string | undefined {
  const all = `${said} ${ran.stdout} ${ran.stderr}`.trim();
  const isRight =
    row.says !== undefined
      ? row.says.test(all)
      : row.isBare === true
        ? ran.status === 0 && /^hi$/m.test(ran.stdout)
        : values.get("status") === "0" &&
          values.get("hi") === "1" &&
          values.get("opens") === "/etc/hostname" &&
          !said.includes("WARNING");
  return isRight ? undefined : `FAILED: ${all.slice(0, 1500)}`;
}
