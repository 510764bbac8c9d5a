/**
 * Which maps of a script are tables of ours (`kernel/key-table.ts`) and not hashes of the kernel: those to which programs do nothing
 * but add observations, under a key of a few words or a string. Everything about that is decided here.
 */
import { type AnyNode, type Assign, type Call, visit } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import type { Feature, KernelFacts } from "../facts.js";
import { isTableKey, isTextKey, type KeyTable, layoutOf, slotsFor } from "../kernel/key-table.js";
import {
  isSharedKey,
  loadsInOrder,
  type SharedTable,
  sharedSlotsFor,
  sharedTableBytes,
} from "../kernel/shared-table.js";
import { slotBytes, type SlotLayout } from "../language/aggregation.js";
import { calledAggregation } from "../language/aggregation-calls.js";
import type { MapInfo } from "../language/map-info.js";
import { sizeOf } from "../types/layout.js";
import { isScalar } from "../types/type.js";

/** Without `may_goto` the verifier would follow each turn of the loop that looks for a key. */
const NEEDED: readonly Feature[] = ["compare-exchange", "may-goto"];

/** Of all tables of a script: all of each is there from the start. Who comes first has one. */
const MAX_BYTES = 1 << 26;

/** What a script does with its maps, by name. */
interface Uses {
  /** Something else than adding to them, printing and emptying them. */
  readonly others: Set<string>;
  readonly emptied: Set<string>;
  /** Something else than using entries, printing and emptying them. */
  readonly asMaps: Set<string>;
  /** Entries go: one by one or all of them. */
  readonly removed: Set<string>;
}

export interface TableOptions {
  /** Whether there may be tables at all. */
  readonly mayBe: boolean;
  /** Then a read that finds nothing is told of: shared tables know nothing of that. */
  readonly warnsOfReads: boolean;
}

export class KeyTables {
  readonly #program: TypedProgram;
  readonly #facts: KernelFacts;
  readonly #mayBe: boolean;
  readonly #warnsOfReads: boolean;
  #uses: Uses | undefined;
  #bytesLeft = MAX_BYTES;

  constructor(program: TypedProgram, facts: KernelFacts, { mayBe, warnsOfReads }: TableOptions) {
    this.#program = program;
    this.#facts = facts;
    this.#mayBe = mayBe;
    this.#warnsOfReads = warnsOfReads;
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

  /** Call once for each map, in their order. The hash beside it is made by who calls. */
  sharedTableOf(
    { name, key, value, declared }: MapInfo,
    slot: SlotLayout | undefined,
    maxKeys: number,
  ): Omit<SharedTable, "elsewhere"> | undefined {
    if (!this.#mayBe || this.#warnsOfReads || key === undefined || slot !== undefined) return undefined;
    if (maxKeys < 1 || declared !== undefined || !isScalar(value)) return undefined;
    const [keyBytes, valueBytes] = [sizeOf(key), sizeOf(value)];
    if (!isSharedKey(keyBytes) || valueBytes > 8) return undefined;
    if (!loadsInOrder(this.#facts.arch)) return undefined;
    const { asMaps, removed } = (this.#uses ??= usesOf(this.#program));
    if (asMaps.has(name) || !NEEDED.every((feature) => this.#facts.supports(feature))) return undefined;
    const table = { slots: sharedSlotsFor(maxKeys), keyBytes, valueBytes, maxKeys, losesKeys: removed.has(name) };
    const bytes = sharedTableBytes(table);
    if (bytes > this.#bytesLeft) return undefined;
    this.#bytesLeft -= bytes;
    return table;
  }
}

function usesOf({ probes, language }: TypedProgram): Uses {
  const [others, emptied] = [new Set<string>(), new Set<string>()];
  const [asMaps, removed] = [new Set<string>(), new Set<string>()];
  const look = (part: AnyNode): void => {
    const isAllowed = new Set<AnyNode>();
    /** Maps of which an entry is named, or that a function is to do something with. */
    const isOfEntry = new Set<AnyNode>();
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
      if (use === undefined || first === undefined) return;
      if (use === "deletes" && first.kind === "map-access") removed.add(first.map.name);
      if (first.kind !== "map") return;
      isOfEntry.add(first);
      if (use === "deletes" || use === "clears") removed.add(first.name);
      if (use === "deletes" || use === "tests") return;
      allow(first);
      if (use !== "prints") emptied.add(first.name);
    };
    visit(part, (node) => {
      if (node.kind === "assign") ofAssignment(node);
      else if (node.kind === "call") ofCall(node);
      else if (node.kind === "map" && !isAllowed.has(node)) others.add(node.name);
      else if (node.kind === "map-access" && !isAllowed.has(node)) others.add(node.map.name);
      if (node.kind === "map-access") isOfEntry.add(node.map);
      else if (node.kind === "map" && !isOfEntry.has(node)) asMaps.add(node.name);
    });
  };
  for (const { predicate, body } of probes) {
    if (predicate !== undefined) look(predicate);
    look(body);
  }
  return { others, emptied, asMaps, removed };
}
