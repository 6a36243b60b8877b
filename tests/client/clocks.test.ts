import { expect, test, vi } from 'vitest';
import { LiveClock } from '../../client/src/clock.svelte.ts';
import { ReplayClock } from '../../client/src/replay/clock.svelte.ts';
import { MORNING } from '../support/builders.ts';
import { Hands } from './hands.ts';

function aLiveClock(onPulse = vi.fn()): {
  hands: Hands;
  clock: LiveClock;
  onPulse: typeof onPulse;
} {
  const hands = new Hands();
  const clock = new LiveClock(hands, onPulse);
  clock.start();
  return { hands, clock, onPulse };
}

test('the live clock knows no time before the server has told it', () => {
  const { hands, clock } = aLiveClock();
  hands.turn(7_250);
  expect(clock.at).toBeNull();
  expect(clock.silentSeconds).toBe(7);
});

test('the live clock goes by the server, and carries on between its words', () => {
  const { hands, clock } = aLiveClock();
  clock.hear(MORNING);
  expect(clock.at).toBe(MORNING);
  hands.turn(3_000);
  expect(clock.at).toBe(MORNING + 3_000);
  clock.hear(MORNING + 3_500);
  hands.turn(250);
  expect(clock.at).toBe(MORNING + 3_750);
});

test('boards freeze where the server fell silent while the clock face goes on', () => {
  const { hands, clock } = aLiveClock();
  clock.hear(MORNING);
  hands.turn(60_000);
  expect(clock.at).toBe(MORNING + 5_000);
  expect(clock.now).toBe(MORNING + 60_000);
  expect(clock.silentSeconds).toBe(60);
});

test('a flood of words from the server changes the screen at most four times a second', () => {
  const { hands, clock, onPulse } = aLiveClock();
  clock.hear(MORNING);
  onPulse.mockClear();
  for (let ms = 10; ms <= 1_000; ms += 10) {
    hands.turn(10);
    clock.hear(MORNING + ms);
  }
  expect(onPulse).toHaveBeenCalledTimes(4);
});

test('an idle live clock changes the screen once a second', () => {
  const { hands, clock, onPulse } = aLiveClock();
  clock.hear(MORNING);
  hands.turn(1_000);
  onPulse.mockClear();
  hands.turn(10_000);
  expect(onPulse).toHaveBeenCalledTimes(10);
});

test('a stopped live clock leaves no timer behind', () => {
  const hands = new Hands();
  const stop = new LiveClock(hands).start();
  expect(hands.jobs).toBe(1);
  stop();
  expect(hands.jobs).toBe(0);
});

function aReplayClock(latest = Infinity): { hands: Hands; clock: ReplayClock } {
  const hands = new Hands();
  const clock = new ReplayClock(
    hands,
    MORNING,
    () => latest,
    () => undefined,
  );
  clock.start();
  return { hands, clock };
}

test('the cursor stands until it is played, and then moves at its speed', () => {
  const { hands, clock } = aReplayClock();
  hands.turn(5_000);
  expect(clock.at).toBe(MORNING);
  clock.play();
  hands.turn(1_000);
  expect(clock.at).toBe(MORNING + 60_000);
  clock.speed = 600;
  hands.turn(1_000);
  expect(clock.at).toBe(MORNING + 660_000);
  clock.pause();
  hands.turn(1_000);
  expect(clock.at).toBe(MORNING + 660_000);
});

test('time that passes while a shift is fetched is not skipped over', () => {
  const { hands, clock } = aReplayClock();
  clock.play();
  clock.waiting = true;
  hands.turn(10_000);
  clock.waiting = false;
  hands.turn(250);
  expect(clock.at).toBe(MORNING + 250 * 60);
});

test('the cursor never goes beyond now', () => {
  const { clock } = aReplayClock(MORNING + 1_000);
  clock.seek(MORNING + 5_000);
  expect(clock.at).toBe(MORNING + 1_000);
  expect(clock.atLatest).toBe(true);
});
