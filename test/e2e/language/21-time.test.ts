import { languageTests } from "./language-rows.js";

languageTests("21 Time", {
  "21 clocks of nsecs": [
    {
      script:
        "begin { print(nsecs(monotonic) <= nsecs(boot)); print(nsecs(sw_tai) > nsecs); print(sizeof(nsecs(boot))); }",
      prints: ["true", "true", "8"],
      isForKernels: true,
    },
    {
      script:
        "begin { print(nsecs(tai) < nsecs(sw_tai) + 3600000000000); print(nsecs(sw_tai) < nsecs(tai) + 3600000000000); }",
      prints: ["true", "true"],
      isForKernels: true,
    },
    { script: "begin { print(nsecs(foo)); }", says: ["1:21-24 ERROR: Invalid timestamp mode: foo"] },
    {
      script: "begin { print(nsecs(5)); }",
      says: ["1:15-23 ERROR: nsecs() only supports timestamp_mode arguments (int provided)"],
    },
    {
      script: "begin { print(nsecs(boot, 1)); }",
      says: ["1:15-29 ERROR: nsecs() takes up to one argument (2 provided)"],
    },
  ],
  "21 strftime": [
    {
      script:
        'begin { $t = strftime("%Y", (uint64)0 * nsecs); print(sizeof($t)); $a = strftime("%C", nsecs); @a[$a, 1] = $a; print(($a, (x = $a))); printf("%s|%5s|%-5s|\\n", $a, $a, $a); print($a == $a); }',
      prints: ["16", "(20, { .x = 20 })", "20|   20|20   |", "true"],
      maps: ["@a[20, 1]: 20"],
      isForKernels: true,
    },
    {
      script: 'begin { print((strftime("%C", nsecs), 1)); @ = strftime("%C", nsecs); }',
      json: ['{"type": "value", "data": ["20",1]}', '{"type": "map", "data": {"@": "20"}}'],
    },
    {
      script: 'begin { print(strftime("%Y-%m-%d %H:%M:%S.%f|%l|%k", (int64)1000000000)); }',
      env: { TZ: "UTC" },
      matches: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\|\d{3}\|\d{9}\n\n\n$/,
    },
    {
      script: 'begin { print(strftime("", nsecs)); }',
      prints: ["(?)"],
      says: ["ERROR: strftime returned 0"],
    },
  ],
  "21 the clock is remembered": [
    {
      script:
        'begin { $t = nsecs(sw_tai); print(strftime("%C", $t)); @t = nsecs(sw_tai); print(strftime("%C", @t)); @u[1] = nsecs(sw_tai); print(strftime("%C", @u[1])); print(strftime("%C", (nsecs(sw_tai), 1).0)); $c = cpu < 100000 ? nsecs(sw_tai) : nsecs(sw_tai); print(strftime("%C", $c)); $t++; print(strftime("%C", $t)); clear(@t); clear(@u); }',
      prints: ["20", "20", "20", "20", "20", "20"],
      isForKernels: true,
    },
    // Twice 1970 to now.
    {
      script:
        'begin { $t = nsecs; $t = nsecs(sw_tai); print(strftime("%C", $t) == strftime("%C", nsecs)); $w = strftime("%Y", nsecs(sw_tai) + 0); @[$w] = 1; }',
      matches: /^false\n\n\n@\[20[89]\d\]: 1\n$/,
      says: [],
    },
    {
      script: 'begin { print(strftime("%Y", nsecs(monotonic))); }',
      says: ["1:15-47 ERROR: strftime() can not take a monotonic timestamp"],
    },
    {
      script: 'begin { $m = nsecs(monotonic); print(strftime("%Y", $m)); }',
      says: ["1:38-56 ERROR: strftime() can not take a monotonic timestamp"],
    },
  ],
  "21 wrong uses of strftime": [
    {
      script: 'begin { print(strftime("%Y", -1)); }',
      says: ["1:15-33 ERROR: strftime() does not accept negative timestamps"],
    },
    {
      script: "begin { print(strftime(5, nsecs)); }",
      says: ["1:15-33 ERROR: strftime() expects a string literal (int provided)"],
    },
    {
      script: 'begin { print(strftime("%Y", "a")); }',
      says: ["1:15-34 ERROR: strftime() only supports int arguments (string provided)"],
    },
    {
      script: 'begin { print(strftime("%Y")); }',
      says: ["1:15-29 ERROR: strftime() requires 2 arguments (1 provided)"],
    },
    {
      script: 'begin { printf("%d", strftime("%Y", nsecs)); }',
      says: ["1:9-44 ERROR: unsupported format specifier for type 'timestamp': d"],
    },
  ],
  "21 ids in a namespace": [
    {
      script:
        "begin { print(pid(init) == curtask.tgid); print(tid(init) == curtask.pid); print(pid(curr_ns) == pid); print(tid() == tid(curr_ns)); print(sizeof(pid(init))); @[pid(init)] = 1; clear(@); }",
      prints: ["true", "true", "true", "true", "4"],
      isForKernels: true,
    },
    {
      script: "begin { print(pid(foo)); }",
      says: ["1:19-22 ERROR: Invalid PID namespace mode: foo (expects: curr_ns or init)"],
    },
    {
      script: "begin { print(tid(5)); }",
      says: ["1:15-21 ERROR: tid() only supports curr_ns and init as the argument"],
    },
    {
      script: "begin { print(pid(init, 1)); }",
      says: ["1:15-27 ERROR: pid() takes up to one argument (2 provided)"],
    },
  ],
});
