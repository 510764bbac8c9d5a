import type { Call } from "../../grammar/index.js";
import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineFunction } from "../language/function.js";

export const cgroupid = defineFunction({
  name: "cgroupid",
  takesLongText: true,
  doc: {
    summary: "Id of the cgroup whose directory has that path.",
    example: 'BEGIN { print(cgroup == cgroupid("/sys/fs/cgroup")); exit(); }',
  },
  params: [{ name: "path", kind: "literal", accepts: ["string"] }],
  result: UINT64,
  check: ({ call, facts, bag }) => {
    const path = pathIn(call);
    const found = facts.cgroupId(path);
    const help = () => ({ hints: found.hints ?? [] });
    if (found.kind === "found") {
      if (found.version === 1) bag.warning("cgroupid-version", call.span, { path }, { help });
      return;
    }
    bag.error("cgroupid-failed", call.span, { path, reason: found.reason }, { help });
  },
  lower: (cx, call) => {
    const found = cx.facts.cgroupId(pathIn(call));
    return scalar(cx.b.int(found.kind === "found" ? found.id : 0n));
  },
});

const pathIn = ({ args: [path] }: Call): string => (path?.kind === "string" ? path.value : "");
