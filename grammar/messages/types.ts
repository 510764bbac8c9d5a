/** Type errors and warnings (language.md 8, 19.4, 19.5). */
import { ofFirstWalk, ofInference, ofSecondWalk } from "./stage.js";

type Words = Record<string, (args: never) => string>;

interface OpArgs {
  readonly op: string;
}

interface FromTo {
  readonly from: string;
  readonly to: string;
}

export const TYPES = {
  // ------------------------------------------------------------- folding (language.md 17)
  "fold-overflow": (_: object) => "unable to fold literals due to overflow or underflow",
  "fold-negative": (_: object) => "negative value will underflow",
  "fold-string": (_: object) => "illegal literal operation with strings",
  "fold-empty-string": (_: object) => "literal string will always be empty",
  "positional-missing": (a: { number: bigint }) => `Positional parameter $${a.number} is empty or not provided. `,
  "comptime-unresolved": ofInference((_: object) => "Unable to resolve comptime expression"),
  "compile-time-failure": (a: { text: string }) => a.text,
  "string-too-long": (a: { max: number; text: string }) => `String is too long (over ${a.max} bytes): ${a.text}`,
  "string-type-too-long": (a: { max: number; type: string }) =>
    `String type is too long (over ${a.max} bytes): ${a.type}`,

  // ------------------------------------------------------------- operators
  "operand-mismatch": (a: OpArgs & { left: string; right: string }) =>
    `Type mismatch for '${a.op}': comparing ${a.left} with ${a.right}`,
  "operator-unsupported": (a: OpArgs & { left: string; right: string }) =>
    `The ${a.op} operator can not be used on expressions of types ${a.left}, ${a.right}`,
  /** The same words about a pointer and something that cannot join it. */
  "operator-pointer": ofInference(
    (a: OpArgs & { left: string; right: string }) =>
      `The ${a.op} operator can not be used on expressions of types ${a.left}, ${a.right}`,
  ),
  "operator-unsupported-unary": ofInference(
    (a: OpArgs & { type: string }) => `The ${a.op} operator can not be used on expressions of type '${a.type}'`,
  ),
  "operator-array": (a: OpArgs) => `The ${a.op} operator cannot be used on arrays.`,
  "array-comparison-length": (_: object) => "Only arrays of same size support comparison operators.",
  "array-comparison-element": (_: object) => "Only arrays of same sized integer support comparison operators.",
  "condition-type": (a: { family: string }) => `Invalid condition: ${a.family}`,
  "branch-types": ofInference(
    (a: { then: string; otherwise: string }) =>
      `Branches must return the same type or compatible types: have '${a.then}' and '${a.otherwise}'`,
  ),
  /** A context line of the message above. */
  branch: (a: { type: string }) => `This branch has the type '${a.type}'.`,

  // ------------------------------------------------------------- fields and indexes
  "field-missing": ofInference(
    (a: { type: string; field: string }) =>
      `Struct/union of type '${a.type}' does not contain a field named '${a.field}'`,
  ),
  "field-of-other": ofInference(
    (a: { type: string; field: string }) => `Can not access field '${a.field}' on expression of type '${a.type}'`,
  ),
  "field-unsupported-tag": ofInference(
    (a: { field: string; tag: string }) =>
      `Attempting to access pointer field '${a.field}' with unsupported tag attribute: ${a.tag}`,
  ),
  "field-unreadable": (a: { field: string; reason: string }) => `Can't read ${a.field}: ${a.reason}`,
  "field-common": (_: object) => "BPF does not support accessing common tracepoint fields",
  "field-parameter-missing": ofInference((a: { field: string }) => `Can't find function parameter ${a.field}`),
  "field-absent": (a: { field: string }) => `Can't find a field ${a.field}`,
  "record-field-missing": ofInference((a: { field: string }) => `Record does not contain a field named '${a.field}'`),
  "tuple-index": (a: { index: bigint; count: number }) =>
    `Invalid tuple index: ${a.index}. Found ${a.count} elements in tuple.`,
  /** The same words about `$t[5]`. */
  "tuple-element": ofInference(
    (a: { index: bigint; count: number }) => `Invalid tuple index: ${a.index}. Found ${a.count} elements in tuple.`,
  ),
  "tuple-index-literal": (_: object) => "Array-style access for tuples only valid for integer literals",
  "tuple-index-of-other": (a: { index: number; type: string }) =>
    `Can not access index '${a.index}' on expression of type '${a.type}'`,
  "index-bounds": (a: { index: bigint; size: number }) =>
    `the index ${a.index} is out of bounds for array of size ${a.size}`,
  "index-type": (a: { type: string }) =>
    `The array index operator [] only accepts non-negative integer indices. Got: ${a.type}`,
  "index-of-other": ofInference(
    (a: { type: string }) =>
      `The array index operator [] can only be used on arrays, pointers, and tuples, found ${a.type}.`,
  ),
  "index-of-void": (a: { type: string }) =>
    `The array index operator [] cannot be used on a pointer to an unsized type (${a.type}).`,

  // ------------------------------------------------------------- casts and type names
  "type-incomplete": ofInference((a: { type: string }) => `value of type '${a.type}' has incomplete type`),
  "sizeof-incomplete": ofInference(
    (a: { type: string }) => `invalid application of 'sizeof' to an incomplete type '${a.type}'`,
  ),
  "type-unknown": ofInference((a: { name: string }) => `Cannot resolve unknown type "${a.name}"`),
  "enum-unknown": ofInference((a: { name: string }) => `Unknown enum: ${a.name}`),
  "enum-value": (a: { name: string; value: bigint }) => `Enum: ${a.name} doesn't contain a variant value of ${a.value}`,
  "cast-refused": (a: FromTo) => `Cannot cast from "${a.from}" to "${a.to}"`,
  "cast-struct": (a: { from: string }) => `Cannot cast from C type "${a.from}"`,
  "cast-none": (a: { from: string }) => `Cannot cast from "${a.from}" type`,
  "cast-incomplete": (_: object) => "Incomplete cast, unknown type",
  "cast-array-size": (_: object) =>
    "Cannot determine array size: the element size is incompatible with the cast integer size",
  "cast-array-element": (_: object) => "Could not determine size of the array",
  "cast-unnecessary": (a: { type: string }) => `Unnecessary cast: expression is already of type ${a.type}`,
  "implicit-cast": ofSecondWalk(
    (a: FromTo) =>
      `Expression of type: ${a.from} being cast to type: ${a.to}. This may cause unexpected results. Use an explicit cast to suppress this warning.`,
  ),
  "signed-division": ofFirstWalk(
    (a: OpArgs) => `signed operands for '${a.op}' can lead to undefined behavior (cast to unsigned to silence warning)`,
  ),
  "distinct-pointers": ofFirstWalk(
    (a: { left: string; right: string }) => `comparison of distinct pointer types: ${a.left}, ${a.right}`,
  ),
  "address-spaces": ofFirstWalk((_: object) => "Addrspace mismatch"),
  /** Context lines of a message about two operands. */
  "left-operand": (a: { type: string }) => `left (${a.type})`,
  "right-operand": (a: { type: string }) => `right (${a.type})`,

  // ------------------------------------------------------------- assignments
  "assignment-type": ofInference(
    (a: FromTo & { name: string; what: "variable" | "map" }) =>
      `Type mismatch for ${a.name}: trying to assign value of type '${a.from}' when ${a.what} already has a type '${a.to}'`,
  ),
  /** The same words: what does not fit a declaration, or is a literal out of range. */
  "assignment-range": (a: FromTo & { name: string; what: "variable" | "map" }) =>
    `Type mismatch for ${a.name}: trying to assign value of type '${a.from}' when ${a.what} already has a type '${a.to}'`,
  "assignment-locked": ofInference(
    (a: FromTo & { name: string }) =>
      `Type mismatch for ${a.name}: this type has been locked because it was used in another part of the type graph that was already resolved (e.g. \`sizeof\`, \`typeinfo\`, etc.). The new type '${a.from}' doesn't fit into the locked type '${a.to}'`,
  ),
  /** A context line of messages about what does not fit. */
  "type-origin": (a: { name: string; type: string }) => `${a.name} got its type '${a.type}' here.`,
  "assignment-none": (_: object) => "Invalid expression for assignment",
  "value-to-variable": ofInference(
    (a: { type: string }) => `Value '${a.type}' cannot be assigned to a scratch variable.`,
  ),
  "value-to-map": ofInference((a: { type: string }) => `Value '${a.type}' cannot be assigned to a map.`),
  "value-map-to-map": ofInference(
    (a: { type: string; map: string; example: string }) =>
      `Map value '${a.type}' cannot be assigned from one map to another. The function that returns this type must be called directly e.g. \`${a.map} = ${a.example};\`.`,
  ),
  "key-type": ofInference(
    (a: FromTo & { name: string }) =>
      `Argument mismatch for ${a.name}: trying to access with arguments: '${a.from}' when map expects arguments: '${a.to}'`,
  ),
  "key-literal": (a: FromTo & { name: string }) =>
    `Type mismatch for ${a.name}: trying to assign key of type '${a.from}' when map already has a key type '${a.to}'`,
  "key-value": ofInference((a: { type: string }) => `Value '${a.type}' cannot be used as a map key.`),
  "key-invalid": ofInference((a: { type: string }) => `Invalid map key type: ${a.type}`),
  "element-type": ofInference(
    (a: { type: string; what: "tuple" | "record" }) => `Map type ${a.type} cannot exist inside a ${a.what}.`,
  ),
  "declaration-type": (a: { type: string }) => `Invalid variable declaration type: ${a.type}`,
  "map-kind-mismatch": ofInference(
    (a: { declared: string; used: string }) =>
      `Incompatible map types. Type from declaration: ${a.declared}. Type from value/key type: ${a.used}`,
  ),
  "lhist-differs": (_: object) => "Different lhist bounds in a single map unsupported",
  /** A context line of the messages below. */
  "bucket-origin": (a: { name: string }) => `${a.name} has others here.`,
  "hist-differs": (_: object) => "Different bits in a single hist unsupported",
  "tseries-differs": (_: object) => "Different tseries bounds in a single map unsupported",

  // ------------------------------------------------------------- loops, results
  "variable-type-unavailable": ofInference((a: { name: string }) => `No type available for variable ${a.name}`),
  "variable-type-unresolved": ofInference((_: object) => "Could not resolve the type of this variable"),
  "loop-type": ofInference((a: { type: string }) => `Loop expression does not support type: ${a.type}`),
  "loop-scalar-map": ofInference(
    (a: { map: string }) => `${a.map} has no explicit keys (scalar map), and cannot be used for iteration`,
  ),
  "loop-range": ofInference(
    (a: { which: "start" | "end" }) => `Loop range requires an integer for the ${a.which} value`,
  ),
  "return-type": (a: { type: string }) => `Probe return values can only be integers. Found ${a.type}`,
  "return-inconsistent": (_: object) => "Return value used in loop is inconsistent",
  "value-discarded": (_: object) => "Return value discarded.",
  "unroll-literal": (_: object) => "invalid unroll value",
  "unroll-maximum": (_: object) => "unroll maximum value is 100",
  "unroll-minimum": (_: object) => "unroll minimum value is 1",

  // ------------------------------------------------------------- sizeof, offsetof, typeinfo
  "offsetof-field": ofInference((a: { type: string; field: string }) => `'${a.type}' has no field named '${a.field}'`),
  "offsetof-type": ofInference((a: { type: string }) => `'${a.type}' is not a C type.`),
  "query-assigns-map": (a: { query: string }) => `Map assignments not allowed inside of ${a.query}`,
  "typeof-argument": (_: object) =>
    "When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter",
} as const satisfies Words;
