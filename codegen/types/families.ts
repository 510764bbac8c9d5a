/** The words that messages use for a type when its size does not matter: "only supports int arguments". */
import type { Type } from "./type.js";
import { typeName } from "./type.js";

export function familyOf(type: Type): string {
  switch (type.kind) {
    case "enum":
      return "int";
    case "aggregation":
    case "ksym":
    case "usym":
    case "mac":
    case "username":
    case "cgroup-path":
      return typeName(type);
    case "timestamp-mode":
      return "timestamp_mode";
    case "struct":
      return "c_type";
    case "stack":
      return type.isUser ? "ustack" : "kstack";
    default:
      return type.kind;
  }
}
