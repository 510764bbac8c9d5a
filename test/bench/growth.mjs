/**
 * Whether what the compiler needs grows no faster than a script: compiles scripts that have something many times, and says
 * what each of them costs. A row whose CPU per time grows is a mistake in the compiler.
 *
 *     npm run bench:growth -- [--sizes 10,100,1000] [KIND...]
 *
 * Nothing is loaded: the verifier has its own growth.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./compile.mjs";
import { wholeRun } from "./measures/whole-run.mjs";

const times = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join("\n");
const inBegin = (text) => (count) => `BEGIN {\n${times(count, text)}\n}`;

/** By kind: a script that has it so many times. */
const KINDS = {
  prints: inBegin((i) => `printf("${i} %s %d\\n", comm, pid);`),
  ifs: inBegin((i) => `if (pid == ${i}) { @a = ${i}; }`),
  "else-ifs": (count) => `BEGIN {\n${times(count, (i) => `if (pid == ${i}) { @a = ${i}; } else`)} { @a = 1; }\n}`,
  "else-ifs of a variable": (count) =>
    `BEGIN {\n$x = 0;${times(count, (i) => `if (pid == ${i}) { $x = ${i}; } else`)} { $x = 1; }\nprint($x); }`,
  "string comparisons": inBegin((i) => `if (comm == "name${i}") { @a = ${i}; }`),
  maps: inBegin((i) => `@m${i}[pid] = ${i};`),
  "maps without keys": inBegin((i) => `@m${i} = ${i};`),
  variables: inBegin((i) => `$v${i} = pid + ${i}; @a = $v${i};`),
  "variables that live long": (count) =>
    `BEGIN {\n${times(count, (i) => `$v${i} = nsecs + ${i};`)}\n${times(count, (i) => `@a = $v${i};`)}\n}`,
  "nested ifs": (count) => `BEGIN {\n${times(count, (i) => `if (pid > ${i}) { @a = ${i};`)}\n${"}".repeat(count)}\n}`,
  loops: inBegin((i) => `$i = 0; while ($i < 5) { @a += ${i}; $i++; }`),
  "pairs of loops": inBegin(() => `$i = 0; while ($i < 5) { $j = 0; while ($j < 5) { @a += $j; $j++; } $i++; }`),
  unroll: (count) =>
    `BEGIN { unroll(${Math.min(count, 100)}) {\n${times(Math.ceil(count / 100), (i) => `@a += ${i};`)}\n} }`,
  macros: (count) => `macro m(x) { @a += x; }\nBEGIN {\n${times(count, (i) => `m(${i});`)}\n}`,
  "macros that call one": (count) =>
    `macro m0(x) { @a += x; }\n${times(count, (i) => `macro m${i + 1}(x) { m${i}(x) }`)}\nBEGIN { m${count}(1); }`,
  tuples: inBegin((i) => `@t[pid, ${i}, comm] = (${i}, pid);`),
  probes: (count) => times(count, (i) => `tracepoint:syscalls:sys_enter_openat { @a[${i}] = count(); }`),
  wildcards: (count) => times(Math.ceil(count / 10), (i) => `tracepoint:syscalls:sys_enter_o* { @a[${i}] = count(); }`),
  "map reads": inBegin((i) => `@b = @a[${i}];`),
  "map reads of one key": inBegin(() => `@b = @a[pid];`),
  aggregations: inBegin((i) => `@h${i % 50}[pid] = hist(nsecs);`),
  "strings in maps": inBegin((i) => `@s[${i}] = comm;`),
  "string variables": inBegin((i) => `$s${i} = comm; @s = $s${i};`),
  sums: (count) => `BEGIN { @a = pid ${times(count, (i) => `+ ${i}`)}; }`,
  "sums of calls": (count) => `BEGIN { @a = pid ${times(count, () => "+ nsecs")}; }`,
  "logical or": (count) => `BEGIN { if (pid == 1 ${times(count, (i) => `|| pid == ${i}`)}) { @a = 1; } }`,
  conditionals: inBegin((i) => `@a = pid > ${i} ? ${i} : nsecs;`),
  stacks: inBegin((i) => `@k[kstack(3), ${i}] = count();`),
  "arguments read": (count) =>
    `tracepoint:syscalls:sys_enter_openat {\n${times(count, (i) => `@a[${i}] = str(args.filename);`)}\n}`,
  "for over a map": inBegin(() => `for ($kv : @m) { @a += $kv.1; }`),
  "for over a range": inBegin((i) => `for ($i : 0..${i + 1}) { @a += $i; }`),
  returns: inBegin((i) => `if (pid == ${i}) { return; }`),
  "probes with predicates": (count) =>
    times(count, (i) => `tracepoint:syscalls:sys_enter_openat /pid == ${i}/ { @a = count(); }`),
  "events of many kinds": inBegin((i) => `print((${i}, pid)); time("%H\\n"); cat("/proc/loadavg");`),
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: "string", default: "10,100,1000" },
    tsbt: { type: "string", default: join(ROOT, "dist/tsbt") },
  },
});
const sizes = options.sizes.split(",").map(Number);
const directory = join(ROOT, ".cache/bench/growth");
mkdirSync(directory, { recursive: true });
console.log(`${"".padEnd(28)}${sizes.map((size) => `${size}`.padStart(22)).join("")}`);
for (const [kind, scriptOf] of Object.entries(KINDS)) {
  if (positionals.length > 0 && !positionals.includes(kind)) continue;
  const cells = [];
  for (const size of sizes) cells.push(await cell(kind, scriptOf(size)));
  console.log(`${kind.padEnd(28)}${cells.map((text) => text.padStart(22)).join("")}`);
}

/** `CPU, peak memory, *`: the star where the script is refused. */
async function cell(kind, script) {
  const file = join(directory, "script.bt");
  writeFileSync(file, script);
  let star = "";
  const accepts = (status) => {
    if (status !== 0) star = status > 128 ? `!${status}` : "*";
    return true;
  };
  const command = ["timeout", "60", options.tsbt, "--emit", join(directory, "object"), "--unsafe", file];
  const [, cpu, memory] = await wholeRun.cost(command, { accepts });
  return `${(cpu / 1000).toFixed(0)} ms ${(memory / 1024).toFixed(0)} MB${star}`;
}
