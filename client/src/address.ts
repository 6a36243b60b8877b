/** Where on the site a screen is: the address bar read into a value, and written back. */

import { SPEEDS, USUAL_SPEED, type Speed } from './replay/clock.svelte.ts';

export type Page =
  | { readonly name: 'overview' }
  | { readonly name: 'line'; readonly id: string }
  | { readonly name: 'wall' }
  | { readonly name: 'plan' }
  | { readonly name: 'handover' }
  | { readonly name: 'nowhere' };

/** The cursor of a replay, as far as an address carries it. */
export interface Cursor {
  /** Epoch ms. */
  readonly at: number;
  /** `null`: paused there. */
  readonly speed: Speed | null;
}

export interface Address {
  readonly page: Page;
  /** `null`: live. */
  readonly cursor: Cursor | null;
  /** Everything else that was asked for. */
  readonly query: URLSearchParams;
}

export function addressOf(url: URL): Address {
  const query = new URLSearchParams(url.search);
  const cursor = cursorOf(query.get('at'), query.get('speed'));
  query.delete('at');
  query.delete('speed');
  return { page: pageOf(url.pathname), cursor, query };
}

export function hrefOf({ page, cursor, query }: Address): string {
  const all = new URLSearchParams(query);
  if (cursor) {
    all.set(
      'at',
      new Date(Math.floor(cursor.at / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    );
    if (cursor.speed !== null) all.set('speed', String(cursor.speed));
  }
  const search = all.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return pathOf(page) + (search && `?${search}`);
}

function pageOf(path: string): Page {
  const [first, second, ...rest] = path.split('/').filter(Boolean);
  if (first === undefined) return { name: 'overview' };
  if (isBare(first) && second === undefined) return { name: first };
  if (first === 'lines' && second !== undefined && rest.length === 0) {
    return { name: 'line', id: decoded(second) };
  }
  return { name: 'nowhere' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pathOf(page: Page): string {
  if (page.name === 'line') return `/lines/${encodeURIComponent(page.id)}`;
  return isBare(page.name) ? `/${page.name}` : '/';
}

function cursorOf(at: string | null, speed: string | null): Cursor | null {
  const instant = at === null ? NaN : Date.parse(at);
  if (Number.isNaN(instant)) return null;
  return { at: instant, speed: speed === null ? null : nearestSpeed(Number(speed)) };
}

function nearestSpeed(asked: number): Speed {
  if (!(asked > 0)) return USUAL_SPEED;
  const distance = (speed: number): number => Math.abs(Math.log(speed / asked));
  return SPEEDS.reduce<Speed>(
    (best, speed) => (distance(speed) < distance(best) ? speed : best),
    1,
  );
}

const BARE = ['wall', 'plan', 'handover'] as const;

/** Pages whose path is their name. */
function isBare(name: string): name is (typeof BARE)[number] {
  return BARE.some((each) => each === name);
}
