import { processId } from "../vocabulary/task-ids.js";
import { defineTaskId, defineTaskIdIn } from "./parts/task-ids.js";

const DEFINITION = {
  name: "pid",
  summary: "Process id (thread group id) of the current task.",
  read: processId,
} as const;

export const pid = defineTaskId(DEFINITION);
export const pidIn = defineTaskIdIn(DEFINITION);
