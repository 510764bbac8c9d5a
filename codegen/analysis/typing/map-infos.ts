/** What lowering and user space must know of each map: its types, declaration and buckets (language.md 11.5, 12.2). */
import {
  type AnyNode,
  type Call,
  context,
  type DiagnosticBag,
  didYouMean,
  type Expr,
  type Extra,
  forEachChild,
  type Help,
  type MapDeclaration,
  type Span,
} from "../../../grammar/index.js";
import { calledAggregation } from "../../language/aggregation-calls.js";
import type { DeclaredMapKind, MapInfo, SeriesBounds } from "../../language/map-info.js";
import { type Type, typeName } from "../../types/type.js";
import { seriesBounds } from "../../vocabulary/series.js";
import { isLiteral } from "../folding/literal.js";
import type { AnalysisInput, ProbeBody } from "../input.js";
import type { Maps } from "../names/maps.js";
import { isUnknown, type MapSlot } from "../names/slots.js";
import { isProgramArray, PROGRAM_ARRAY } from "../names/tail-calls.js";
import type { ProgramTyping } from "./body-typing.js";

/** As the hint lists them. */
const KINDS: readonly DeclaredMapKind[] = ["percpulruhash", "percpuhash", "lruhash", "hash"];

const PER_CPU: ReadonlySet<DeclaredMapKind> = new Set(["percpuhash", "percpulruhash"]);

type Types = ReadonlyMap<Expr, Type>;

const isKind = (text: string): text is DeclaredMapKind => (KINDS as readonly string[]).includes(text);

export function checkMapDeclarations(declarations: readonly MapDeclaration[], maps: Maps, bag: DiagnosticBag): void {
  for (const declaration of declarations) {
    const { map, mapKind, span, entries } = declaration;
    if (isProgramArray(declaration)) {
      if (entries === 0n) bag.error("program-array-empty", span, { map });
    } else if (!isKind(mapKind)) {
      const hints = [`Valid map types: ${KINDS.join(", ")}`];
      const help = (): Help => ({ hints: didYouMean(mapKind, [...KINDS, PROGRAM_ARRAY]) });
      bag.error("map-kind-unknown", span, { name: mapKind }, { hints, help });
    }
    if (!maps.has(map)) bag.warning("map-unused", span, { name: map });
  }
}

/** In the order of first appearance; maps whose type could not be found are left out, that was reported. */
export function mapInfos(
  input: AnalysisInput,
  program: ProgramTyping,
  probes: readonly ProbeBody[],
  types: Types,
): readonly MapInfo[] {
  const buckets = collectBuckets(probes, types, input);
  const infos: MapInfo[] = [];
  for (const map of program.maps.values()) {
    if (isUnknown(map.value.type)) continue;
    const declared = declarationOf(input, map);
    const known = input.knownMaps?.get(map.name);
    infos.push({
      name: map.name,
      key: map.isKeyed === true ? map.key.type : undefined,
      value: map.value.type,
      histBits: buckets.histBits.get(map.name) ?? known?.histBits ?? 0,
      lhist: buckets.lhist.get(map.name) ?? known?.lhist,
      tseries: buckets.tseries.get(map.name)?.bounds ?? known?.tseries,
      declared,
      span: map.span,
    });
  }
  return infos;
}

function declarationOf({ mapDeclarations, bag }: AnalysisInput, map: MapSlot): MapInfo["declared"] {
  const declaration = mapDeclarations.find((d) => d.map === map.name);
  if (map.programs !== undefined) {
    return { kind: PROGRAM_ARRAY, entries: Number(map.programs.entries), span: map.programs.span };
  }
  if (declaration === undefined || !isKind(declaration.mapKind)) return undefined;
  const isPerCpu = map.value.type.kind === "aggregation";
  if (PER_CPU.has(declaration.mapKind) !== isPerCpu) {
    const used = isPerCpu ? "percpuhash" : "hash";
    const contexts = [context("variable-origin", declaration.span, { how: "declaration" })];
    bag.error("map-kind-mismatch", map.span, { declared: declaration.mapKind, used }, { help: () => ({ contexts }) });
  }
  return { kind: declaration.mapKind, entries: Number(declaration.entries), span: declaration.span };
}

// ---------------------------------------------------------------- buckets

interface Buckets {
  readonly histBits: Map<string, number>;
  readonly lhist: Map<string, NonNullable<MapInfo["lhist"]>>;
  readonly tseries: Map<string, Series>;
  /** Where each map got its own, for messages. */
  readonly places: Map<string, Span>;
}

interface Series {
  readonly bounds: SeriesBounds;
  /** Of what is aggregated. */
  readonly type: string;
}

/** The literal parameters of `hist()` and the like, which must be the same wherever a map gets them. */
function collectBuckets(probes: readonly ProbeBody[], types: Types, { language, bag }: AnalysisInput): Buckets {
  const buckets: Buckets = { histBits: new Map(), lhist: new Map(), tseries: new Map(), places: new Map() };
  const visit = (node: AnyNode): void => {
    if (node.kind === "assign" && node.target.kind !== "variable") {
      const call = calledAggregation(language, node.value);
      const name = node.target.kind === "map" ? node.target.name : node.target.map.name;
      if (call?.name === "hist") addHist(buckets, name, call, bag);
      if (call?.name === "lhist") addLhist(buckets, name, call, bag);
      if (call?.name === "tseries") addSeries(buckets, name, call, types, bag);
      if (call !== undefined && !buckets.places.has(name)) buckets.places.set(name, call.span);
    }
    forEachChild(node, visit);
  };
  for (const probe of probes) visit(probe.body);
  return buckets;
}

const integer = (call: Call, index: number): bigint => {
  const arg = call.args[index];
  return arg?.kind === "integer" ? arg.value : 0n;
};

/** What the message shows of a map that has other parameters elsewhere. */
function others({ places }: Buckets, name: string): Extra {
  const place = places.get(name);
  return { help: () => ({ contexts: place === undefined ? [] : [context("bucket-origin", place, { name })] }) };
}

function addHist(buckets: Buckets, name: string, call: Call, bag: DiagnosticBag): void {
  const bits = Number(integer(call, 1));
  const before = buckets.histBits.get(name);
  if (before !== undefined && before !== bits) bag.error("hist-differs", call.span, {}, others(buckets, name));
  buckets.histBits.set(name, bits);
}

function addLhist(buckets: Buckets, name: string, call: Call, bag: DiagnosticBag): void {
  const range = { min: integer(call, 1), max: integer(call, 2), step: integer(call, 3) };
  const before = buckets.lhist.get(name);
  if (before !== undefined && (before.min !== range.min || before.max !== range.max || before.step !== range.step)) {
    bag.error("lhist-differs", call.span, {}, others(buckets, name));
  }
  buckets.lhist.set(name, range);
}

function addSeries(buckets: Buckets, name: string, call: Call, types: Types, bag: DiagnosticBag): void {
  const [value] = call.args;
  const type = value === undefined ? undefined : types.get(value);
  const bounds = seriesBounds((index) => {
    const arg = call.args[index];
    return arg !== undefined && isLiteral(arg) ? arg.value : undefined;
  });
  const series = { bounds, type: type === undefined ? "" : typeName(type) };
  const before = buckets.tseries.get(name);
  if (before !== undefined && !isSameSeries(before, series))
    bag.error("tseries-differs", call.span, {}, others(buckets, name));
  buckets.tseries.set(name, series);
}

const isSameSeries = (a: Series, b: Series): boolean =>
  a.type === b.type &&
  a.bounds.intervalNs === b.bounds.intervalNs &&
  a.bounds.intervals === b.bounds.intervals &&
  a.bounds.how === b.bounds.how;
