import { expect, test } from "vitest";
import { warnOfLargeEvents } from "../../../src/core/large-events.js";
import { event, SPAN } from "../runtime/objects.js";

const PAGE = 4096;

test.each([
  [8, 2 * PAGE, undefined],
  [2 * PAGE - 16, 2 * PAGE, undefined],
  [2 * PAGE - 8, 2 * PAGE, 4],
  [2 * PAGE, 2 * PAGE, 4],
  [100_000, PAGE, 32],
])("an event of %i bytes in a ring of %i", (fixedBytes, ringBytes, pages) => {
  const warnings: unknown[] = [];
  warnOfLargeEvents({ events: [event({ fixedBytes })] }, ringBytes, {
    warning: (message, at) => warnings.push([message, at]),
  });
  const room = ringBytes - 16;
  const message = `This sends ${fixedBytes} bytes at once, and the ring buffer has room for ${room}: it will be lost.`;
  const hint = `Try increasing perf_rb_pages config e.g. \`config = { perf_rb_pages = ${pages} }\``;
  expect(warnings).toEqual(pages === undefined ? [] : [[message, { span: SPAN, hint }]]);
});
