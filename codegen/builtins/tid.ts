import { defineTaskId, defineTaskIdIn, threadId } from "./task-ids.js";

const DEFINITION = {
  name: "tid",
  summary: "Thread id of the current task.",
  read: threadId,
} as const;

export const tid = defineTaskId(DEFINITION);
export const tidIn = defineTaskIdIn(DEFINITION);
