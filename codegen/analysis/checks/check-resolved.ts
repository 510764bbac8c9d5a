/** What has no type although nothing was wrong: types that only depend on themselves. */
import type { DiagnosticBag } from "../../../grammar/index.js";
import type { Names } from "../folding/locks.js";
import { similarMap } from "../names/similar-names.js";
import { isUnknown } from "../names/slots.js";

export function checkResolved({ variables, maps }: Names, bag: DiagnosticBag): void {
  for (const [node, { slot, createdBy }] of variables) {
    if (isUnknown(slot.type) && node !== createdBy) bag.error("variable-type-unresolved", node.span, {});
  }
  for (const { name, span, value } of maps.values()) {
    if (isUnknown(value.type)) bag.error("map-undefined", span, { name }, { help: () => similarMap(name, maps) });
  }
}
