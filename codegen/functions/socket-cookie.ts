import { scalar } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import { typeName, UINT64 } from "../types/type.js";
import { type CallCheck, defineFunction, firstArgument } from "../language/function.js";

export const socketCookie = defineFunction({
  name: "socket_cookie",
  doc: {
    summary: "The number that tells a socket from all others.",
    example: "rawtracepoint:inet_sock_set_state { @[socket_cookie(args.sk)] = count(); }",
  },
  params: [{ name: "socket", kind: "value" }],
  result: UINT64,
  check: checkSocket,
  lower: (cx, call) => scalar(cx.b.call("get_socket_cookie", [cx.value(firstArgument(call))])),
});

/** The kernel has to know what the pointer points to: it does where programs are typed. */
function checkSocket({ call, context, typeOf, bag }: CallCheck): void {
  const { name, span } = call;
  const type = typeOf(firstArgument(call));
  if (!context.isTyped) {
    bag.error("function-probe-type", span, { name, probeType: context.provider });
  } else if (type.kind !== "pointer") {
    bag.error("argument-type", span, { name, wanted: "pointer", given: familyOf(type) });
  } else if (typeName(type) !== "struct sock *") {
    bag.error("socket-argument", span, { type: typeName(type) });
  }
}
