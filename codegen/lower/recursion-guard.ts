/**
 * Where a script has probes in the kernel's own locks, none of its programs runs while another of them does on the same
 * CPU: that one may hold the lock that this one would wait for. The kernel itself keeps each from running in itself only.
 *
 *     function 0    leaves when a program is running; calls the body
 *     1 …           the body, and what it calls
 */
import { Builder } from "../ir/builder.js";
import type { IrProgram, Value } from "../ir/ir.js";
import type { TypedProbe, TypedProgram } from "../analysis/typed-program.js";
import type { ModuleState } from "./module.js";
import { probeLabel } from "./probe-label.js";
import { movedBy } from "./session.js";
import { spanOfProbe } from "./probe-span.js";

export const needsGuard = ({ probes }: TypedProgram): boolean =>
  probes.some(({ points }) => points.some(({ isDangerous }) => isDangerous === true));

export function guard(name: string, body: IrProgram, probe: TypedProbe, module: ModuleState): IrProgram {
  const b = new Builder(name, "program", ["context"]);
  b.span = spanOfProbe(probe);
  const [context] = b.params as [Value];
  const returns = b.int(probe.context.returns);
  const key = b.slotAddress(b.slot(4, 4, "zero key"));
  b.store(key, 0, 4, b.int(0));
  b.ifNotNull(b.call("map_lookup_elem", [b.map(module.running()), key]), {
    found: (running) => {
      b.if("ne", b.load(running, 0, 8), b.int(0), {
        then: () => {
          countSkipped(b, key, 8 * module.lossSite({ probe: probeLabel(probe), cause: "recursions" }), module);
          b.exit(returns);
        },
      });
      b.store(running, 0, 8, b.int(1));
      b.callFunction(1, [context]);
      b.store(running, 0, 8, b.int(0));
    },
  });
  b.exit(returns);
  return { functions: [b.finish(), ...movedBy(1, body)] };
}

/** @param offset - of its counter among those of the CPU */
function countSkipped(b: Builder, key: Value, offset: number, module: ModuleState): void {
  b.ifNotNull(b.call("map_lookup_elem", [b.map(module.lossCounters()), key]), {
    found: (counters) => b.store(counters, offset, 8, b.add(b.load(counters, offset, 8), b.int(1))),
  });
}
