/** What lowering and user space must know of each map: its types, declaration and settings (language.md 11.5, 12.2). */
import {
  type AnyNode,
  type Call,
  context,
  type DiagnosticBag,
  didYouMean,
  type Expr,
  forEachChild,
  type Help,
  type MapDeclaration,
  type Span,
} from "../../../grammar/index.js";
import { calledAggregation } from "../../language/aggregation-calls.js";
import type { Settings, SettingsReader } from "../../language/aggregation.js";
import { aggregationNamed } from "../../language/language.js";
import type { DeclaredMapKind, MapInfo } from "../../language/map-info.js";
import { type Type, typeName } from "../../types/type.js";
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
      const hints = [`Valid map types: ${[...KINDS, PROGRAM_ARRAY].join(", ")}`];
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
  const settings = collectSettings(probes, types, input);
  const infos: MapInfo[] = [];
  for (const map of program.maps.values()) {
    if (isUnknown(map.value.type)) continue;
    const declared = declarationOf(input, map);
    const known = input.knownMaps?.get(map.name);
    infos.push({
      name: map.name,
      key: map.isKeyed === true ? map.key.type : undefined,
      value: map.value.type,
      settings: settings.get(map.name)?.settings ?? known?.settings,
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

// ---------------------------------------------------------------- settings

interface Known {
  readonly settings: Settings;
  /** The type of what is aggregated, where it counts. */
  readonly samples: string;
  /** Where the map got them first, for messages. */
  readonly origin: Span;
}

/** The literal parameters of `hist()` and the like, which must be the same wherever a map gets them. */
function collectSettings(
  probes: readonly ProbeBody[],
  types: Types,
  { language, bag }: AnalysisInput,
): ReadonlyMap<string, Known> {
  const found = new Map<string, Known>();
  const visit = (node: AnyNode): void => {
    if (node.kind === "assign" && node.target.kind !== "variable") {
      const call = calledAggregation(language, node.value);
      const reader = call === undefined ? undefined : aggregationNamed(language, call.name)?.settings;
      const name = node.target.kind === "map" ? node.target.name : node.target.map.name;
      if (call !== undefined && reader !== undefined) addSettings(found, name, read(call, reader, types), reader, bag);
    }
    forEachChild(node, visit);
  };
  for (const probe of probes) visit(probe.body);
  return found;
}

function read(call: Call, reader: SettingsReader<Settings>, types: Types): Known {
  const [sample] = call.args;
  const type = sample === undefined || reader.sameSamples !== true ? undefined : types.get(sample);
  const settings = reader.read((index) => {
    const arg = call.args[index];
    return arg !== undefined && isLiteral(arg) ? arg.value : undefined;
  });
  return { settings, samples: type === undefined ? "" : typeName(type), origin: call.span };
}

function addSettings(
  found: Map<string, Known>,
  name: string,
  known: Known,
  { differs }: SettingsReader<Settings>,
  bag: DiagnosticBag,
): void {
  const before = found.get(name);
  if (before === undefined) return void found.set(name, known);
  if (isSame(before, known)) return;
  const help = (): Help => ({ contexts: [context("bucket-origin", before.origin, { name })] });
  bag.error(differs, known.origin, {}, { help });
}

const isSame = (a: Known, b: Known): boolean =>
  a.samples === b.samples && Object.entries(a.settings).every(([name, value]) => b.settings[name] === value);
