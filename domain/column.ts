/** A growing column of numbers: sorted facts live in columns, found by binary search. */

export class Column {
  #values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The value at an index inside the column; reading outside it is a mistake of the caller. */
  at(index: number): number {
    const value = index < this.#length ? this.#values[index] : undefined;
    if (value === undefined) throw new RangeError(`index ${index} of ${this.#length}`);
    return value;
  }

  push(value: number): void {
    this.#makeRoom();
    this.#values[this.#length++] = value;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** How many values are at most `limit`; the column must be sorted. */
  countUpTo(limit: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(): void {
    if (this.#length < this.#values.length) return;
    const larger = new Float64Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
