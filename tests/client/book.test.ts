import { expect, test } from 'vitest';
import type { OpenGap } from '@lineside/domain/book-wire.ts';
import { BookRequests } from '../../client/src/book/book-requests.ts';
import {
  byWords,
  lossCost,
  lossReason,
  openWords,
  shortWords,
  unsavedWords,
  unsignedWords,
} from '../../client/src/book/book-words.ts';
import { Book } from '../../client/src/book/book.svelte.ts';
import { formatsFor } from '../../client/src/formats.ts';
import { MINUTE, MORNING } from '../support/builders.ts';
import { Hands } from './hands.ts';

const formats = formatsFor('UTC', 'en-GB');
const iso = (at: number): string => new Date(at).toISOString();
const LOSS = {
  kind: 'stopped',
  ...{ start: iso(MORNING), end: iso(MORNING + 21 * MINUTE), plannedMinutes: 21, parts: 35.4 },
} as const;

/** A server that answers what it is told to, and remembers what it was asked. */
function aServer() {
  const asked: string[] = [];
  let status = 200;
  let body: unknown = { from: iso(MORNING), gaps: [] };
  const requests = new BookRequests((path) => {
    asked.push(path);
    if (status === 0) return Promise.reject(new TypeError('no network'));
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return {
    requests,
    asked,
    answer(next: unknown, nextStatus = 200) {
      body = next;
      status = nextStatus;
    },
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('what is open is asked for at once, each minute, and when something was written, while somebody looks', async () => {
  const server = aServer();
  const hands = new Hands();
  const book = new Book(server.requests, hands);
  book.refresh();
  expect(server.asked).toEqual([]);
  const stop = book.watch();
  await settled();
  expect(book.gaps).toEqual([]);
  const before = book.turns;
  hands.turn(MINUTE);
  book.refresh();
  expect(server.asked).toEqual(['/api/book/open', '/api/book/open', '/api/book/open']);
  expect(book.turns).toBe(before + 2);
  stop();
  hands.turn(5 * MINUTE);
  expect(server.asked).toHaveLength(3);
});

test('what was known stays when the server is away, and late answers do not overtake newer ones', async () => {
  const server = aServer();
  const book = new Book(server.requests, new Hands());
  const gaps = [{}] as unknown as OpenGap[];
  server.answer({ from: iso(MORNING), gaps });
  book.watch();
  await settled();
  expect(book.gaps).toHaveLength(1);
  server.answer(null, 0);
  book.refresh();
  await settled();
  expect(book.gaps).toHaveLength(1);
});

test('a refusal tells its fields; without an answer nobody says that nothing is saved', async () => {
  const server = aServer();
  const entry = { kind: 'signOff' } as const;
  const writing = { hour: iso(MORNING), who: '', entry };
  const problems = [{ path: ['who'], message: 'say who writes this' }];
  server.answer({ error: { code: 'invalidEntry', message: 'who: say' }, problems }, 422);
  const refused = await server.requests.write('press-1', writing);
  expect(refused).toMatchObject({ ok: false, problems });
  expect(refused.ok || unsavedWords(refused, true)).toBe(
    'Not saved; what you typed is kept. See the marked fields.',
  );
  expect(refused.ok || unsignedWords(refused)).toMatch(/^Saved, but not signed off/);
  server.answer(null, 0);
  const away = await server.requests.write('press-1', writing);
  expect(away).toMatchObject({ ok: false, status: null, problems: [] });
  expect(away.ok || unsavedWords(away, false)).toMatch(
    /^The server cannot be reached.*not known.*look whether.*What you typed is kept\.$/,
  );
  expect(away.ok || unsignedWords(away)).toMatch(/^Saved, but perhaps not.*look whether/);
});

test('its words', () => {
  expect(lossReason(LOSS, formats)).toBe('Stopped 06:00–06:21 (21 min)');
  expect(lossCost(LOSS, formats)).toBe('35 parts');
  expect(lossCost({ ...LOSS, parts: 1.2 }, formats)).toBe('1 part');
  expect(openWords(['countermeasure', 'signOff'])).toBe('countermeasure not done, not signed off');
  const hour = { plan: 100, variance: -36 } as Parameters<typeof shortWords>[0];
  expect(shortWords(hour, formats)).toBe('36 short of 100');
  const entry = { who: 'Ada', at: iso(MORNING + 3 * MINUTE) };
  expect(byWords(entry, MORNING, formats)).toBe('Ada, 06:03');
  expect(byWords(entry, MORNING - 86_400_000, formats)).toBe('Ada, Mon 23 Nov 06:03');
});
