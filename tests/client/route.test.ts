import { expect, test } from 'vitest';
import { addressOf, hrefOf } from '../../client/src/address.ts';
import { Route, type AddressBar } from '../../client/src/route.svelte.ts';
import { linesAsked } from '../../client/src/selection.ts';
import { Floor } from '../../client/src/floor.svelte.ts';
import { MORNING } from '../support/builders.ts';
import { aView, Hands, PLANT } from './hands.ts';

const at = (path: string) => addressOf(new URL(path, 'http://plant.local:3000'));

test.each([
  '/',
  '/wall',
  '/plan',
  '/handover',
  '/lines/press-1',
  '/wall?area=Welding&distance=6',
  '/?at=2026-11-23T06:00:00Z&speed=60',
  '/lines/press-1?at=2026-11-23T06:00:00Z',
])('%s is read and written back the same', (href) => {
  expect(hrefOf(at(href))).toBe(href);
});

test('a cursor without a speed is paused, one with any other speed takes the nearest', () => {
  expect(at('/?at=2026-11-23T06:00:00Z').cursor).toEqual({ at: MORNING, speed: null });
  expect(at('/?at=2026-11-23T06:00:00Z&speed=70').cursor?.speed).toBe(60);
  expect(at('/?at=2026-11-23T06:00:00Z&speed=-3').cursor?.speed).toBe(60);
  expect(at('/?at=yesterday').cursor).toBeNull();
});

test('an address that leads nowhere says so', () => {
  expect(at('/plans').page.name).toBe('nowhere');
  expect(at('/lines/a/b').page.name).toBe('nowhere');
  expect(at('/lines/%E0%A4%A').page).toEqual({ name: 'line', id: '%E0%A4%A' });
});

class FakeBar implements AddressBar {
  entries = ['http://plant.local/'];
  replaced = 0;
  pop: () => void = () => undefined;
  href = (): string => this.entries.at(-1) ?? '';
  push = (href: string): void => {
    this.entries.push(`http://plant.local${href}`);
  };
  replace = (href: string): void => {
    this.replaced += 1;
    this.entries[this.entries.length - 1] = `http://plant.local${href}`;
  };
  onPop = (run: () => void): (() => void) => {
    this.pop = run;
    return () => undefined;
  };
}

test('a moving cursor is written at most once a second, and last where it is', () => {
  const hands = new Hands();
  const bar = new FakeBar();
  const route = new Route(bar, hands);
  route.moveTo({ at: MORNING, speed: 600 });
  for (let step = 1; step <= 12; step++) {
    hands.turn(250);
    route.note({ at: MORNING + step * 150_000, speed: 600 });
  }
  hands.turn(1_000);
  expect(bar.replaced).toBeLessThanOrEqual(4);
  expect(bar.href()).toBe('http://plant.local/?at=2026-11-23T06:30:00Z&speed=600');
  expect(route.asked?.at).toBe(MORNING);
});

test('a link within replay keeps the cursor where it is by now', () => {
  const hands = new Hands();
  const bar = new FakeBar();
  const route = new Route(bar, hands);
  route.moveTo({ at: MORNING, speed: 60 });
  const href = route.hrefOf({ name: 'line', id: 'press-1' });
  route.note({ at: MORNING + 90_000, speed: 60 });
  route.follow(href);
  expect(route.page).toEqual({ name: 'line', id: 'press-1' });
  expect(route.asked).toEqual({ at: MORNING + 90_000, speed: 60 });
});

test('back and forward are followed', () => {
  const bar = new FakeBar();
  const route = new Route(bar, new Hands());
  route.start();
  route.open('/lines/press-1');
  bar.entries.pop();
  bar.pop();
  expect(route.page.name).toBe('overview');
});

test('back from a replay does not carry the old cursor along', () => {
  const hands = new Hands();
  const bar = new FakeBar();
  const route = new Route(bar, hands);
  route.start();
  route.moveTo({ at: MORNING, speed: 60 });
  route.note({ at: MORNING + 60_000, speed: 60 });
  bar.entries.pop();
  bar.pop();
  hands.turn(5_000);
  expect(route.asked).toBeNull();
  expect(bar.href()).toBe('http://plant.local/');
});

test('a wall shows the lines or the area that it is asked for, in the order asked', () => {
  const floor = new Floor();
  const views = ['a', 'b', 'c'].map((id, index) =>
    aView(5, { line: { id, name: id, area: index < 2 ? 'Welding' : 'Paint' } }),
  );
  floor.furnish(PLANT, views, true);
  const asked = (href: string): string[] => {
    const { page, query } = at(href);
    return linesAsked(floor.known, { page, query }).map(({ facts }) => facts.line.id);
  };
  expect(asked('/wall')).toEqual(['a', 'b', 'c']);
  expect(asked('/wall?area=welding')).toEqual(['a', 'b']);
  expect(asked('/wall?lines=c,a')).toEqual(['c', 'a']);
  expect(asked('/wall?lines=all')).toEqual(['a', 'b', 'c']);
  expect(asked('/wall?lines=nope')).toEqual([]);
  expect(asked('/lines/b?lines=a')).toEqual(['b']);
});
