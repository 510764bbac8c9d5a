import { describe } from "vitest";
import { checkScript, kernelTest } from "../../support/index.js";
import { languageTests } from "../language/language-rows.js";

/** A map takes the place of all clocks: its value is the time. */
const ENV = { BPFTRACE_DUMMY_TS_MAP: "@ts", BPFTRACE_UNSTABLE_TSERIES: "enable", TZ: "UTC" };

/** 2023-11-14 22:13:20 UTC. */
const START = "@ts = (uint64)1700000000000000000;";
const LINE = "___________________________________________________";

interface Row {
  readonly body: string;
  readonly lines: readonly string[];
  readonly isForKernels?: boolean;
}

const ROWS: Readonly<Record<string, Row>> = {
  "shows where the values lie": {
    body: "@n = tseries((int64)-20, 250ms, 8); @ts += 500000000; @n = tseries((int64)15, 250ms, 8); @ts += 250000000; @n = tseries((int64)0, 250ms, 8);",
    lines: [
      "@n:",
      "             -20                                                15",
      `hh:mm:ss.ms  |${LINE}|`,
      "22:13:20.000 *                             .                     | -20",
      "22:13:20.250 |                             .                     | -",
      "22:13:20.500 |                             .                     * 15",
      "22:13:20.750 |                            *.                     | 0",
      `             v${LINE}v`,
      "             -20                                                15",
      "",
    ],
    isForKernels: true,
  },
  "shows the time to the second where intervals are that long": {
    body: "unroll(5) { @n = tseries(1, 1s, 3); @ts += 1000000000; } @n = tseries(100, 1s, 3);",
    lines: [
      "@n:",
      "         1                                                 100",
      `hh:mm:ss |${LINE}|`,
      "22:13:23 *                                                   | 1",
      "22:13:24 *                                                   | 1",
      "22:13:25 |                                                   * 100",
      `         v${LINE}v`,
      "         1                                                 100",
      "",
    ],
  },
  "counts the bytes of microseconds": {
    body: "@n = tseries(1, 1us, 3); @ts += 1000; @n = tseries(2, 1us, 3);",
    lines: [
      "@n:",
      "                1                                                   2",
      `hh:mm:ss.\u00ce\u00bcs    |${LINE}|`,
      "22:13:20.000000 *                                                   | 1",
      "22:13:20.000001 |                                                   * 2",
      `                v${LINE}v`,
      "                1                                                   2",
      "",
    ],
  },
  "has a window that all keys share": {
    body: '@n["b"] = tseries((uint64)9, 1s, 2); @n["a"] = tseries((uint64)3, 1s, 2); @ts += 5000000000; @n["b"] = tseries((uint64)1, 1s, 2);',
    lines: [
      "@n[a]:",
      "                   null                                             null",
      `hh:mm:ss.ns        |${LINE}|`,
      "22:13:25.000000000 |                                                   | -",
      `                   v${LINE}v`,
      "                   null                                             null",
      "",
      "@n[b]:",
      "                   0                                                   2",
      `hh:mm:ss.ns        |${LINE}|`,
      "22:13:25.000000000 |                         *                         | 1",
      `                   v${LINE}v`,
      "                   0                                                   2",
      "",
    ],
  },
  "has nothing below the smallest number": {
    body: "@n = tseries((uint64)0, 1s, 4);",
    lines: [
      "@n:",
      "                   0                                                   1",
      `hh:mm:ss.ns        |${LINE}|`,
      "22:13:20.000000000 *                                                   | 0",
      `                   v${LINE}v`,
      "                   0                                                   1",
      "",
    ],
  },
};

describe("tseries()", () => {
  for (const [claim, { body, lines, isForKernels = false }] of Object.entries(ROWS)) {
    kernelTest(claim, { matrix: isForKernels }, async () => {
      await checkScript({
        script: `begin { ${START} ${body} clear(@ts); }`,
        env: ENV,
        stdout: `\n\n${lines.map((line) => `${line}\n`).join("")}`,
      });
    });
  }

  const HOWS = [
    { how: "", value: 3 },
    { how: ', "sum"', value: 15 },
    { how: ', "avg"', value: 5 },
    { how: ', "min"', value: 3 },
    { how: ', "max"', value: 7 },
  ];
  for (const { how, value } of HOWS) {
    kernelTest(`keeps of each interval what it is asked for${how}`, { matrix: false }, async () => {
      const add = (n: number): string => `@n["x", 1] = tseries(${n}, 1s, 4${how});`;
      await checkScript({
        script: `begin { ${START} ${add(9)} @ts += 1000000000; ${add(5)} ${add(7)} ${add(3)} clear(@ts); }`,
        options: ["-f", "json", "-q"],
        env: ENV,
        stdout: `{"type": "tseries", "data": {"@n": {"x,1": [{"interval_start":"2023-11-14 22:13:20.000000000","value":9},{"interval_start":"2023-11-14 22:13:21.000000000","value":${value}}]}}}\n`,
      });
    });
  }

  kernelTest("an interval that comes again in its bucket starts anew", { matrix: false }, async () => {
    await checkScript({
      script: `begin { ${START} @n = tseries(5, 1s, 2, "sum"); @ts += 2000000000; @n = tseries(1, 1s, 2, "sum"); clear(@ts); }`,
      options: ["-f", "json", "-q"],
      env: ENV,
      stdout: `{"type": "tseries", "data": {"@n": [{"interval_start":"2023-11-14 22:13:22.000000000","value":1}]}}\n`,
    });
  });

  kernelTest("is empty once it was zeroed, and gone once it was cleared", { matrix: false }, async () => {
    await checkScript({
      script: `begin { ${START} @n = tseries(1, 1s, 4); zero(@n); print(@n); clear(@n); print(@n); clear(@ts); }`,
      env: ENV,
      stdout: "@n:\n<no data>\n\n\n",
    });
  });

  kernelTest("takes the time of the day", { matrix: false }, async () => {
    await checkScript({
      script: "config = { unstable_tseries = enable } begin { @n = tseries(7, 1h, 4); }",
      env: { TZ: "UTC" },
      match: [/^\d\d:00:00\.000000000 \| {25}\* {25}\| 7$/m],
    });
  });
});

const enabled = (body: string): string => `config = { unstable_tseries = enable } begin { ${body} }`;

languageTests("tseries() and what is wrong with it", {
  "it is unstable": [
    {
      script: "begin { @a = tseries(1, 10, 10); clear(@a); }",
      says: [
        "WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable",
      ],
      prints: [],
    },
    {
      script: "config = { unstable_tseries = error } begin { @a = tseries(1, 10, 10); }",
      says: [
        "1:52-70 ERROR: tseries feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_tseries=enable",
      ],
    },
  ],
  arguments: [
    {
      script: enabled("@a = tseries(5, 0, 10);"),
      says: ["1:53-70 ERROR: tseries() interval_ns must be >= 1 (0 provided)"],
    },
    {
      script: enabled("@a = tseries(5, 10, 0);"),
      says: ["1:53-70 ERROR: tseries() num_intervals must be >= 1 (0 provided)"],
    },
    {
      script: enabled("@a = tseries(5, 10, 1000001);"),
      says: ["1:53-76 ERROR: tseries() num_intervals must be < 1000000 (1000001 provided)"],
    },
    {
      script: enabled("@a = tseries(5, -1, 10);"),
      says: ["1:53-71 ERROR: tseries: invalid interval_ns value (must be non-negative literal)"],
    },
    {
      script: enabled("$x = 5; @a = tseries(5, 10, $x);"),
      says: ["1:61-79 ERROR: tseries: invalid num_intervals value (must be non-negative literal)"],
    },
    {
      script: enabled('@a = tseries(5, 10, 10, "x");'),
      says: [
        '1:53-76 ERROR: tseries() expects one of the following aggregation functions: avg, max, min, sum ("x" provided)',
      ],
    },
    // bpftrace ends here.
    {
      script: enabled("@a = tseries(1, 10, 10, 5);"),
      says: ["1:53-74 ERROR: tseries() expects a string literal (int provided)"],
    },
    {
      script: enabled("@a = tseries(5, 10);"),
      says: ["1:53-67 ERROR: tseries() requires at least 3 arguments (2 provided)"],
    },
    {
      script: enabled('@a = tseries(5, 10, 1, "sum", 3);'),
      says: ["1:53-80 ERROR: tseries() takes up to 4 arguments (5 provided)"],
    },
    {
      script: enabled("@a = tseries(true, 10, 10);"),
      says: ["1:53-74 ERROR: tseries() only supports int arguments (bool provided)"],
    },
  ],
  "one map has one kind of series": [
    "@a = tseries(1, 10, 20);",
    "@a = tseries(1, 20, 10);",
    '@a = tseries(1, 10, 10, "sum");',
    "@a = tseries(300, 10, 10);",
  ].map((second) => ({
    script: enabled(`@a = tseries(1, 10, 10); ${second}`),
    says: [`1:78-${72 + second.length} ERROR: Different tseries bounds in a single map unsupported`],
  })),
  "it is no value": [
    { script: enabled("tseries(1, 10, 10);"), says: ["1:48-66 ERROR: tseries() must be assigned directly to a map"] },
    {
      script: enabled("@a[1] = tseries(1, 10, 10); print(@a[1]);"),
      says: [
        "1:76-88 ERROR: Map type tseries_t cannot print the value of individual keys. You must print the whole map.",
      ],
    },
    {
      script: enabled("@a[1] = tseries(1, 10, 10); for ($kv : @a) { }"),
      says: ["1:87-89 ERROR: Loop expression does not support type: tseries_t"],
    },
    {
      script: enabled("@a[1] = tseries(1, 10, 10); $x = @a[1];"),
      says: ["1:76-86 ERROR: Value 'tseries_t' cannot be assigned to a scratch variable."],
    },
    {
      script: enabled("@a = tseries(1, 10, 10); print((int64)@a);"),
      says: ['1:79-86 ERROR: Cannot cast from "tseries_t" to "int64"'],
    },
    {
      script: enabled("@a[1] = tseries(1, 10, 10); @b[@a[1]] = 1;"),
      says: ["1:76-85 ERROR: Value 'tseries_t' cannot be used as a map key."],
    },
    // bpftrace's program is refused by the kernel.
    {
      script: enabled("@a[1] = tseries(1, 10, 10); print(has_key(@a, 1));"),
      says: ["1:82-96 ERROR: call to has_key() does not support maps of type tseries_t"],
    },
  ],
});
