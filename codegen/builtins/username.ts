import { defineBuiltin } from "../language/builtin.js";
import { uid } from "./uid.js";

/** Kept as the number; the name is looked up when it is printed. */
export const username = defineBuiltin({
  name: "username",
  doc: { summary: "Name of the current task's user.", example: "BEGIN { @[username] = count(); exit(); }" },
  type: { kind: "username" },
  lower: uid.lower,
});
