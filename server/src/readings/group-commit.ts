/** Gathers what is to be written while one commit runs, and writes it with the next. */

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Decides when a gathered batch is written: at once, or a little later with more in it. */
export interface Pace {
  /** Ms to wait before the next commit; 0: at the end of this turn of the event loop. */
  waitMs(gathered: number): number;
  /** Told of each batch as it is written. */
  note(written: number): void;
}

export class GroupCommit<Item, Result> {
  readonly #commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #pace: Pace;
  #gathered: Entry<Item, Result>[] = [];
  #running: Promise<void> | null = null;

  /** @param commit writes all of a batch or none of it, with one result for each item */
  constructor(commit: (items: readonly Item[]) => Promise<readonly Result[]>, pace: Pace) {
    this.#commit = commit;
    this.#pace = pace;
  }

  /** Resolves, in the order of the calls, once the item is written. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#gathered.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything added so far is written or failed. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await endOfTurn();
      while (this.#gathered.length > 0) {
        const waitMs = this.#pace.waitMs(this.#gathered.length);
        if (waitMs > 0) await later(waitMs);
        const batch = this.#gathered;
        this.#gathered = [];
        this.#pace.note(batch.length);
        await this.#write(batch);
      }
    } finally {
      this.#running = null;
    }
  }

  async #write(batch: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#commit(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
