import type { Action } from "./define.js";

export const unwatch: Action<"unwatch"> = ({ fields: [address] }, host) => {
  const offset = address?.offset ?? 0;
  return (m, at) => host.unwatch(m.view.getBigUint64(at + offset, true));
};
