/** Ids made from names: what machines and topics know a line or a product by. */

export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const LONGEST = 64;

/** `press-1` of `Press 1`, with a number behind it where that is taken; empty while the name says nothing. */
export function idFrom(name: string, taken: Iterable<string>): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  const others = new Set(taken);
  if (plain === '' || !others.has(plain)) return plain;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const id = plain.slice(0, LONGEST - ending.length) + ending;
    if (!others.has(id)) return id;
  }
}
