import { expect, test } from "vitest";
import { DiagnosticBag, format, parse, type Comment } from "../../grammar/index.js";
import { ACCEPTED_BODIES } from "./accepted-bodies.js";
import { meaning, parseText, summary } from "./support.js";

function formatText(text: string): string {
  const bag = new DiagnosticBag();
  const comments: Comment[] = [];
  const program = parse({ name: "stdin", text }, bag, comments);
  expect.soft(bag.all.map(summary), text).toEqual([]);
  return format(program, comments);
}

/** Formats, and checks that doing it again changes nothing. */
function check(text: string, expected: string): void {
  const formatted = formatText(text);
  expect.soft(formatted, text).toBe(expected);
  expect.soft(formatText(formatted), text).toBe(formatted);
}

const checkBody = (body: string, ...lines: readonly string[]): void =>
  check(`begin { ${body} }`, ["begin", "{", ...lines.map((line) => `  ${line}`), "}", ""].join("\n"));

test("probes: everything in the head has its own line", () => {
  check("begin{}", "begin\n{}\n");
  check("BEGIN,  end , interval:s:1 / pid==1/{exit();}", "BEGIN,\nend,\ninterval:s:1\n/pid == 1/\n{\n  exit();\n}\n");
  check("kprobe:f / *$p / { }", "kprobe:f\n/ *$p/\n{}\n");
  check('uprobe:"/a b":f { 1 }', 'uprobe:"/a b":f\n{\n  1;\n}\n');
});

test("the parts before the probes", () => {
  check(
    '#!/bin/x\n#include <a.h>\nstruct a { int b;   };\nconfig={max_strlen=0x10;license="GPL v2";stack_mode="perf";a=true;b="true"}\nimport   "x";let @m=hash( 1_000 )\nmacro m(a,$b){a}prog  p\n{f();}prog q{ }',
    `#!/bin/x
#include <a.h>
struct a { int b;   };
config = {
  max_strlen = 0x10;
  license = "GPL v2";
  stack_mode = perf;
  a = true;
  b = "true";
}
import "x";
let @m = hash(1_000);
macro m(a, $b)
{
  a
}
prog p {
  f();
}
prog q {}
`,
  );
});

test("statements", () => {
  checkBody("$x=1;@m[1,2]=$x;@n[(3,)]=4;", "$x = 1;", "@m[1, 2] = $x;", "@n[(3,)] = 4;");
  checkBody(
    "let $x:int32=5;let $y:struct s*;let $z:int8[4];",
    "let $x : int32 = 5;",
    "let $y : struct s*;",
    "let $z : int8[4];",
  );
  checkBody("_=f();return;return 1;break;continue;", "_ = f();", "return;", "return 1;", "break;", "continue;");
  checkBody("if(1){2}else if($x){3}else{}", "if 1 {", "  2;", "} else if $x {", "  3;", "} else {}");
  checkBody("if(pid==1){f()};", "if (pid == 1) {", "  f();", "};");
  checkBody("if comptime (x) { 1 } 2", "if comptime x {", "  1;", "}", "2;");
  checkBody("while($x<3){$x++}", "while ($x < 3) {", "  $x++;", "}");
  checkBody("for($x:0..($y+1)){}for $kv:@m{}", "for $x : 0..($y + 1) {}", "for $kv : @m {}");
  checkBody("while($x){}while($x.y){}while f(1){}", "while $x {}", "while $x.y {}", "while f(1) {}");
  checkBody("unroll(3){f();}", "unroll (3) {", "  f();", "}");
  checkBody('import "x";', 'import "x";');
  checkBody("{1}{2};3", "{", "  1;", "}", "{", "  2;", "}", "3;");
});

test("compound assignments", () => {
  checkBody(
    "$x=$x+1;@m[1]=@m[1]*(2+3);$x=1+$x;$x=$y+1;",
    "$x += 1;",
    "@m[1] *= 2 + 3;",
    "$x = 1 + $x;",
    "$x = $y + 1;",
  );
  checkBody("@m[1] = @m[2] + 1; $x = $x && 1;", "@m[1] = @m[2] + 1;", "$x = $x && 1;");
});

test("expressions", () => {
  checkBody("$x=1+2*3;", "$x = 1 + (2 * 3);");
  checkBody("$x=1-2-3;", "$x = (1 - 2) - 3;");
  checkBody("$x=a&&b&&(c&&d)||e;", "$x = (a && b && (c && d)) || e;");
  checkBody("$x=a==1&&b==2;", "$x = a == 1 && b == 2;");
  checkBody("$x=a<b<c==d;$y=a==(b<c);$z=(a==b)+1;", "$x = a < b < c == d;", "$y = a == (b < c);", "$z = (a == b) + 1;");
  checkBody("$x=-$y+ - -1+!!$z;", "$x = ((-$y) + (-(-1))) + (!(!$z));");
  checkBody("$x=(int32)$y+(struct s*)(1+2);", "$x = ((int32)$y) + ((struct s*)(1 + 2));");
  checkBody("$x=(int8)(++$y);", "$x = (int8)(++$y);");
  checkBody("$x=a->b->c[1].0;", "$x = a.b.c[1].0;");
  checkBody("$x=(*$p).f;$y=(-$q)[1];$z=(@m)[2];", "$x = (*$p).f;", "$y = (-$q)[1];", "$z = (@m)[2];");
  checkBody("$x=a?:b;$y=a?b:c?d:e;", "$x = a ? a : b;", "$y = a ? b : (c ? d : e);");
  checkBody("($x==1)?f():g();($x)?1:2;", "($x == 1) ? f() : g();", "($x) ? 1 : 2;");
  checkBody("f((),(1,),(1,2),(a=1,b=2));", "f((), (1,), (1, 2), (a=1, b=2));");
  checkBody("f(sizeof((comm)),sizeof(int8),typeof($y));", "f(sizeof((comm)), sizeof(int8), typeof($y));");
  checkBody("f(offsetof(struct s,a.b),typeinfo($x));", "f(offsetof(struct s, a.b), typeinfo($x));");
  checkBody("f(0x1F,1_000,010,2e3,5ms,$1,$#,true);", "f(0x1F, 1_000, 010, 2e3, 5ms, $1, $#, true);");
  checkBody("$x={let $y=1;$y};", "$x = {", "  let $y = 1;", "  $y", "};");
  checkBody("$x={1};f({a});", "$x = { 1 };", "f({ a });");
  checkBody("$x={/* c */1};", "$x = {", "  // c", "  1", "};");
  checkBody("$x=if a {1}else{f();2};", "$x = if a {", "  1", "} else {", "  f();", "  2", "};");
  checkBody("$x=if(a){1}else{2};", "$x = if a { 1 } else { 2 };");
});

test("strings are escaped in one way", () => {
  checkBody(
    String.raw`f("\n\t\r\"\\\101\x1\377", "` + "\xc3\xa9" + `	")`,
    String.raw`f("\n\t\r\"\\A\x01\xff", "` + "\xc3\xa9" + String.raw`\t");`,
  );
});

test("an operator after braces keeps its semicolon", () => {
  checkBody("if (1) { 2 }; -1;", "if 1 {", "  2;", "};", "-1;");
  checkBody("if (1) { 2 }; (3);", "if 1 {", "  2;", "}", "3;");
});

test("long argument lists break after commas", () => {
  checkBody(
    'printf("%s %s %s %s %s %s\\n", str(args.filename), comm, pid, tid, ustack(perf, 10), elapsed);',
    'printf("%s %s %s %s %s %s\\n", str(args.filename), comm, pid, tid,',
    "       ustack(perf, 10), elapsed);",
  );
});

test("comments become lines of their own", () => {
  check(
    `// top
/* one
 * two
 */

begin, /* three */ end // four
/ 1 /* five */ / { // six
  $x = 1; // seven
  /*eight*/ f(/* nine */ 1);
  // ten
}
/**/
// eleven`,
    `// top
// one
// two

begin,
// three
end
// four
/1/
// five
{
  // six
  $x = 1;
  // seven
  // eight
  // nine
  f(1);
  // ten
}
//
// eleven
`,
  );
});

test("comments in C definitions stay where they are", () => {
  check(
    "struct /* a */ s { // b\n int c; /* d */ } __attribute__((packed)) /* e */;\n// f\nbegin { }",
    "struct /* a */ s { // b\n int c; /* d */ } __attribute__((packed)) /* e */;\n// f\nbegin\n{}\n",
  );
});

test("runs of blank lines between statements and items are kept", () => {
  check(
    "#define A 1\n\n\nbegin { \n\n $x = 1;\n\n\n\n$y = 2;\n $z = 3;\n // c\n\n } \n\nend { }\ninterval:s:1 { }\n\n\n",
    "#define A 1\n\n\nbegin\n{\n  $x = 1;\n\n\n\n  $y = 2;\n  $z = 3;\n  // c\n}\n\nend\n{}\ninterval:s:1\n{}\n",
  );
});

test("formatting keeps the meaning", () => {
  for (const body of ACCEPTED_BODIES) {
    const text = `begin { ${body} }`;
    const formatted = formatText(text);
    expect.soft(meaning(parseText(formatted).program), body).toBe(meaning(parseText(text).program));
    expect.soft(formatText(formatted), body).toBe(formatted);
  }
});
