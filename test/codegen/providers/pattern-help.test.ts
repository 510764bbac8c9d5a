import { expect, test } from "vitest";
import { nearestPatterns } from "../../../codegen/providers/pattern-help.js";

const NAMES = ["do_sys_open", "tcp_sendmsg", "vfs_read", "vfs_readv", "vfs_write", "x"];

test.each([
  ["vfs_raed*", ["vfs_read*"]],
  ["vfs_rad*", ["vfs_read*"]],
  ["vfs_writte*", ["vfs_write*"]],
  ["vsf_rea*", ["vfs_read*"]],
  ["tcp_sedm*", ["tcp_send*"]],
  ["*_sendmgs", ["*_sendmsg"]],
  ["tpc_*", ["tcp_*"]],
  // Nothing is near, or too little is left to tell.
  ["qqqqqq*", []],
  ["vf*", []],
  ["*", []],
  ["vfs_*d", []],
  ["*read*", []],
])("%s may mean %j", (pattern, near) => {
  expect(nearestPatterns(pattern, NAMES)).toEqual(near);
});
