/** `-l`: goals against an empty Node, because nothing is compiled. Kernel functions want a kernel that lists them. */
const goals = { "empty node": { wall: 1.5, CPU: 1.5 } };

export const LISTINGS = {
  "list kernel functions": { args: () => ["-l", "kprobe:*"], goals },
  "list tracepoints": { args: () => ["-l", "tracepoint:*"], goals },
};
