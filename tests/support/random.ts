/** Seeded randomness for tests: the seed is printed, so that a failure can be had again. */

export interface Random {
  readonly seed: number;
  /** A number in [0, 1). */
  next: () => number;
  /** A whole number in [0, below). */
  below: (below: number) => number;
}

export function seeded(seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)): Random {
  console.log(`seed ${seed} (SEED=${seed} runs it again)`);
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  return { seed, next, below: (below) => Math.floor(next() * below) };
}
