/**
 * Which maps of a script are tables of ours (`kernel/key-table.ts`) and not hashes of the kernel: those to which programs do nothing
 * but add observations, under a key of a few words or a string. Everything about that is decided here.
 */
import { type AnyNode, type Assign, type Call, visit } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import type { Feature, KernelFacts } from "../facts.js";
import { isTableKey, isTextKey, type KeyTable, layoutOf, slotsFor } from "../kernel/key-table.js";
import { slotBytes, type SlotLayout } from "../language/aggregation.js";
import { calledAggregation } from "../language/aggregation-calls.js";
import type { MapInfo } from "../language/map-info.js";
import { sizeOf } from "../types/layout.js";

/** Without `may_goto` the verifier would follow each turn of the loop that looks for a key. */
const NEEDED: readonly Feature[] = ["compare-exchange", "may-goto"];

/** Of all tables of a script: all of each is there from the start. Who comes first has one. */
const MAX_BYTES = 1 << 26;

/** What a script does with its maps, by name. */
interface Uses {
  /** Something else than adding to them, printing and emptying them. */
  readonly others: Set<string>;
  readonly emptied: Set<string>;
}

export class KeyTables {
  readonly #program: TypedProgram;
  readonly #facts: KernelFacts;
  readonly #mayBe: boolean;
  #uses: Uses | undefined;
  #bytesLeft = MAX_BYTES;

  /** @param mayBe - whether there may be tables at all */
  constructor(program: TypedProgram, facts: KernelFacts, mayBe: boolean) {
    this.#program = program;
    this.#facts = facts;
    this.#mayBe = mayBe;
  }

  /**
   * Call once for each map, in their order: there is room for some.
   * @param slot - how each CPU's part of a value lies in memory
   */
  tableOf(
    { name, key, value, declared }: MapInfo,
    slot: SlotLayout | undefined,
    maxKeys: number,
  ): KeyTable | undefined {
    if (!this.#mayBe || key === undefined || slot === undefined) return undefined;
    // The kernel says what is wrong with a map for nothing.
    if (maxKeys < 1) return undefined;
    const isPlain = declared === undefined || declared.kind === "hash" || declared.kind === "percpuhash";
    if (!isPlain || (value.kind === "aggregation" && value.of.isSeries)) return undefined;
    const [keyBytes, valueBytes] = [sizeOf(key), slotBytes(slot)];
    const isText = !isTableKey(keyBytes);
    if (isText && !(key.kind === "string" && isTextKey(keyBytes))) return undefined;
    const { others, emptied } = (this.#uses ??= usesOf(this.#program));
    if (others.has(name) || !NEEDED.every((feature) => this.#facts.supports(feature))) return undefined;
    const banks = emptied.has(name) ? 2 : 1;
    if (isText && banks > 1) return undefined;
    const [slots, cpus] = [slotsFor(maxKeys), this.#facts.possibleCpus];
    const table = { slots, banks, cpus, keyBytes, isText, valueBytes, maxKeys };
    const { bytes } = layoutOf(table);
    if (bytes > this.#bytesLeft) return undefined;
    this.#bytesLeft -= bytes;
    return table;
  }
}

function usesOf({ probes, language }: TypedProgram): Uses {
  const [others, emptied] = [new Set<string>(), new Set<string>()];
  const look = (part: AnyNode): void => {
    const isAllowed = new Set<AnyNode>();
    const allow = (node: AnyNode | undefined): void => {
      if (node === undefined) return;
      isAllowed.add(node);
      if (node.kind === "map-access") isAllowed.add(node.map);
    };
    const ofAssignment = ({ op, target, value }: Assign): void => {
      if (op === undefined && calledAggregation(language, value) !== undefined) allow(target);
    };
    const ofCall = ({ name, args: [first] }: Call): void => {
      const use = language.functions.get(name)?.mapUse;
      if (use === undefined || use === "deletes" || first?.kind !== "map") return;
      allow(first);
      if (use !== "prints") emptied.add(first.name);
    };
    visit(part, (node) => {
      if (node.kind === "assign") ofAssignment(node);
      else if (node.kind === "call") ofCall(node);
      else if (node.kind === "map" && !isAllowed.has(node)) others.add(node.name);
      else if (node.kind === "map-access" && !isAllowed.has(node)) others.add(node.map.name);
    });
  };
  for (const { predicate, body } of probes) {
    if (predicate !== undefined) look(predicate);
    look(body);
  }
  return { others, emptied };
}
