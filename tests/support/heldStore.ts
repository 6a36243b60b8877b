/** A store that commits each message when the test says so. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { Refused } from '../../server/src/ports.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';

export class HeldStore extends MemoryStore {
  isHeld = false;
  readonly held: ((error?: Error) => void)[] = [];
  readonly refusals: Refused[] = [];
  readonly #asked: (() => void)[] = [];

  override async append(reading: Reading): Promise<boolean> {
    const committed = this.#commit();
    for (const wake of this.#asked.splice(0)) wake();
    await committed;
    const isNew = await super.append(reading);
    for (const wake of this.#asked.splice(0)) wake();
    return isNew;
  }

  override async refuse(refused: Refused): Promise<void> {
    this.refusals.push(refused);
    await super.refuse(refused);
    for (const wake of this.#asked.splice(0)) wake();
  }

  async until(fits: (store: this) => boolean): Promise<void> {
    while (!fits(this)) await new Promise<void>((wake) => this.#asked.push(wake));
  }

  #commit(): Promise<unknown> {
    if (!this.isHeld) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<null>();
    this.held.push((error) => (error ? reject(error) : resolve(null)));
    return promise;
  }
}
