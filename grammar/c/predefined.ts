/** What a C compiler for Linux on x86-64 defines by itself, and the headers that come with it. */
import type { DynamicMacro } from "./macro-expander.js";
import { positionOf } from "../source.js";
import { DEFINITIONS_NAME } from "./definitions-text.js";
import type { CToken } from "./token.js";

/** Types and limits as gcc has them; numbers are written so that scripts can use them, too (language.md 4.2). */
export const PREDEFINED = `
#define __STDC__ 1
#define __STDC_VERSION__ 201710
#define __STDC_HOSTED__ 1
#define __STDC_UTF_16__ 1
#define __STDC_UTF_32__ 1
#define __GNUC__ 12
#define __GNUC_MINOR__ 2
#define __GNUC_PATCHLEVEL__ 0
#define __GNUC_STDC_INLINE__ 1
#define __VERSION__ "12.2.0"
#define __OPTIMIZE__ 1
#define __ELF__ 1
#define __LP64__ 1
#define _LP64 1
#define __linux 1
#define __linux__ 1
#define __gnu_linux__ 1
#define linux 1
#define __unix 1
#define __unix__ 1
#define unix 1
#define __amd64 1
#define __amd64__ 1
#define __x86_64 1
#define __x86_64__ 1
#define __SSE__ 1
#define __SSE2__ 1
#define __CHAR_BIT__ 8
#define __BIGGEST_ALIGNMENT__ 16
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __ORDER_PDP_ENDIAN__ 3412
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_INT__ 4
#define __SIZEOF_LONG__ 8
#define __SIZEOF_LONG_LONG__ 8
#define __SIZEOF_INT128__ 16
#define __SIZEOF_FLOAT__ 4
#define __SIZEOF_DOUBLE__ 8
#define __SIZEOF_LONG_DOUBLE__ 16
#define __SIZEOF_FLOAT128__ 16
#define __SIZEOF_POINTER__ 8
#define __SIZEOF_PTRDIFF_T__ 8
#define __SIZEOF_SIZE_T__ 8
#define __SIZEOF_WCHAR_T__ 4
#define __SIZEOF_WINT_T__ 4
#define __SCHAR_WIDTH__ 8
#define __SHRT_WIDTH__ 16
#define __INT_WIDTH__ 32
#define __LONG_WIDTH__ 64
#define __LONG_LONG_WIDTH__ 64
#define __PTRDIFF_WIDTH__ 64
#define __SIZE_WIDTH__ 64
#define __WCHAR_WIDTH__ 32
#define __WINT_WIDTH__ 32
#define __INTMAX_WIDTH__ 64
#define __INTPTR_WIDTH__ 64
#define __SCHAR_MAX__ 127
#define __SHRT_MAX__ 32767
#define __INT_MAX__ 2147483647
#define __LONG_MAX__ 9223372036854775807L
#define __LONG_LONG_MAX__ 9223372036854775807LL
#define __PTRDIFF_MAX__ 9223372036854775807L
#define __SIZE_MAX__ 18446744073709551615UL
#define __WCHAR_MAX__ 2147483647
#define __WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
#define __WINT_MAX__ 4294967295U
#define __WINT_MIN__ 0U
#define __INTMAX_MAX__ 9223372036854775807L
#define __UINTMAX_MAX__ 18446744073709551615UL
#define __INTPTR_MAX__ 9223372036854775807L
#define __UINTPTR_MAX__ 18446744073709551615UL
#define __SIZE_TYPE__ long unsigned int
#define __PTRDIFF_TYPE__ long int
#define __WCHAR_TYPE__ int
#define __WINT_TYPE__ unsigned int
#define __INTMAX_TYPE__ long int
#define __UINTMAX_TYPE__ long unsigned int
#define __INTPTR_TYPE__ long int
#define __UINTPTR_TYPE__ long unsigned int
#define __CHAR16_TYPE__ short unsigned int
#define __CHAR32_TYPE__ unsigned int
#define __INTMAX_C(c) c ## L
#define __UINTMAX_C(c) c ## UL
#define __USER_LABEL_PREFIX__
#define __REGISTER_PREFIX__
#define __FLT_EVAL_METHOD__ 0
#define __FLT_RADIX__ 2
${exactTypes()}
`;

function exactTypes(): string {
  const rows = [
    { bits: 8, type: "signed char", suffix: "", fast: "signed char" },
    { bits: 16, type: "short int", suffix: "", fast: "long int" },
    { bits: 32, type: "int", suffix: "", fast: "long int" },
    { bits: 64, type: "long int", suffix: "L", fast: "long int" },
  ];
  return rows
    .map(({ bits, type, suffix, fast }) => {
      const unsigned = (text: string): string => `unsigned ${text.replace("signed ", "")}`;
      const max = 2n ** BigInt(bits - 1) - 1n;
      const unsignedMax = 2n ** BigInt(bits) - 1n;
      const unsignedSuffix = bits < 32 ? "" : `U${suffix}`;
      return `
#define __INT${bits}_TYPE__ ${type}
#define __UINT${bits}_TYPE__ ${unsigned(type)}
#define __INT${bits}_MAX__ ${max}${suffix}
#define __UINT${bits}_MAX__ ${unsignedMax}${unsignedSuffix}
#define __INT${bits}_C(c) c${suffix === "" ? "" : ` ## ${suffix}`}
#define __UINT${bits}_C(c) c${unsignedSuffix === "" ? "" : ` ## ${unsignedSuffix}`}
#define __INT_LEAST${bits}_TYPE__ ${type}
#define __UINT_LEAST${bits}_TYPE__ ${unsigned(type)}
#define __INT_LEAST${bits}_MAX__ ${max}${suffix}
#define __UINT_LEAST${bits}_MAX__ ${unsignedMax}${unsignedSuffix}
#define __INT_FAST${bits}_TYPE__ ${fast}
#define __UINT_FAST${bits}_TYPE__ ${unsigned(fast)}`;
    })
    .join("");
}

/** Used where the machine has no compiler. */
export const COMPILER_HEADERS: Readonly<Record<string, string>> = {
  "stddef.h": `#pragma once
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;
typedef struct { long long __a; long double __b; } max_align_t;
#define NULL ((void *)0)
#define offsetof(t, m) __builtin_offsetof(t, m)
`,
  "stdarg.h": `#pragma once
typedef __builtin_va_list va_list;
typedef __builtin_va_list __gnuc_va_list;
`,
  "stdbool.h": `#pragma once
#define bool _Bool
#define true 1
#define false 0
#define __bool_true_false_are_defined 1
`,
  "stdalign.h": `#pragma once
#define alignas _Alignas
#define alignof _Alignof
`,
  "stdnoreturn.h": "#define noreturn _Noreturn\n",
  "float.h": "",
  "limits.h": `#pragma once
#define CHAR_BIT 8
#define SCHAR_MIN (-128)
#define SCHAR_MAX 127
#define UCHAR_MAX 255
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#define SHRT_MIN (-32768)
#define SHRT_MAX 32767
#define USHRT_MAX 65535
#define INT_MIN (-INT_MAX - 1)
#define INT_MAX 2147483647
#define UINT_MAX 4294967295
#define LONG_MIN (-LONG_MAX - 1)
#define LONG_MAX 9223372036854775807
#define ULONG_MAX 18446744073709551615
#define LLONG_MIN LONG_MIN
#define LLONG_MAX LONG_MAX
#define ULLONG_MAX ULONG_MAX
`,
  "stdint.h": `#pragma once
${[8, 16, 32, 64]
  .map((bits) => `typedef __INT${bits}_TYPE__ int${bits}_t;\ntypedef __UINT${bits}_TYPE__ uint${bits}_t;\n`)
  .join("")}typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
`,
};

/** Defined as 1 when the kernel's types are known. Asking for them is not free, so nobody does before a script does. */
export const KERNEL_TYPES = "BPFTRACE_HAVE_BTF";

export interface Surroundings {
  /** How many files lie around the one that is read. */
  readonly depth: () => number;
  readonly hasKernelTypes: () => boolean;
}

export function dynamicMacros({ depth, hasKernelTypes }: Surroundings): Map<string, DynamicMacro> {
  let counter = 0;
  const number = (use: CToken, value: number): CToken => ({ ...use, kind: "number", text: String(value) });
  const string = (use: CToken, text: string): CToken => ({ ...use, kind: "string", text: JSON.stringify(text) });
  return new Map<string, DynamicMacro>([
    ["__LINE__", (use) => number(use, positionOf(use.file, use.at).line)],
    ["__FILE__", (use) => string(use, use.file.name)],
    ["__FILE_NAME__", (use) => string(use, use.file.name.slice(use.file.name.lastIndexOf("/") + 1))],
    ["__BASE_FILE__", (use) => string(use, DEFINITIONS_NAME)],
    ["__COUNTER__", (use) => number(use, counter++)],
    [KERNEL_TYPES, (use) => (hasKernelTypes() ? number(use, 1) : use)],
    ["__INCLUDE_LEVEL__", (use) => number(use, depth())],
    // The same script has the same meaning tomorrow.
    ["__DATE__", (use) => string(use, "Jan  1 1970")],
    ["__TIME__", (use) => string(use, "00:00:00")],
  ]);
}
