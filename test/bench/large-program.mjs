/**
 * A program of C++ with a hundred megabytes, nearly all of it debug information, as such programs are: what the library's templates
 * become in each unit. The compiler runs once; the other units are what it wrote, in namespaces of other names.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./compile.mjs";

const UNIT = `#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <unordered_map>
#include <vector>
namespace unit000 {
struct point { int x; long y; std::string name; };
struct shape { virtual ~shape() {} virtual double area(int scale) const = 0; std::vector<point> points; };
struct circle : shape { double r; double area(int scale) const override { return r * r * scale + points.size(); } };
template <int N> long __attribute__((noinline)) scaled(long a, point p) { return a * N + p.x; }
std::map<std::string, std::unique_ptr<shape>> shapes;
std::unordered_map<int, std::vector<point>> points;
long __attribute__((noinline)) work(int n, const point &p) {
  for (int i = 0; i < n; i++) points[i].push_back(p);
  std::sort(points[0].begin(), points[0].end(), [](const point &a, const point &b) { return a.x < b.x; });
  shapes["circle"] = std::make_unique<circle>();
  std::regex re("[a-z]+([0-9]*)"); std::smatch m; std::regex_match(p.name, m, re);
  std::function<int(int)> f = [&](int k) { return k + p.x; };
  return f(3) + scaled<1>(1, p) + scaled<2>(2, p) + scaled<3>(3, p) + m.size();
}
int run(int n) { point p{n, 2, "abc"}; return work(n, p); }
}
`;

const main = (names) => `
${names.map((name) => `namespace ${name} { int run(int); }`).join("\n")}
struct box { int size; };
#line 1000
extern "C" __attribute__((noinline)) int tick(int a, box *b) { __asm__ volatile(""); return a + b->size; }
int main(int argc, char **) {
  box b = {3};
  for (int i = 0; i < 3; i++) tick(i, &b);
  return argc > 1000 ? ${names.map((name) => `${name}::run(argc)`).join(" + ")} : 0;
}
`;

const FLAGS = ["-std=c++17", "-g", "-O1"];

/** @returns the path of a program with that many units, whose function \`tick\` takes a number and a \`box\` */
export function largeProgram(units) {
  const directory = join(ROOT, ".cache/bench", `units-${units}`);
  const program = join(directory, "program");
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  const run = (command, args) => void execFileSync(command, args, { cwd: directory });
  writeFileSync(join(directory, "unit.cc"), UNIT);
  run("g++", [...FLAGS, "-S", "-o", "unit.s", "unit.cc"]);
  const assembly = readFileSync(join(directory, "unit.s"), "latin1");
  const names = Array.from({ length: units }, (_, i) => `unit${String(i + 1).padStart(3, "0")}`);
  for (const name of names) {
    writeFileSync(join(directory, "one.s"), assembly.replaceAll("unit000", name), "latin1");
    run("as", ["-o", `${name}.o`, "one.s"]);
  }
  writeFileSync(join(directory, "main.cc"), main(names));
  const objects = names.map((name) => `${name}.o`);
  run("g++", [...FLAGS, "-o", "program", "main.cc", ...objects]);
  for (const file of ["unit.s", "one.s", ...objects]) rmSync(join(directory, file));
  return program;
}
