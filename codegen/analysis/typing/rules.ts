import type { Rules } from "./body-typing.js";
import { typeExpr } from "./expressions.js";
import { typeBody } from "./statements.js";

export const RULES: Rules = { typeExpr, typeBody };
