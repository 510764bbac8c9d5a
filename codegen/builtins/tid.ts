import { threadId } from "../vocabulary/task-ids.js";
import { defineTaskId, defineTaskIdIn } from "./parts/task-ids.js";

const DEFINITION = {
  name: "tid",
  summary: "Thread id of the current task.",
  read: threadId,
} as const;

export const tid = defineTaskId(DEFINITION);
export const tidIn = defineTaskIdIn(DEFINITION);
