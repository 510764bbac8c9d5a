/** What user space makes of maps at the end, and of events as they come. */

const filled = (key, value) => ["-e", `BEGIN { for ($i : 0..4000) { @[${key}] = ${value}; } exit(); }`];

const events = (count, statement, ...options) => [
  ...options,
  "-e",
  `BEGIN { for ($i : 0..${count}) { ${statement} } exit(); }`,
];

const maps = { bpftrace: { CPU: 0.5 } };
const lines = { bpftrace: { CPU: 0.25 } };

export const OUTPUT = {
  "4,000 string keys at exit": { args: () => filled("comm, $i", "count()"), goals: maps },
  "4,000 integer keys at exit": { args: () => filled("$i", "count()"), goals: maps },
  "4,000 pairs at exit": { args: () => filled("$i, $i * 3", "count()"), goals: maps },
  "4,000 histograms at exit": { args: () => filled("$i", "hist($i * $i)"), goals: maps },
  "4,000 linear histograms at exit": { args: () => filled("$i", "lhist($i, 0, 4000, 100)"), goals: maps },
  "4,000 stats at exit": { args: () => filled("$i", "stats($i)"), goals: maps },
  "100,000 keys at exit": {
    args: () => [
      "--no-warnings",
      "-e",
      `config = { max_map_keys = 100000 } BEGIN { for ($i : 0..100000) { @[$i] = count(); } exit(); }`,
    ],
    goals: { bpftrace: { CPU: 0.15, "peak memory": 0.35 } },
  },
  "events as JSON": { args: () => events(20_000, 'printf("%d %s\\n", $i, comm);', "-f", "json"), goals: lines },
  "events as text": { args: () => events(20_000, 'printf("%d %s\\n", $i, comm);'), goals: lines },
  "time of each event": { args: () => events(20_000, 'time("%H:%M:%S\\n");'), goals: lines },
  "kernel stack of each event": { args: () => events(5_000, "@ = kstack; print(@);"), goals: lines },
};
