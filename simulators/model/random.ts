/** Random numbers that are the same on every machine: a demo that differs each time can neither be tested nor retold. */

/** The next number of a stream, uniform in [0, 1). */
export type Random = () => number;

/** Four 32-bit words from a text, well mixed even where texts differ in one letter (cyrb128). */
function hash128(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

/** A stream of its own for each sequence of words, independent of every other stream (sfc32). */
export function randomFrom(...words: readonly (string | number)[]): Random {
  let [a, b, c, d] = hash128(words.join('\u0000'));
  const next: Random = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random();

/** True in `share` of all calls. */
export const chance = (random: Random, share: number): boolean => random() < share;

/** Waiting times of events that come at random, `mean` apart on average. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

/** Durations: half of them below the median, a long tail above; `spread` is the sigma of their logarithm. */
export function lognormal(random: Random, median: number, spread: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * random()));
}
