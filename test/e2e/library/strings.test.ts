import { languageTests } from "../language/language-rows.js";

languageTests("strings and memory", {
  "strlen() counts the bytes before the NUL": [
    {
      script:
        'begin { print(strlen("hello")); print(strlen("")); print(strlen("a\\0b")); print(strlen(curtask.comm) == strlen(comm)); }',
      prints: ["5", "0", "1", "true"],
      isForKernels: true,
    },
    {
      script:
        'begin { $a = "abc"; print(strlen($a)); @x = "hello"; print(strlen(@x)); print(strlen((("q", 1).0))); print(strlen(str_concat("ab", "cd"))); }',
      prints: ["3", "5", "1", "4"],
      maps: ["@x: hello"],
    },
    // Pointers are read in their own address space, where bpftrace counts the bytes of an error.
    { script: "begin { print(strlen((int8 *)0)); print(strlen((int8[4])(uint32)0x616161)); }", prints: ["0", "3"] },
    { script: 'begin { $s = "hello"; print(strlen((int8 *)&$s)); }', prints: ["5"] },
    {
      script: "begin { print(strlen(5)); }",
      says: ["1:15-24 ERROR: string-like values must be either strings, arrays or pointers"],
    },
    {
      script: "begin { print(strlen(curtask)); }",
      says: ["1:15-30 ERROR: string-like pointers must point to a char-like type"],
    },
    {
      script: "begin { print(strlen((uint8[4])(uint32)5)); }",
      says: ["1:15-42 ERROR: string-like arrays must contain a char-like type"],
    },
  ],
  "default_str_length() is what str() reads": [
    { script: "begin { print(default_str_length()); print(default_str_length); }", prints: ["1024", "1024"] },
    { script: "config = { max_strlen = 16 } begin { print(default_str_length()); }", prints: ["16"] },
  ],
  "strcap() is how much a string may hold": [
    {
      script: 'begin { print(strcap("hello")); print(strcap(curtask.comm)); print(strcap(comm)); }',
      prints: ["6", "16", "16"],
    },
    {
      script: 'begin { $s = "hello"; print(strcap((int8 *)&$s)); print(strcap((int8[4])(uint32)5)); }',
      prints: ["5", "4"],
    },
    {
      script: "begin { print(strcap(pid)); }",
      says: ["1:15-26 ERROR: string-like values must be either strings, arrays or pointers"],
    },
  ],
  "strstr() finds the first place, or -1": [
    {
      script:
        'begin { print(strstr("hello world", "wor")); print(strstr("hello", "")); print(strstr("", "")); print(strstr("hello", "lo")); print(strstr("aaab", "aab")); print(strstr("aabaabaac", "aabaac")); }',
      prints: ["6", "0", "0", "3", "1", "3"],
      isForKernels: true,
    },
    {
      // Only programs under its own licence may ask the kernel: others look for themselves.
      script:
        'config = { license = "GPL v2" } begin { print(strstr("hello", "lo")); print(strstr("aabaabaac", "aabaac")); print(strstr("abc", "zzz")); print(strstr("", "")); print(strstr("ab", "abc")); for ($i : 0..2) { print(strstr("xx", "x") + $i); } }',
      prints: ["3", "3", "-1", "0", "-1", "0", "1"],
    },
    // bpftrace has -2 here where the kernel looks for it.
    {
      script: 'begin { print(strstr("hello", "xyz")); print(strstr("hello", "hellooo")); print(strstr("", "a")); }',
      prints: ["-1", "-1", "-1"],
    },
    {
      script:
        'begin { $s = strstr("abc", "c"); @m[$s] = strstr("abc", "b"); print(($s, strstr("xyz", "z"))); printf("%d %s\\n", strstr("ab", "b"), "x"); }',
      prints: ["(2, 2)", "1 x"],
      maps: ["@m[2]: 1"],
    },
    {
      script:
        'begin { for ($i : 0..3) { print(strstr("hello", "l") + $i); } $c = comm; print(strstr(str_concat("> ", $c), $c)); }',
      prints: ["2", "3", "4", "2"],
      isForKernels: true,
    },
    {
      script: 'begin { print(strstr("a", 5)); }',
      says: ["1:15-29 ERROR: string-like values must be either strings, arrays or pointers"],
    },
    {
      script: 'begin { print(strstr("a")); }',
      says: [
        "1:15-26 ERROR: Call to strstr() has arguments that do not match any definition.",
        "1:15-26 ERROR: The closest definition of strstr() has a different number of arguments. Expected: 2 but got 1",
      ],
    },
  ],
  "strcontains() tells whether there is one": [
    {
      script:
        'begin { print(strcontains("hello", "ell")); print(strcontains("", "")); print(strcontains("a", "ab")); print(strcontains("hello\\0world", "world")); print(strcontains("abc", "B")); }',
      prints: ["true", "true", "false", "false", "false"],
    },
    {
      script: 'begin { if (strcontains(str_concat("abc", "def"), "cd")) { print("yes"); } }',
      prints: ["yes"],
      isForKernels: true,
    },
    {
      script: 'begin { print(strcontains(5, "a")); }',
      says: ["1:15-34 ERROR: string-like values must be either strings, arrays or pointers"],
    },
  ],
  "str_concat() makes a string of 1024 bytes": [
    {
      script:
        'begin { $x = str_concat("a", "b"); print($x); print(sizeof($x)); print($x == "ab"); @a[$x] = 1; print(($x, 1)); printf("%s %4s|\\n", $x, str_concat("x", "y")); }',
      prints: ["ab", "1024", "true", "(ab, 1)", "ab   xy|"],
      maps: ["@a[ab]: 1"],
      isForKernels: true,
    },
    {
      script: `begin { $x = str_concat("${"a".repeat(1000)}", "${"b".repeat(100)}"); print(strlen($x)); print(strstr($x, "b")); }`,
      prints: ["1023", "1000"],
    },
    {
      script: 'begin { print(str_concat("a", 5)); }',
      says: ["1:15-33 ERROR: string-like values must be either strings, arrays or pointers"],
    },
  ],
  "strncmp() is 0 or 1": [
    {
      script:
        'begin { print(strncmp("abc", "abd", 2)); print(strncmp("abc", "abd", 3)); print(strncmp("a", "b", 0)); print(strncmp("ab", "abc", 9)); $s = "abx"; print(strncmp($s, "aby", 2)); print(strncmp(comm, comm, 16)); }',
      prints: ["0", "1", "0", "1", "0", "0"],
    },
    {
      script: 'begin { $n = 3; print(strncmp("abc", "abd", $n)); }',
      says: ["1:23-48 ERROR: Builtin strncmp requires a non-negative literal"],
    },
    {
      script: 'begin { print(strncmp("abc", "abc", -1)); }',
      says: ["1:15-40 ERROR: Builtin strncmp requires a non-negative literal"],
    },
    {
      script: 'begin { print(strncmp("abc", 5, 3)); }',
      says: ["1:15-35 ERROR: strncmp() only supports string arguments (int provided)"],
    },
    {
      script: 'begin { print(strncmp("abc", "abc")); }',
      says: ["1:15-36 ERROR: strncmp() requires 3 arguments (2 provided)"],
    },
  ],
  "memcmp() is the difference of the first bytes that differ": [
    {
      script:
        'begin { print(memcmp("abc", "abd", 3)); print(memcmp("abd", "abc", 3)); print(memcmp((1, 2), (1, 3), 2)); $n = 3; print(memcmp("abcd", "abce", $n)); }',
      prints: ["-1", "1", "-1", "0"],
      isForKernels: true,
    },
    { script: "begin { $a = 5; $b = 6; print(memcmp((uint8)200, (uint8)100, 1)); }", prints: ["-156"] },
    // Nothing is compared that is no part of the values.
    { script: 'begin { print(memcmp("abc", "abc\\0zzz", 10)); }', prints: ["0"] },
    {
      script: 'begin { print(memcmp(print(1), "abc", 3)); print(memcmp("abc", clear(@m), 3)); @m[1] = 1; }',
      says: [
        "1:15-41 ERROR: Value 'void' cannot be assigned to a scratch variable.",
        "1:50-77 ERROR: Value 'void' cannot be assigned to a scratch variable.",
      ],
    },
    {
      script: 'begin { print(memcmp(1, 2, "x")); }',
      says: ['1:15-32 ERROR: Cannot cast from "string[2]" to "uint64"'],
    },
  ],
  "numbers have names": [
    {
      script:
        "begin { print(strerror(0)); print(strerror(2)); print(strerror(-2)); print(strerror(41)); print(strerror(133)); print(strerror(134)); print(sizeof(strerror(1))); }",
      prints: [
        "Success",
        "No such file or directory",
        "No such file or directory",
        "Unknown error",
        "Memory page has hardware error",
        "Unknown error",
        "64",
      ],
      isForKernels: true,
    },
    {
      script:
        "begin { print(signal_name(9)); print(signal_name(0)); print(signal_name(64)); print(signal_name(65)); print(signal_name(-1)); print(signal_name(33)); }",
      prints: ["Killed", "Unknown signal 0", "Real-time signal 30", "N/A", "N/A", "Unknown signal 33"],
    },
    {
      script:
        "begin { print(syscall_name(0)); print(syscall_name(335)); print(syscall_name(450)); print(syscall_name(-1)); print(syscall_name(400)); print(syscall_name(512)); print(syscall_name(547)); }",
      prints: [
        "read",
        "uretprobe",
        "set_mempolicy_home_node",
        "Unknown syscall",
        "Unknown syscall",
        "rt_sigaction",
        "pwritev2",
      ],
    },
    {
      script:
        'begin { @[strerror(2)] = count(); $x = syscall_name(1); print(($x, 1)); print($x == "write"); printf("%s %s\\n", signal_name(1), $x); $n = 2; print(strerror($n * 0 + 1)); }',
      prints: ["(write, 1)", "true", "Hangup write", "Operation not permitted"],
      maps: ["@[No such file or directory]: 1"],
      isForKernels: true,
    },
    { script: 'begin { print(strerror("a")); }', says: ['1:15-28 ERROR: Cannot cast from "string[2]" to "int32"'] },
    { script: 'begin { print(signal_name("a")); }', says: ['1:15-31 ERROR: Cannot cast from "string[2]" to "int32"'] },
    { script: "begin { strerror(1); }", says: ["1:9-20 WARNING: Return value discarded."], prints: [] },
  ],
  "bswap() keeps the width": [
    {
      script:
        "begin { print(bswap(0x12)); print(bswap(300)); print(bswap(-1)); print(bswap((uint32)0x12345678)); print(bswap((int64)1)); $x = (uint16)0x1234; print(bswap($x)); print(sizeof(bswap($x))); }",
      prints: ["18", "11265", "255", "2018915346", "72057594037927936", "13330", "2"],
      isForKernels: true,
    },
    {
      script: 'begin { print(bswap("a")); }',
      says: ["1:15-25 ERROR: bswap() only supports integer arguments (string provided)"],
    },
    {
      script: "begin { print(bswap(true)); }",
      says: ["1:15-26 ERROR: bswap() only supports integer arguments (bool provided)"],
    },
    {
      script: "begin { @c = count(); print(bswap(@c)); }",
      says: ["1:29-38 ERROR: bswap() only supports integer arguments (count_t provided)"],
    },
  ],
});
