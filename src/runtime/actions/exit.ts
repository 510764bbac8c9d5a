import type { Action } from "./define.js";

export const exit: Action<"exit"> = ({ fields: [code] }, host) => {
  const offset = code?.offset ?? 0;
  return code === undefined ? () => host.exit(0) : (m, at) => host.exit(m.view.getUint8(at + offset));
};
