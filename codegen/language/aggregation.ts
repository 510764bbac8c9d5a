/**
 * `count() sum() …`: the whole right side of an assignment to a map (language.md 12). One definition in one file says all that
 * the kernel keeps: how it lies in memory, how an observation is added, how the CPUs come together. How the numbers
 * are shown is said under the same name in `src/output/aggregations`.
 */
import type { Call, Code, MessageArgs } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { AggregationKind, AggregationType, ReadField } from "../types/type.js";
import type { Common } from "./function.js";
import type { Lowering, Place } from "./lowering.js";

/** What the literal arguments say: one and the same for all calls that make a map's values. Plain data: user space gets it. */
export type Settings = Readonly<Record<string, bigint | number | string>>;

/** The literal arguments of a call. One that is missing or wrong is undefined: that was reported, or soon is. */
export type Literals = (index: number) => bigint | string | boolean | undefined;

export interface SettingsReader<S extends Settings> {
  readonly read: (literal: Literals) => S;
  /** What is said of a map with other settings elsewhere. */
  readonly differs: CodeWithoutWords;
  /** The type of what is aggregated must be the same as well. */
  readonly sameSamples?: true;
}

type CodeWithoutWords = { [C in Code]: object extends MessageArgs<C> ? C : never }[Code];

/**
 * What one CPU keeps for one key, in words of 8 bytes: what is allocated (it starts as zeros), and what `bpftool map dump`
 * shows.
 */
export type SlotLayout =
  | { readonly kind: "number" }
  | { readonly kind: "buckets"; readonly count: number }
  | { readonly kind: "struct"; readonly members: readonly ReadField[] };

export function slotBytes(layout: SlotLayout): number {
  if (layout.kind === "number") return 8;
  return 8 * (layout.kind === "buckets" ? layout.count : layout.members.length);
}

export interface Moment {
  readonly now: Value;
  /** The number of the interval, and where its entry is kept: the last part of the key. */
  readonly epoch: Value;
  readonly bucket: Value;
}

export interface Observation<S extends Settings = Settings> {
  readonly call: Call;
  readonly entry: Value;
  readonly type: AggregationType;
  readonly settings: S;
  readonly moment: Moment | undefined;
  /** The first argument. */
  readonly sample: () => Value;
}

/** How the slots of all CPUs become a value in the kernel. */
export interface Reading {
  /** A record of several values; undefined: it is one integer. */
  readonly fields?: readonly ReadField[];
  /** Adds a CPU's slot to `state`, which is laid out like one and starts as zeros. */
  readonly fold: (cx: Lowering, state: Place, entry: Value, type: AggregationType) => void;
  /** The integer, or the values of `fields`. */
  readonly values: (cx: Lowering, state: Place, type: AggregationType) => readonly Value[];
}

export interface AggregationDefinition<S extends Settings = Settings> extends Common {
  readonly kind: "aggregation";
  readonly type: AggregationKind;
  readonly settings: SettingsReader<S> | undefined;
  /** A call for the message that asks for one. */
  readonly sample: string;
  layout(settings: S): SlotLayout;
  /** Where an observation belongs in time: the map has entries of their own for that. */
  moment?(cx: Lowering, settings: S): Moment;
  /** A sample with effects comes before the key of the map; otherwise the key comes first (as in the reference). */
  readonly samplesFirst?: boolean;
  /** Adds one observation to `entry`, this CPU's slot of the map value. */
  update(cx: Lowering, observation: Observation<S>): void;
  readonly reading?: Reading;
}

type Given<S extends Settings, Sign extends AggregationKind["sign"]> = Omit<
  AggregationDefinition<NoInfer<S>>,
  "kind" | "type" | "settings"
> & { readonly sign: Sign; readonly settings?: SettingsReader<S> };

export type DefinedAggregation<
  S extends Settings = Settings,
  Sign extends AggregationKind["sign"] = AggregationKind["sign"],
> = AggregationDefinition<S> & { readonly type: { readonly sign: Sign } };

/** No literal arguments. */
export type NoSettings = Readonly<Record<never, never>>;

export function defineAggregation<const Sign extends AggregationKind["sign"], S extends Settings = NoSettings>({
  sign,
  settings,
  ...definition
}: Given<S, Sign>): DefinedAggregation<S, Sign> {
  const { name, reading, moment } = definition;
  const reads = reading === undefined ? undefined : (reading.fields ?? ("integer" as const));
  const type = { name, sign, reads, isSeries: moment !== undefined } as const;
  return { kind: "aggregation", settings, ...definition, type };
}
