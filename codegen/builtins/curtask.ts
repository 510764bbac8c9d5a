import { scalar } from "../language/lowering.js";
import { pointer, UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const curtask = defineBuiltin({
  name: "curtask",
  doc: { summary: "Pointer to the current task's task_struct.", example: "BEGIN { print(curtask.pid); exit(); }" },
  type: ({ structs }) => {
    const task = structs.typeNamed("task_struct", "struct");
    return task === undefined ? UINT64 : pointer(task, "kernel");
  },
  lower: (cx) => scalar(cx.b.call("get_current_task", [])),
});
