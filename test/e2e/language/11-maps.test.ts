import { languageTests } from "./language-rows.js";

languageTests("11 Maps", {
  "a map is scalar or keyed, as its first use says": [
    {
      script: "begin { @m = 1; @m[1] = 2; }",
      says: [
        "1:17-22 ERROR: @m used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)",
      ],
    },
    {
      script: "begin { @m[1] = 2; @m = 1; }",
      says: [
        "1:20-22 ERROR: @m used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)",
      ],
    },
    { script: "begin { print(@m); @m[1] = 2; clear(@m); }", prints: ["@m[1]: 2"] },
    {
      script: "begin { print(is_scalar(@m)); @m = 1; @n[1] = 2; print(is_scalar(@n)); }",
      prints: ["true", "false"],
      maps: ["@m: 1", "@n[1]: 2"],
    },
    { script: "begin { @x[] = 1; }", says: ["1:12-13 ERROR: syntax: expected expression"] },
  ],
  "the key of a compound assignment is evaluated for the old value, then for the new one": [
    {
      script: "begin { @m[3] = 3; $i = (int64)2; @m[$i] += $i++ + 5; @m[$i] += ($i--); }",
      maps: ["@m[3]: 7", "@m[2]: 10"],
    },
  ],
  "a key of several parts is a tuple": [
    {
      script: "begin { @m[1, 2] = 3; $t = (1, 2); print(@m[$t]); @m[(1,2)]++; print(@m[1,2]); }",
      prints: ["3", "4"],
      maps: ["@m[1, 2]: 4"],
    },
    { script: "begin { @x[1,] = 1; }", says: ["1:14-15 ERROR: syntax: expected expression"] },
    {
      script: "begin { @m[1] = 1; print(@m[1,2]); }",
      says: [
        "1:26-33 ERROR: Argument mismatch for @m: trying to access with arguments: '(int8,int8)' when map expects arguments: 'int8'",
      ],
    },
    {
      script: 'begin { @m[1] = 1; @m["a"] = 2; }',
      says: [
        "1:20-27 ERROR: Argument mismatch for @m: trying to access with arguments: 'string[2]' when map expects arguments: 'int8'",
      ],
    },
    {
      script: 'begin { @m[1, "a"] = 1; @m["a", 1] = 2; }',
      says: [
        "1:25-35 ERROR: Argument mismatch for @m: trying to access with arguments: '(string[2],int8)' when map expects arguments: '(int8,string[2])'",
      ],
    },
    {
      script: "begin { @m[-1] = 1; @m[18446744073709551615] = 2; }",
      says: [
        "1:21-45 ERROR: Type mismatch for @m: trying to assign key of type 'uint64' when map already has a key type 'int64'",
      ],
    },
  ],
  "keys of all types": [
    {
      script:
        "begin { @i[1] = 1; @i[300] = 2; @i[70000] = 3; @i[5000000000] = 4; @i[-1] = 5; print(@i[300]); print(@i[-1]); clear(@i); }",
      prints: ["2", "5"],
    },
    {
      script:
        'begin { @s["abc"] = 1; @s["abcdefgh"] = 2; @s[""] = 3; print(@s["abc"]); print(@s["abcdefgh"]); print(@s["ab"]); print(@s[""]); clear(@s); }',
      prints: ["1", "2", "0", "3"],
    },
    { script: "begin { @b[true] = 1; @b[false] = 2; print(@b[1 == 1]); clear(@b); }", prints: ["1"] },
    {
      script:
        'begin { @r[(a=1, b="x")] = 1; @r[(a=1, b="yy")] = 2; print(@r[(a=1,b="x")]); print(@r[(a=1,b="yy")]); clear(@r); }',
      prints: ["1", "2"],
    },
    {
      script:
        'begin { @t[1, ("a", (2, true)), -3] = 1; @t[1, ("ab", (2, true)), -3]++; print(@t[1, ("a", (2, true)), -3]); print(len(@t)); clear(@t); }',
      prints: ["1", "2"],
    },
    {
      script:
        "begin { @a[(int8[4])(uint32)513] = 1; @a[(int8[4])(uint32)514] = 2; print(@a[(int8[4])(uint32)513]); clear(@a); }",
      prints: ["1"],
    },
    { script: "begin { @p[(int32 *)8] = 1; @p[(int32 *)16] = 2; print(@p[(int32 *)8]); clear(@p); }", prints: ["1"] },
    {
      script: "begin { @c = count(); @m[@c] = 1; @c = count(); @m[@c] = 2; print(@m[1]); print(@m[2]); clear(@m); }",
      prints: ["1", "2"],
      maps: ["@c: 2"],
    },
    { script: "begin { @n = 2; @m[@n] = 7; @m[@m[2]] = 8; print(@m[7]); clear(@m); }", prints: ["8"], maps: ["@n: 2"] },
    { script: "begin { @m[pid, tid, comm] = 1; print(@m[pid, tid, comm]); clear(@m); }", prints: ["1"] },
  ],
  "no keys of these types": [
    {
      script: "begin { @h = hist(1); @x[@h] = 1; }",
      says: ["1:23-29 ERROR: Value 'hist_t' cannot be used as a map key."],
    },
    {
      script: "begin { @h[1] = hist(1); @x[@h[1]] = 1; }",
      says: ["1:26-35 ERROR: Value 'hist_t' cannot be used as a map key."],
    },
    {
      script: "begin { @s = stats(1); @x[@s] = 1; }",
      says: ["1:24-30 ERROR: Value 'stats_t' cannot be used as a map key."],
    },
    { script: "begin { @x[print(1)] = 1; }", says: ["1:9-21 ERROR: Value 'void' cannot be used as a map key."] },
  ],
  "keys and values grow over all probes": [
    {
      script: "begin { @[1] = 1; print(@[1]); } end { @[5000000000] = 300; print(@[1]); clear(@); }",
      prints: ["1", "1"],
    },
    { script: "begin { @[nsecs] = 1; print(@[1]); clear(@); }", prints: ["0"] },
    {
      script: "begin { @x = 1; @x = 300; @x = -70000; print(@x); @x = 5000000000; print(@x); }",
      prints: ["@x: 5000000000", "@x: 5000000000"],
      maps: ["@x: 5000000000"],
    },
    {
      script: 'begin { @x = "ab"; @x = "abcdef"; print(@x); @x = "a"; print(@x); }',
      prints: ["@x: a", "@x: a"],
      maps: ["@x: a"],
    },
    {
      script: 'begin { @x[1] = (1, "a"); @x[2] = (300, "abc"); print(@x[1]); print(@x[2]); clear(@x); }',
      prints: ["(1, a)", "(300, abc)"],
    },
    {
      script: 'begin { @x = 1; @x = "a"; }',
      says: [
        "1:17-25 ERROR: Type mismatch for @x: trying to assign value of type 'string[2]' when map already has a type 'int8'",
      ],
    },
    {
      script: 'begin { @x[1] = 1; @x[1] = "a"; }',
      says: [
        "1:20-31 ERROR: Type mismatch for @x: trying to assign value of type 'string[2]' when map already has a type 'int8'",
      ],
    },
    {
      script: "begin { @x = 1; } end { @x = (1, 2); }",
      says: [
        "1:25-36 ERROR: Type mismatch for @x: trying to assign value of type '(int8,int8)' when map already has a type 'int8'",
      ],
    },
    { script: "begin { @x = @x + 1; @x = @x + 1; print(@x); }", prints: ["@x: 2"], maps: ["@x: 2"] },
  ],
  "a map that is only read has the value 0": [
    { script: "begin { print(@x); }", says: ["1:15-17 ERROR: Undefined map: @x"] },
    { script: "begin { print(@x[1]); }", prints: ["0"] },
    { script: "begin { @x++; print(sizeof(@x)); }", prints: ["8"], maps: ["@x: 1"] },
  ],
  "uses that need a map": [
    { script: "begin { clear(@m); }", says: ["1:15-17 ERROR: Undefined map: @m"] },
    { script: "begin { zero(@m); }", says: ["1:14-16 ERROR: Undefined map: @m"] },
    { script: "begin { for ($k : @m) { } }", says: ["1:19-21 ERROR: Undefined map: @m"] },
    { script: "begin { @b = 5; @a = @b; print(@a); }", prints: ["@a: 5"], maps: ["@a: 5", "@b: 5"] },
    {
      script: "begin { @b[1] = 5; @a = @b; }",
      says: [
        "1:25-27 ERROR: @b used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)",
      ],
    },
  ],
  "reading an absent key gives zero and makes no entry": [
    {
      script:
        'begin { @b[1] = 5; print(@b[2]); @s[1] = "abc"; print(@s[2]); @t[1] = (1,"a"); print(@t[2]); @y[1] = true; print(@y[2]); @p[1] = (int8*)1; print(@p[2]); print(len(@b) + len(@s) + len(@t) + len(@y) + len(@p)); }',
      prints: ["0", "", "(0, )", "false", "0x0", "5"],
      maps: ["@b[1]: 5", "@p[1]: 0x1", "@s[1]: abc", "@t[1]: (1, a)", "@y[1]: true"],
    },
    {
      script:
        "begin { @x[1] = 3; $a = @x[1]++; $b = ++@x[1]; print(($a, $b)); $c = @x[5]++; $d = --@x[6]; print(($c, $d)); print(@x[5]); @x[7] += 4; print(@x[7]); @x[8] -= 1; print(@x[8]); @x[9] |= 6; print(@x[9]); clear(@x); }",
      prints: ["(3, 5)", "(0, -1)", "1", "4", "-1", "6"],
    },
  ],
  "-k tells of every key that is not there": [
    {
      script: "begin { @b[1] = 5; print(@b[2]); }",
      options: ["-k"],
      prints: ["0"],
      maps: ["@b[1]: 5"],
      says: [
        "1:26-31 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
      ],
    },
    {
      script:
        "begin { @b[1] = 1; $y = 5; print(has_key(@b, 3)); print(@b[$y] + 1); @b[$y] -= 1; $z = @b[9]; @b[10]--; ++@b[11]; @t[1] = (1,2); print(@t[2].1); clear(@b); clear(@t); }",
      options: ["-k"],
      prints: ["false", "1", "0"],
      says: [
        "1:57-63 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:70-76 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:88-93 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:95-103 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:105-113 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:136-141 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
      ],
    },
    {
      script:
        'begin { @b = 1; clear(@b); print(@b); @n++; print(@q); @s[1] = "a"; print(@s[2]); if (@s[3] == "x") { } @d[@d[1]] = 5; }',
      options: ["-k"],
      says: ["1:51-53 ERROR: Undefined map: @q"],
    },
    {
      script: "begin { @b[1] = 1; $t = (1, @b[2]); for ($kv : @b) { print(@b[$kv.0 + 1]); } }",
      options: ["-k"],
      prints: ["0"],
      maps: ["@b[1]: 1"],
      says: [
        "1:29-34 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
        "1:60-73 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
      ],
    },
    {
      script: "begin { @b[1] = 1; $a = delete(@b, 7); $b = delete(@b[8]); print(($a, $b)); }",
      options: ["-k"],
      prints: ["(false, false)"],
      maps: ["@b[1]: 1"],
    },
  ],
  delete: [
    {
      script:
        "begin { @m[1] = 1; $r = delete(@m, 1); $s = delete(@m, 1); print(($r, $s)); @s = 4; $r = delete(@s); print($r); $r = delete(@s); print($r); print(@s); }",
      prints: ["(true, false)", "true", "false", "@s: 0"],
    },
    {
      script:
        "begin { @m[1,2] = 1; print(delete(@m, (1,2))); print(len(@m)); @m[3,4] = 5; delete(@m[3,4]); print(len(@m)); }",
      prints: ["true", "0", "0"],
      says: ["1:77-93 WARNING: Return value discarded."],
    },
    // The reference differs: it says "Success" of reading an entry that is not there.
    {
      script:
        "begin { @c = count(); $a = delete(@c); $b = delete(@c); print((int64)@c); print(($a, $b)); @c = count(); print((int64)@c); }",
      prints: ["0", "(true, false)", "1"],
      maps: ["@c: 1"],
    },
    // The reference differs: it says "Success" of reading an entry that is not there.
    {
      script:
        "begin { @k[1] = count(); @k[1] = count(); @k[2] = count(); print(delete(@k, 1)); print((int64)@k[1]); print(len(@k)); }",
      prints: ["true", "0", "1"],
      maps: ["@k[2]: 1"],
    },
    { script: "begin { @m[1] = 1; delete(@m[1]); }", prints: [], says: ["1:20-33 WARNING: Return value discarded."] },
    // The reference differs: it points into its library.
    {
      script: "begin { @m = 1; $x = delete(@m, 1); }",
      says: ["1:22-35 ERROR: call to delete() with two arguments expects a map with explicit keys (non-scalar map)"],
    },
    // The reference differs: it points into its library.
    {
      script: "begin { @m[1] = 1; $x = delete(@m); }",
      says: ["1:25-35 ERROR: call to delete() with a single argument expects a map without explicit keys (scalar map)"],
    },
  ],
  "has_key and len": [
    {
      script:
        "begin { @m[1] = 1; print(has_key(@m, 1)); print(has_key(@m, 2)); print(len(@m)); @m[2] = 1; print(len(@m)); }",
      prints: ["true", "false", "1", "2"],
      maps: ["@m[1]: 1", "@m[2]: 1"],
    },
    {
      script: 'begin { @m["a", 1] = 1; print(has_key(@m, ("a", 1))); print(has_key(@m, ("a", 2))); }',
      prints: ["true", "false"],
      maps: ["@m[a, 1]: 1"],
    },
    // The reference differs: it points into its library.
    {
      script: "begin { @m = 1; print(has_key(@m, 1)); }",
      says: ["1:23-37 ERROR: call to has_key() expects a map with explicit keys (non-scalar map)"],
    },
    // The reference differs: it points into its library.
    {
      script: "begin { @m = 1; print(len(@m)); }",
      says: ["1:23-30 ERROR: call to len() expects a map with explicit keys (non-scalar map)"],
    },
  ],
  find: [
    {
      script: "begin { @m[1] = 5; print(find(@m, 1, $v)); print($v); }",
      says: ["1:50-52 ERROR: Undefined or undeclared variable: $v"],
    },
    {
      script:
        "begin { @m[1] = 5; $v = 1; if (find(@m, 1, $v)) { print($v); } $r = find(@m, 2, $v); print($v); $i = 1; print(find(@m, $i++, $v)); print($i); }",
      prints: ["5", "5", "true", "2"],
      maps: ["@m[1]: 5"],
    },
    {
      script:
        'begin { @m[1,2] = 5; $v = 1; print(find(@m, (1,2), $v)); print($v); @c["abc"] = count(); print(find(@c, "abc", $v)); print(find(@c, "ab", $v)); print($v); clear(@m); clear(@c); }',
      prints: ["true", "5", "true", "false", "1"],
    },
    {
      script: "begin { @m[1] = 5; $v = 0; find(@m, 1, $v); }",
      maps: ["@m[1]: 5"],
      says: ["1:28-43 WARNING: Return value discarded."],
    },
    // The reference differs: it points into its library, and says where it came from.
    {
      script: 'begin { @m[1] = "abc"; $v = 1; print(find(@m, 1, $v)); }',
      says: [
        "1:38-53 ERROR: Type mismatch for $v: trying to assign value of type 'string[4]' when variable already has a type 'int8'",
      ],
    },
  ],
  "clear and zero happen when user space gets to them": [
    // The reference differs: it leaves small integers in the order of its hash.
    {
      script: "begin { @m[1] = 5; @m[2] = 6; zero(@m); print(@m); clear(@m); print(@m); @m[3] = 7; print(@m); }",
      prints: ["@m[1]: 0", "@m[2]: 0", "@m[3]: 0"],
    },
    {
      script: "begin { @m = 5; print(@m); zero(@m); print(@m); clear(@m); print(@m); }",
      prints: ["@m: 5", "@m: 0", "@m: 0"],
    },
    {
      script: 'begin { @m = "abc"; zero(@m); print(@m); @t = (1, "x"); zero(@t); print(@t); clear(@t); print(@t) }',
      prints: ["@m: ", "@t: (0, )", "@t: (0, )"],
      maps: ["@m: "],
    },
    {
      script: "begin { @ = count(); print(@); clear(@); @ = count(); @ = count(); print(@); zero(@); print(@); }",
      prints: ["@: 3", "@: 0", "@: 0"],
    },
    {
      script: "begin { @c = count(); print(@c); zero(@c); print(@c); } end { @c = count(); }",
      prints: ["@c: 1", "@c: 0"],
      maps: ["@c: 1"],
    },
    {
      script: "begin { @x = 0; print(@x); zero(@x); @y = 3; print(@y); zero(@y); print(@y); }",
      prints: ["@x: 0", "@y: 3", "@y: 0"],
      maps: ["@x: 0", "@y: 0"],
    },
    {
      script: "begin { @a = 1; @b = count(); print(@a); print(@b); clear(@a); clear(@b); print(@a); print(@b); }",
      prints: ["@a: 1", "@b: 1", "@a: 0", "@b: 0"],
    },
    {
      script:
        "begin { @m = min(5); print(@m); clear(@m); @s = stats(4); print(@s); zero(@s); @a = avg(5); print(@a); clear(@a); @u = sum(3); print(@u); clear(@u); }",
      prints: ["@m: 5", "@s: { .count = 1, .average = 4, .total = 4 }", "@a: 5", "@u: 3"],
      maps: ["@s: { .count = 0, .average = 0, .total = 0 }"],
    },
    { script: "begin { clear(1); }", says: ["1:15-16 ERROR: clear() expects a map argument"] },
    {
      script: "begin { zero($x); }",
      says: ["1:14-16 ERROR: Undefined or undeclared variable: $x", "1:14-16 ERROR: zero() expects a map argument"],
    },
  ],
  "printing in a loop is worth a warning": [
    {
      script: "begin { for ($i : 0..2) { @m = $i; print(@m); } }",
      prints: ["@m: 1", "@m: 1"],
      maps: ["@m: 1"],
      says: [
        "1:36-45 WARNING: Due to it's asynchronous nature using 'print()' in a loop can lead to unexpected behavior. The map will likely be updated before the runtime can 'print' it.",
      ],
    },
    {
      script: "begin { @s = stats(4); print(@s, 1); @t[1] = stats(3); print(@t, 1, 2); }",
      prints: ["@s: { .count = 1, .average = 4, .total = 4 }", "@t[1]: { .count = 1, .average = 1, .total = 3 }"],
      maps: ["@s: { .count = 1, .average = 4, .total = 4 }", "@t[1]: { .count = 1, .average = 3, .total = 3 }"],
      says: [
        "1:24-36 WARNING: print()'s top and div arguments are ignored when used on stats() maps.",
        "1:56-71 WARNING: print()'s top and div arguments are ignored when used on stats() maps.",
      ],
    },
    {
      script: "begin { @m = 1; print(@m, 1, 2, 3); }",
      says: ["1:17-35 ERROR: print() takes up to 3 arguments (4 provided)"],
    },
    {
      script: "begin { @m[1] = 1; print(@m[1], 2); }",
      says: ["1:20-35 ERROR: Non-map print() only takes 1 argument, 2 found"],
    },
    { script: "begin { print(1, 2); }", says: ["1:9-20 ERROR: Non-map print() only takes 1 argument, 2 found"] },
  ],
  "a full map tells what it drops": [
    {
      script:
        "let @m = hash(2); begin { @m[1]=1; @m[2]=2; @m[3]=3; print(len(@m)); @m[1] = 5; @m[4] = 5; @m[3]++; @m[3] += 2; clear(@m); }",
      prints: ["2"],
      says: [
        "1:45-52 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:81-90 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:92-99 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:101-111 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
      ],
    },
    {
      script: "let @m = hash(2); begin { for ($i : 0..5) { @m[$i]=1; } clear(@m); }",
      prints: [],
      says: [
        "1:45-53 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:45-53 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)` (3 in all)",
      ],
    },
    {
      script:
        "let @m = percpuhash(2); begin { @m[1] = count(); @m[2] = count(); @m[3] = count(); @m[2] = count(); print(len(@m)); clear(@m); }",
      prints: ["2"],
      says: [
        "1:75-82 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
      ],
    },
    {
      script:
        "config = { max_map_keys = 2 } begin { @[1] = 1; @[2] = 2; @[3] = 3; @c[1] = sum(1); @c[2] = sum(1); @c[3] = sum(1); print(len(@)); clear(@); clear(@c); }",
      prints: ["2"],
      says: [
        "1:59-67 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:109-115 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
      ],
    },
    {
      script:
        'begin { @[1] = 1; @[2] = 2; @c[1] = count(); @h[1] = hist(1); @h[2] = hist(2); @s[1] = "a"; @s[2] = "b"; }',
      env: { BPFTRACE_MAX_MAP_KEYS: "1" },
      maps: [
        "@[1]: 1",
        "@c[1]: 1",
        "@h[1]:",
        "[1]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
        "",
        "@s[1]: a",
      ],
      says: [
        "1:19-27 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:71-78 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:93-104 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
      ],
    },
    { script: "let @m = hash(1); begin { @m[1]=1; @m[2]=2; }", options: ["--no-warnings"], maps: ["@m[1]: 1"] },
  ],
  "declarations of maps": [
    {
      script: "let @m = lruhash(4); begin { for ($i : 0..100) { @m[$i]=1; } print(len(@m) <= 4); clear(@m); }",
      prints: ["true"],
    },
    {
      script:
        "let @m = percpulruhash(4); begin { for ($i : 0..100) { @m[$i] = count(); } print(len(@m) <= 4); clear(@m); }",
      prints: ["true"],
    },
    {
      script: 'let @m = hash(10); let @n = percpuhash(3); begin { @m[1] = 1; @n["a"] = count(); }',
      maps: ["@m[1]: 1", "@n[a]: 1"],
    },
    { script: "let @m = lruhash(2); begin { @m = 1; print(@m); }", prints: ["@m: 1"], maps: ["@m: 1"] },
    { script: "let @m = hash(1); begin { @m = 1; print(@m); }", prints: ["@m: 1"], maps: ["@m: 1"] },
    {
      script: "let @m = hash(2); begin { @m[1] = count(); }",
      says: [
        "1:27-29 ERROR: Incompatible map types. Type from declaration: hash. Type from value/key type: percpuhash",
      ],
    },
    {
      script: "let @m = percpuhash(2); begin { @m[1] = 1; }",
      says: [
        "1:33-35 ERROR: Incompatible map types. Type from declaration: percpuhash. Type from value/key type: hash",
      ],
    },
    {
      script: "let @m = lruhash(2); begin { @m[1] = hist(1); }",
      says: [
        "1:30-32 ERROR: Incompatible map types. Type from declaration: lruhash. Type from value/key type: percpuhash",
      ],
    },
    {
      script: "let @m = foo(2); begin { @m[1] = 1; }",
      says: [
        "1:1-17 ERROR: Invalid bpf map type: foo",
        "HINT: Valid map types: percpulruhash, percpuhash, lruhash, hash, progarray",
      ],
    },
    {
      script: "let @m = hash(-1); begin { @m[1] = 1; }",
      says: ["1:15-16 ERROR: syntax: expected positive integer for map declaration max entries"],
    },
    {
      script: 'let @m = hash("x"); begin { @m[1] = 1; }',
      says: ["1:15-16 ERROR: syntax: expected positive integer for map declaration max entries"],
    },
    { script: "let @m = hash; begin { @m[1] = 1; }", says: ["1:14-15 ERROR: syntax: expected '('"] },
    { script: "let @m = hash(2); begin { print(1); }", prints: ["1"], says: ["1:1-18 WARNING: Unused map: @m"] },
    { script: "let @m = hash(2); let @m = hash(3); begin { @m[1] = 1; }", maps: ["@m[1]: 1"] },
  ],
});
