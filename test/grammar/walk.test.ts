import { expect, test } from "vitest";
import { children, copy, mapChildren, rewrite, visit, type AnyNode } from "../../grammar/index.js";
import { parseText, shape } from "./support.js";

const SCRIPT = `
config = { a = 1 } import "x";
let @m = hash(1);
macro f($a, @b, c) { c }
prog p { 1 }
begin, end / pid == 1 / {
  let $x: struct s *[2] = (typeof($q))1;
  @m[1, 2] += f($x, -$y ? 1 : (a = { 2 }));
  for ($i : 0..5) { while ($i) { unroll (2) { $z++; _ = sizeof(int8); break; } } return 5; }
  if comptime (1) { offsetof(struct s, a) } else { typeinfo($x.a[3]); m(typeof(int8)) }
}`;

const nodesOf = (root: AnyNode): AnyNode[] => {
  const found: AnyNode[] = [];
  visit(root, (node) => void found.push(node));
  return found;
};

const { program, messages } = parseText(SCRIPT);

test("the script is valid", () => expect(messages).toEqual([]));

test("children come in the order of the source", () => {
  visit(program, (node) => {
    if (node.kind === "program" || node.kind === "cast") return;
    const starts = children(node).map((child) => child.span.start);
    expect.soft(starts, node.kind).toEqual([...starts].sort((a, b) => a - b));
  });
});

test("visit can leave out what is below a node", () => {
  const kinds: string[] = [];
  visit(program, (node) => {
    kinds.push(node.kind);
    return node.kind !== "block";
  });
  expect(kinds).not.toContain("let");
  expect(kinds).toContain("macro");
});

test("a copy is equal and shares no node", () => {
  const copied = copy(program);
  expect(copied).toEqual(program);
  const originals = new Set(nodesOf(program));
  expect(nodesOf(copied).filter((node) => originals.has(node))).toEqual([]);
});

test("a rewrite that changes nothing gives back the same nodes", () => {
  expect(rewrite(program, (node) => node)).toBe(program);
  expect(mapChildren(program, (node) => node)).toBe(program);
});

test("a rewrite replaces nodes from the leaves up, and leaves the rest alone", () => {
  const rewritten = rewrite(program, (node) => (node.kind === "variable" ? { ...node, name: "$new" } : node));
  const names = nodesOf(rewritten).flatMap((node) => (node.kind === "variable" ? [node.name] : []));
  expect(new Set(names)).toEqual(new Set(["$new"]));
  expect(shape(program)).toContain("$x");
  const unchanged = nodesOf(rewritten).find((node) => node.kind === "config");
  expect(unchanged).toBe(program.config);
});
