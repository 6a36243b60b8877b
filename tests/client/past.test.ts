import { expect, test } from 'vitest';
import type { ViewsAnswer } from '@lineside/domain/wire.ts';
import { Floor } from '../../client/src/floor.svelte.ts';
import { PastSource } from '../../client/src/sources/past.svelte.ts';
import { aShift, HOUR, MORNING } from '../support/builders.ts';
import { aView, PLANT } from './hands.ts';

const early = aShift();
const late = aShift({ id: '2026-11-23/Late', name: 'Late', start: early.end });

/** A server of the past whose answers wait to be let go. */
function aPast(serverTime = MORNING + 48 * HOUR) {
  const asked: { at: number; signal: AbortSignal; settle: (error?: Error) => void }[] = [];
  const floor = new Floor();
  const past = new PastSource({
    floor,
    fetchViews: (at, signal) =>
      new Promise<ViewsAnswer>((resolve, reject) => {
        const lines = [aView(30, { shifts: [early, late] })];
        asked.push({
          at,
          signal,
          settle: (error) => {
            if (error) reject(error);
            else resolve({ serverTime, build: 'a', plant: PLANT, lines });
          },
        });
      }),
  });
  return { asked, floor, past };
}

test('a cursor has its shift fetched once, wherever in the shift it goes', async () => {
  const { asked, floor, past } = aPast();
  const shown = past.show(MORNING + HOUR);
  expect(past.state.name).toBe('waiting');
  asked[0]?.settle();
  await shown;
  expect(past.state.name).toBe('open');
  expect(past.brokerLostAt).toBeNull();
  expect(floor.line('press-1')).not.toBeNull();
  await past.show(early.end - 1);
  expect(asked).toHaveLength(1);
  expect(past.window?.whole).toEqual(early);
});

test('a cursor that leaves the shift has the next one fetched, and the last one kept', async () => {
  const { asked, past } = aPast();
  for (const at of [MORNING, early.end]) {
    const shown = past.show(at);
    asked.at(-1)?.settle();
    await shown;
  }
  expect(past.window?.shift?.name).toBe('Late');
  await past.show(MORNING);
  expect(past.window?.shift?.name).toBe('Early');
  expect(asked).toHaveLength(2);
});

test('of a shift that still runs only the time up to the answer is covered', async () => {
  const { asked, past } = aPast(MORNING + HOUR);
  const shown = past.show(MORNING);
  asked[0]?.settle();
  await shown;
  expect(past.covers(MORNING + HOUR)).toBe(true);
  expect(past.covers(MORNING + HOUR + 1)).toBe(false);
  expect(past.window?.whole).toEqual(early);
});

test('a newer wish aborts the older one', async () => {
  const { asked, past } = aPast();
  void past.show(MORNING);
  const shown = past.show(early.end);
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[1]?.settle();
  await shown;
  asked[0]?.settle();
  await Promise.resolve();
  expect(past.window?.shift?.name).toBe('Late');
});

test('a failure is told, and the next try may succeed', async () => {
  const { asked, past } = aPast();
  const failing = past.show(MORNING);
  asked[0]?.settle(new Error('The server cannot be reached.'));
  await failing;
  expect(past.state).toEqual({ name: 'failed', reason: 'The server cannot be reached.' });
  const shown = past.show(MORNING);
  asked[1]?.settle();
  await shown;
  expect(past.state.name).toBe('open');
});

test('between shifts the gap is what is loaded', async () => {
  const { asked, past } = aPast();
  const shown = past.show(late.end + HOUR);
  asked[0]?.settle();
  await shown;
  expect(past.window?.shift).toBeNull();
  expect(past.window?.whole.start).toBe(late.end);
});
