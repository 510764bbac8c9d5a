/** Hubs: programs that find out for whom an event is, and go on there. */
import type { NumberedPoint, TypedProbe } from "../analysis/typed-program.js";
import { Builder } from "../ir/builder.js";
import type { IrProgram, MapIndex } from "../ir/ir.js";
import type { Hub, HubSlot } from "../language/provider.js";
import type { ModuleState } from "./module.js";

export interface LoweredHub {
  readonly hub: Hub;
  readonly name: string;
  readonly ir: IrProgram;
  /** The programs that it goes on to. */
  readonly slots: MapIndex;
}

export interface LoweredHubs {
  readonly hubs: readonly LoweredHub[];
  /** Through which one a point is entered, by its place among them. */
  readonly hubOf: ReadonlyMap<NumberedPoint, number>;
}

/** A tail call does not come back: of several bodies for one slot each has a hub of its own, in the order of the script. */
export function lowerHubs(probes: readonly TypedProbe[], module: ModuleState): LoweredHubs {
  const layers = new Map<string, Layer[]>();
  const hubs: LoweredHub[] = [];
  const hubOf = new Map<NumberedPoint, number>();
  for (const { points } of probes) {
    for (const point of points) {
      if (point.entry === undefined) continue;
      const { number, taken } = layerFor(point.entry, layers, hubs, module);
      taken.add(point.entry.slot);
      hubOf.set(point, number);
    }
  }
  return { hubs, hubOf };
}

/** Of the hubs of one name, those before it in the kernel come first. */
interface Layer {
  readonly number: number;
  readonly taken: Set<number>;
}

function layerFor(
  { hub, slot }: HubSlot,
  layers: Map<string, Layer[]>,
  hubs: LoweredHub[],
  module: ModuleState,
): Layer {
  const own = layers.get(hub.name) ?? [];
  layers.set(hub.name, own);
  const free = own.find(({ taken }) => !taken.has(slot));
  if (free !== undefined) return free;
  const layer = { number: hubs.length, taken: new Set<number>() };
  own.push(layer);
  hubs.push(lowerHub(hub, own.length, module));
  return layer;
}

function lowerHub(hub: Hub, layer: number, module: ModuleState): LoweredHub {
  const name = `${hub.name}_hub_${layer}`;
  const slots = module.addMap({
    name: `${hub.name}_${layer}`,
    type: "prog-array",
    keyBytes: 4,
    valueBytes: 4,
    maxEntries: hub.slots,
  });
  const b = new Builder(name, "program", ["context"]);
  const [context] = b.params;
  if (context === undefined) throw new RangeError("a program without a context");
  const slot = hub.findSlot(b);
  b.call("tail_call", [context, b.map(slots), slot]);
  // The slot is empty.
  b.exit(b.int(hub.returns));
  return { hub, name, ir: { functions: [b.finish()] }, slots };
}
