import { languageTests } from "../language/language-rows.js";

languageTests("bytes and network values", {
  "buf() has as many bytes as it is asked for": [
    {
      script:
        'begin { print(buf("hello", 3)); print(buf("hello", 0)); $n = 4; print(buf("hello", $n)); print(sizeof(buf("hello", 3))); print(sizeof(buf("hello", $n))); print(sizeof(buf("abc", 5000))); }',
      prints: ["hel", "", "hell", "7", "1024", "1024"],
      isForKernels: true,
    },
    {
      script: "begin { print(buf((uint32[2])(uint64)5)); print(buf((uint8[4])(uint32)0x01020304, 2)); }",
      prints: ["\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00", "\\x04\\x03"],
    },
    { script: 'begin { print(buf("abc", 6)); }', prints: ["abc\\x00\\x00\\x00"] },
    {
      script:
        "begin { print(buf(uptr(0), 4)); print(buf(curtask, 4) == buf(curtask, 4)); print(buf(curtask.comm, 6) == buf(comm, 6)); }",
      prints: ["\\x00\\x00\\x00\\x00", "true", "true"],
      isForKernels: true,
    },
    {
      script:
        'begin { $b = buf("hello", 3); @[$b] = $b; print(($b, 1)); print($b == buf("helxx", 3)); print($b == buf("heyxx", 3)); printf("%r|%rx|%rh|%s|%8r|%-5r|\\n", $b, $b, $b, $b, $b, $b); }',
      prints: ["(hel, 1)", "true", "false", "hel|\\x68\\x65\\x6c|68 65 6c|hel|     hel|hel  |"],
      maps: ["@[hel]: hel"],
      isForKernels: true,
    },
    {
      script: 'begin { $b = buf("a\\n\\"\\\\~\\x7f\\xff", 7); printf("%r %rx %rh\\n", $b, $b, $b); }',
      prints: [`a\\x0a"\\~\\x7f\\xff \\x61\\x0a\\x22\\x5c\\x7e\\x7f\\xff 61 0a 22 5c 7e 7f ff`],
    },
    {
      script: 'begin { $b = buf("hello", 3); printf("%d\\n", $b); }',
      says: ["1:31-49 ERROR: unsupported format specifier for type 'buffer[7]': d"],
    },
    {
      script: 'begin { printf("%r\\n", "abc"); }',
      says: ["1:9-30 ERROR: unsupported format specifier for type 'string[4]': r"],
    },
    // bpftrace ends here.
    {
      script: 'begin { $a = buf("abc", 3); $a = buf("abcdef", 6); print($a); @x = buf("a", 1); @x = buf("abc", 3); }',
      prints: ["abcdef"],
      maps: ["@x: abc"],
    },
    {
      script: 'begin { print(buf("abc")); }',
      says: ["1:15-25 ERROR: buf() expects a length argument for non-array type string"],
    },
    {
      script: "begin { print(buf(5)); }",
      says: ["1:15-21 ERROR: buf() expects a length argument for non-array type int"],
    },
    {
      script: "begin { print(buf((1,2), 3)); }",
      says: ["1:15-28 ERROR: buf() expects an integer, string, or array argument but saw tuple"],
    },
    {
      script: "begin { print(buf(true, 1)); }",
      says: ["1:15-27 ERROR: buf() expects an integer, string, or array argument but saw bool"],
    },
    { script: 'begin { print(buf("abc", -1)); }', says: ["1:15-29 ERROR: bufcannot use negative length (-1)"] },
    {
      script: 'begin { print(buf("abc", "x")); }',
      says: ["1:15-30 ERROR: buf() only supports int arguments (string provided)"],
    },
    { script: "begin { print(buf()); }", says: ["1:15-20 ERROR: buf() requires at least one argument (0 provided)"] },
  ],
  "kptr() and uptr() keep value and type": [
    {
      script:
        "config = { unstable_typeinfo = enable } begin { print(typeinfo(kptr((uint8)1)).full_type); print(typeinfo(uptr(300)).full_type); print(kptr(curtask).pid == tid); print(*(int32*)uptr(1)); }",
      prints: ["uint8", "int16", "true", "0"],
    },
    {
      script: 'begin { print(uptr("a")); }',
      says: ["1:15-24 ERROR: uptr() only supports integer or pointer arguments (string provided)"],
    },
    { script: "begin { print(kptr(1,2)); }", says: ["1:15-24 ERROR: kptr() requires one argument (2 provided)"] },
  ],
  "ntop() knows the family by the size": [
    {
      script:
        "begin { print(ntop(0x0100007f)); print(ntop(2, 0x0100007f)); print(ntop(10, 0x0100007f)); print(ntop(5, 1)); print(sizeof(ntop(1))); }",
      prints: ["127.0.0.1", "127.0.0.1", "7f00:1::", "", "24"],
      isForKernels: true,
    },
    {
      script:
        'begin { print(ntop(pton("::1"))); print(ntop(pton("1.2.3.4"))); print(ntop(pton("fe80::1"))); print(ntop(pton("::ffff:102:304"))); print(ntop("abc")); }',
      prints: ["::1", "1.2.3.4", "fe80::1", "::ffff:1.2.3.4", "97.98.99.0"],
    },
    {
      script: "begin { print(ntop((uint8)5)); $t = 2; print(ntop($t, (uint64)0x1122334455667788)); }",
      prints: ["5.0.0.0", "136.119.102.85"],
    },
    {
      // bpftrace says that the last two differ.
      script:
        'begin { $x = ntop(1); @[$x] = $x; print(($x, 1)); printf("%s %10s|%-10s|\\n", $x, $x, $x); print($x == ntop(1)); print(ntop(10, 1) != $x); }',
      prints: ["(1.0.0.0, 1)", "1.0.0.0    1.0.0.0|1.0.0.0   |", "true", "true"],
      maps: ["@[1.0.0.0]: 1.0.0.0"],
    },
    {
      script: 'begin { print(ntop("abcd")); }',
      says: ["1:15-27 ERROR: ntop() argument must be 4 or 16 bytes in size"],
    },
    {
      script: "begin { print(ntop((1,2))); }",
      says: ["1:15-26 ERROR: ntop() expects an integer or array argument, got tuple"],
    },
    {
      script: "begin { print(ntop(true)); }",
      says: ["1:15-25 ERROR: ntop() expects an integer or array argument, got bool"],
    },
    {
      script: 'begin { print(ntop("a", 1)); }',
      says: ["1:15-27 ERROR: ntop() only supports int arguments (string provided)"],
    },
    { script: "begin { print(ntop(1,2,3)); }", says: ["1:15-26 ERROR: ntop() takes up to 2 arguments (3 provided)"] },
  ],
  "pton() is an array of bytes at compile time": [
    {
      script:
        'begin { print(pton("127.0.0.1")); print((uint32)pton("127.0.0.1")); print(pton("127.0.0.1")[0]); print(pton("::1") == pton("::2")); print(pton("::1")); print(sizeof(pton("::1"))); }',
      prints: ["[127,0,0,1]", "16777343", "127", "false", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1]", "16"],
      isForKernels: true,
    },
    {
      script:
        'begin { @[pton("1.2.3.4")] = pton("::1"); $x = pton("1.2.3.4"); print($x[2]); print(($x, 1)); printf("%s\\n", $x); print(pton("1.2.3.4") == $x); }',
      prints: ["3", "([1,2,3,4], 1)", "[1,2,3,4]", "true"],
      maps: ["@[[1,2,3,4]]: [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1]"],
    },
    ...["300.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::ffff:1.2.3.4", "::zz", "1::2::3", "1:2", "::12345", ":1"].map(
      (address) => ({
        script: `begin { print(pton("${address}")); }`,
        says: [`1:15-${23 + address.length} ERROR: pton() expects a valid IPv4/IPv6 address, got ${address}`],
      }),
    ),
    {
      script: 'begin { print(pton("abc")); }',
      says: ["1:15-26 ERROR: pton() expects an string argument of an IPv4/IPv6 address, got abc"],
    },
    {
      script: "begin { print(pton(5)); }",
      says: ["1:15-22 ERROR: pton() expects an string literal at the first argument"],
    },
    {
      script: 'begin { $s = "1.2.3.4"; print(pton($s)); }',
      says: ["1:31-39 ERROR: pton() expects an string literal at the first argument"],
    },
  ],
  "macaddr() reads six bytes": [
    {
      // bpftrace has zeros for the larger array.
      script: 'begin { print(macaddr((uint8[6])"abcde")); print(macaddr((uint8[8])(uint64)0x665544332211)); }',
      prints: ["61:62:63:64:65:00", "11:22:33:44:55:66"],
      isForKernels: true,
    },
    {
      script:
        'begin { $m = macaddr((uint8[8])(uint64)0xffeeddccbbaa); @[$m] = $m; print(($m, 2)); printf("%s|%20s\\n", $m, $m); print($m == macaddr((uint8[8])(uint64)0xffeeddccbbaa)); print(sizeof($m)); }',
      prints: ["(AA:BB:CC:DD:EE:FF, 2)", "AA:BB:CC:DD:EE:FF|   AA:BB:CC:DD:EE:FF", "true", "6"],
      maps: ["@[AA:BB:CC:DD:EE:FF]: AA:BB:CC:DD:EE:FF"],
    },
    {
      script: "begin { print(macaddr(comm) == macaddr(curtask.comm)); print(macaddr(uptr(0))); }",
      prints: ["true", "00:00:00:00:00:00"],
      isForKernels: true,
    },
    {
      script: 'begin { print(macaddr("abcdef")); }',
      says: ["1:15-32 ERROR: macaddr() does not support literal string arguments"],
    },
    {
      script: "begin { print(macaddr((1,2))); }",
      says: ["1:15-29 ERROR: macaddr() only supports array or pointer arguments (tuple provided)"],
    },
    {
      script: "begin { print(macaddr((uint8[4])(uint32)1)); }",
      says: ["1:15-43 ERROR: macaddr() argument must be at least 6 bytes in size"],
    },
  ],
});
