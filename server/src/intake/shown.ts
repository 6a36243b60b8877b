/** A value that was not understood, as the end of a sentence: short, whatever was sent. */

const MOST_CHARACTERS = 100;

/** Lists and objects are named, not spelled out: they may be nested deeper than a stack can follow. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value).slice(0, MOST_CHARACTERS);
}
