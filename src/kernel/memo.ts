/** Remembers answers by question, `undefined` among them. */
export class Memo {
  readonly #answers = new Map<string, unknown>();

  /** The answer that was given before, else the one that `find` gives now. */
  get<T>(question: string, find: () => T): T {
    if (!this.#answers.has(question)) this.#answers.set(question, find());
    return this.#answers.get(question) as T;
  }
}
