/**
 * Rewrites the text of one file, told by the types of what is in it:
 *
 * - `for (const x of list)`, and `for (const [i, x] of list.entries())`, count an index where the list is an array;
 * - `[a, b]` as a pattern takes elements by their index where it takes them from an array;
 * - `#name` becomes a name that no other class has: V8 finds private names in the way it finds computed ones, and adds
 *   each to each object by a call.
 */
import ts from "typescript";

/**
 * @param {ts.SourceFile} source
 * @param {ts.TypeChecker} checker
 * @param {string} isolation - of no other file
 * @returns {string} TypeScript
 */
export function rewrite(source, checker, isolation) {
  return new Rewriter(source, checker, isolation).text(source);
}

class Rewriter {
  #source;
  #checker;
  #isolation;
  #edits = [];
  /** The private names of the classes around, and what stands for them. */
  #classes = [];
  #classCount = 0;
  #loopCount = 0;

  constructor(source, checker, isolation) {
    this.#source = source;
    this.#checker = checker;
    this.#isolation = isolation;
  }

  /** What becomes of a part of the file. */
  text(node) {
    const outer = this.#edits;
    this.#edits = [];
    this.#visit(node);
    const edits = this.#edits.sort((a, b) => a.from - b.from || a.to - b.to);
    this.#edits = outer;
    let text = "";
    let at = ts.isSourceFile(node) ? 0 : node.getStart(this.#source);
    for (const { from, to, by } of edits) {
      if (from < at) throw new Error(`${this.#source.fileName}: two changes of one place, at ${from}`);
      text += this.#source.text.slice(at, from) + by;
      at = to;
    }
    return text + this.#source.text.slice(at, node.end);
  }

  #replace(from, to, by) {
    this.#edits.push({ from, to, by });
  }

  #start(node) {
    return node.getStart(this.#source);
  }

  #visit(node) {
    if (ts.isClassLike(node)) return this.#classLike(node);
    if (ts.isPrivateIdentifier(node)) return this.#privateName(node);
    if (ts.isForOfStatement(node) && this.#loop(node)) return;
    if (ts.isArrayBindingPattern(node) && this.#isOfArray(node)) this.#pattern(node);
    this.#children(node);
  }

  #children(node) {
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  // ---------------------------------------------------------------- private names

  #classLike(node) {
    const end = `${this.#isolation}$${this.#classCount++}`;
    const names = node.members.flatMap(({ name }) => (name && ts.isPrivateIdentifier(name) ? [name.text] : []));
    this.#classes.push(new Map(names.map((name) => [name, name.slice(1) + end])));
    this.#children(node);
    this.#classes.pop();
  }

  #privateName(node) {
    const name = this.#classes.findLast((names) => names.has(node.text)).get(node.text);
    const isTested = ts.isBinaryExpression(node.parent); // `#name in object`
    this.#replace(this.#start(node), node.end, isTested ? JSON.stringify(name) : name);
  }

  // ---------------------------------------------------------------- loops

  /** @returns whether it has been rewritten, with all that is in it */
  #loop({ initializer, expression, statement, awaitModifier }) {
    if (awaitModifier !== undefined || !ts.isVariableDeclarationList(initializer)) return false;
    const { name } = initializer.declarations[0];
    const counted = this.#listOfEntries(expression);
    if (counted === undefined ? !this.#isArray(expression) : !isPair(name)) return false;

    const number = this.#loopCount++;
    const list = `$list${number}`;
    const at = `$at${number}`;
    const from = counted ?? expression;
    const [first, second] = counted === undefined ? [undefined, name] : name.elements;
    const bindings = [this.#binding(first, at), this.#binding(second, `${list}[${at}]`)].filter((text) => text !== "");
    const keyword = initializer.flags & ts.NodeFlags.Const ? "const" : "let";
    this.#replace(this.#start(initializer), this.#start(from), `let ${at} = 0, ${list} = (`);
    this.#visit(from);
    const head = `); ${at} < ${list}.length; ${at}++) { ${keyword} ${bindings.join(", ")}; `;
    this.#replace(from.end, this.#start(statement), head);
    this.#visit(statement);
    this.#replace(statement.end, statement.end, " }");
    return true;
  }

  #binding(element, value) {
    return element === undefined || ts.isOmittedExpression(element) ? "" : `${this.text(element)} = ${value}`;
  }

  /** Of `list.entries()`, the list, if it is an array. */
  #listOfEntries(call) {
    if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
    const { expression, name, questionDotToken } = call.expression;
    return name.text === "entries" && questionDotToken === undefined && this.#isArray(expression)
      ? expression
      : undefined;
  }

  // ---------------------------------------------------------------- patterns

  #isOfArray(pattern) {
    return isPlain(pattern) && this.#isArray(pattern);
  }

  /** `[a, , b = 1]` to `{ 0: a, 2: b = 1 }`. */
  #pattern({ elements, end }) {
    const start = elements.pos - 1;
    this.#replace(start, elements.pos, "{");
    for (const [i, element] of elements.entries()) {
      if (!ts.isOmittedExpression(element)) this.#replace(this.#start(element), this.#start(element), `${i}: `);
      else this.#replace(element.pos, elements[i + 1]?.pos ?? elements.end, "");
    }
    this.#replace(end - 1, end, "}");
  }

  // ---------------------------------------------------------------- types

  #isArray(node) {
    return this.#isArrayType(this.#checker.getTypeAtLocation(node));
  }

  #isArrayType(type) {
    if (type.isUnion()) return type.types.every((one) => this.#isArrayType(one));
    const constraint = this.#checker.getBaseConstraintOfType(type) ?? type;
    if (constraint !== type && constraint.isUnion()) return this.#isArrayType(constraint);
    return (
      this.#checker.isArrayType(constraint) || this.#checker.isTupleType(constraint) || isTypedArray(constraint.symbol)
    );
  }
}

const isTypedArray = (symbol) => symbol !== undefined && /^(Big)?(Uint|Int|Float)\d+Array$/.test(symbol.name);

const isPair = (name) =>
  ts.isArrayBindingPattern(name) &&
  isPlain(name) &&
  name.elements.length === 2 &&
  name.elements.every(({ initializer }) => initializer === undefined);

/** Without `...rest`. */
const isPlain = ({ elements }) => elements.every(({ dotDotDotToken }) => dotDotDotToken === undefined);
