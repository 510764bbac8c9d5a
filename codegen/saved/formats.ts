/** How values lie in memory, for those who print them. */
import type { MapValueFormat, PlainFormat, RecordFormatField, ValueFormat } from "../object.js";
import type { Settings } from "../language/aggregation.js";
import type { Language } from "../language/language.js";
import {
  big,
  bool,
  checked,
  type Codec,
  integer,
  lazy,
  list,
  missing,
  nothing,
  optional,
  record,
  recordOf,
  text,
  u32,
  union,
  unionOf,
  word,
} from "../codec/index.js";

type Kind<K> = Extract<ValueFormat, { readonly kind: K }>;

const nested: Codec<ValueFormat> = lazy(() => valueFormat);

/** There are no readers of others. */
const integerBytes = checked(u32, (bytes) => ([1, 2, 4, 8].includes(bytes) ? undefined : "an integer is too long"));

const bits = record<NonNullable<RecordFormatField["bits"]>>({ shift: u32, size: u32 });

export const valueFormat: Codec<ValueFormat> = union<ValueFormat, "kind">("kind", {
  int: record({ bytes: integerBytes, isSigned: bool }),
  bool: nothing,
  enum: record({ bytes: integerBytes, isSigned: bool, names: list(pair(text, text)) }),
  pointer: nothing,
  string: record<Omit<Kind<"string">, "kind">>({ bytes: u32, noTrailer: missing(bool) }),
  buffer: record({ bytes: u32 }),
  array: record({ element: nested, count: u32, stride: u32 }),
  tuple: record({
    bytes: u32,
    elements: list(record<Kind<"tuple">["elements"][number]>({ offset: u32, format: nested })),
  }),
  record: record({
    bytes: u32,
    fields: list(record<RecordFormatField>({ name: text, offset: u32, format: nested, bits: missing(bits) })),
  }),
  stack: record({ isUser: bool, mode: word("bpftrace", "perf", "raw", "build_id"), limit: u32 }),
  inet: nothing,
  ksym: nothing,
  usym: nothing,
  mac: nothing,
  timestamp: nothing,
  username: nothing,
  "cgroup-path": nothing,
  none: nothing,
});

function pair<A, B>(first: Codec<A>, second: Codec<B>): Codec<readonly [A, B]> {
  return {
    write(to, [a, b]) {
      first.write(to, a);
      second.write(to, b);
    },
    read: (from) => [first.read(from), second.read(from)],
  };
}

const plain = record<Omit<PlainFormat, "kind">>({ bytes: u32, format: valueFormat, setFlagOffset: optional(u32) });

/** What the definitions of aggregations have settled, beside what is no aggregation. */
export function mapValueFormat({ functions }: Language): Codec<MapValueFormat> {
  const aggregations = [...functions.values()].flatMap((definition) => {
    if (definition.kind !== "aggregation") return [];
    const settings = definition.settings?.read(() => undefined) ?? {};
    const sign = definition.type.sign === "none" ? {} : { isSigned: bool };
    const own = Object.entries(settings).map(([name, value]) => [name, scalar(value)] as const);
    return [[definition.name, recordOf({ ...sign, ...Object.fromEntries(own) })] as const];
  });
  return unionOf("kind", { plain, ...Object.fromEntries(aggregations) });
}

function scalar(value: Settings[string]): Codec<number> | Codec<bigint> | Codec<string> {
  if (typeof value === "bigint") return big;
  return typeof value === "number" ? integer : text;
}
