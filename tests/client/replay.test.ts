import { describe, expect, test } from 'vitest';
import type { ShiftEntry } from '@lineside/domain/wire.ts';
import { Route, type AddressBar } from '../../client/src/route.svelte.ts';
import { commandOf, LEAP_MS, type Press } from '../../client/src/replay/keys.ts';
import { formatsFor } from '../../client/src/formats.ts';
import { momentWords } from '../../client/src/replay/moment-words.ts';
import { nextMoment, previousMoment, thinned } from '../../client/src/replay/moments.ts';
import { Replay } from '../../client/src/replay/replay.svelte.ts';
import { byDay, lastEnded } from '../../client/src/replay/shifts.ts';
import { aShift, HOUR, HOUSING, MINUTE, MORNING } from '../support/builders.ts';
import { aView, Hands, PLANT } from './hands.ts';

const press = (key: string, fields: Partial<Press> = {}): Press => ({
  ...{ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false },
  ...fields,
});

describe('keys', () => {
  test.each([
    [' ', { do: 'toggle' }],
    ['k', { do: 'toggle' }],
    ['K', { do: 'toggle' }],
    ['j', { do: 'move', ms: -LEAP_MS }],
    ['l', { do: 'move', ms: LEAP_MS }],
    ['ArrowLeft', { do: 'move', ms: -MINUTE }],
    ['ArrowRight', { do: 'move', ms: MINUTE }],
    [',', { do: 'step', by: -1 }],
    ['.', { do: 'step', by: 1 }],
    ['0', { do: 'tenth', tenth: 0 }],
    ['9', { do: 'tenth', tenth: 9 }],
    ['n', { do: 'nextMoment' }],
    ['p', { do: 'previousMoment' }],
    ['Home', { do: 'toStart' }],
    ['End', { do: 'toEnd' }],
    ['Escape', { do: 'live' }],
    ['x', null],
    ['Tab', null],
  ] as const)('%s', (key, command) => {
    expect(commandOf(press(key))).toEqual(command);
  });

  test('Shift makes an arrow go an hour; the browser keeps its own keys', () => {
    expect(commandOf(press('ArrowRight', { shiftKey: true }))).toEqual({ do: 'move', ms: HOUR });
    expect(commandOf(press('l', { ctrlKey: true }))).toBeNull();
    expect(commandOf(press('ArrowLeft', { altKey: true }))).toBeNull();
  });
});

describe('moments', () => {
  const by = { who: 'Anna', why: 'a rush order' };
  const bend = (minute: number) => ({
    ...{ at: MORNING + minute * MINUTE, kind: 'target' as const, line: 'Press 1', by },
    ...{ before: { perHour: 100 }, after: { perShift: 900 }, product: null },
  });

  test('of a change of plan say what changed, who changed it and why', () => {
    const formats = formatsFor('UTC', 'en-GB');
    expect(momentWords(bend(1), formats).word).toBe(
      'target 100/h → 900 a shift, Anna: a rush order',
    );
    const turn = {
      at: MORNING,
      kind: 'product',
      before: null,
      after: HOUSING,
      isPlanned: false,
      by: null,
    } as const;
    expect(momentWords(turn, formats).word).toBe('product no product → Housing');
  });

  test('that change the plan are all told, however close they are', () => {
    const all = [bend(1), bend(2)];
    expect(thinned(all, 15 * MINUTE)).toEqual(all);
  });

  const moment = (minute: number, line = 'Press 1') => ({
    ...{ at: MORNING + minute * MINUTE, kind: 'behind' as const, line },
  });

  test('next and previous never stay where the cursor is', () => {
    const all = [moment(1), moment(5), moment(9)];
    expect(nextMoment(all, MORNING + 5 * MINUTE)).toBe(all[2]);
    expect(previousMoment(all, MORNING + 5 * MINUTE)).toBe(all[0]);
    expect(nextMoment(all, MORNING + 9 * MINUTE)).toBeNull();
  });

  test('the same of the same line again within a while is left out', () => {
    const all = [moment(1), moment(2), moment(2, 'Weld 1'), moment(20)];
    expect(thinned(all, 15 * MINUTE)).toEqual([all[0], all[2], all[3]]);
  });
});

describe('shifts to choose from', () => {
  const entry = (id: string, start: number): ShiftEntry => ({
    ...{ id, name: id, date: new Date(start).toISOString().slice(0, 10), breaks: [] },
    ...{ plannedMinutes: 480, start: new Date(start).toISOString() },
    end: new Date(start + 8 * HOUR).toISOString(),
  });
  const shifts = [0, 8, 16, 24, 32].map((hour) => entry(`s${hour}`, MORNING + hour * HOUR));

  test('the last that ended is the one before the one that runs', () => {
    expect(lastEnded(shifts, MORNING + 20 * HOUR)).toBe(MORNING + 8 * HOUR);
    expect(lastEnded(shifts, MORNING)).toBeNull();
  });

  test('newest day first, its shifts in order, none that has not begun', () => {
    const days = byDay(shifts, MORNING + 25 * HOUR);
    expect(days.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-23']);
    expect(days.flatMap(({ shifts: those }) => those.map(({ id }) => id))).toEqual([
      's24',
      's0',
      's8',
      's16',
    ]);
  });
});

describe('a replay', () => {
  function aReplay(liveNow: number | null = MORNING + 24 * HOUR) {
    const hands = new Hands();
    let href = 'http://plant.local/';
    const bar: AddressBar = {
      href: () => href,
      push: (next) => {
        href = `http://plant.local${next}`;
      },
      replace: (next) => {
        href = `http://plant.local${next}`;
      },
      onPop: () => () => undefined,
    };
    const route = new Route(bar, hands);
    const asked: number[] = [];
    const replay = new Replay({
      timer: hands,
      route,
      liveNow: () => liveNow,
      fetchViews: (at) => {
        asked.push(at);
        const shifts = [aShift(), aShift({ id: 'late', name: 'Late', start: MORNING + 8 * HOUR })];
        return Promise.resolve({
          ...{ serverTime: MORNING + 24 * HOUR, build: 'a', plant: PLANT },
          lines: [aView(120, { shifts })],
        });
      },
      locale: 'en-GB',
    });
    const go = async (): Promise<void> => {
      replay.follow(route.asked);
      await replay.player?.load();
    };
    return { hands, route, replay, asked, go, bar };
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }

  test('is there while the address has a cursor, and gone without a trace after', async () => {
    const { hands, route, replay, go } = aReplay();
    await go();
    expect(replay.player).toBeNull();
    route.moveTo({ at: MORNING + HOUR, speed: null });
    await go();
    expect(replay.player?.clock.at).toBe(MORNING + HOUR);
    expect(hands.jobs).toBeGreaterThan(0);
    route.moveTo(null);
    await go();
    expect(replay.player).toBeNull();
    expect(hands.jobs).toBe(0);
  });

  test('shows the board of the cursor, whichever way it moves', async () => {
    const { route, replay, go } = aReplay();
    route.moveTo({ at: MORNING + HOUR, speed: null });
    await go();
    await settle();
    const { player } = replay;
    const good = (): number | undefined => player?.stage.shown[0]?.board.count?.good;
    expect(good()).toBe(60);
    player?.clock.seek(MORNING + 90 * MINUTE);
    expect(good()).toBe(90);
    player?.clock.seek(MORNING + 10 * MINUTE);
    expect(good()).toBe(10);
  });

  test('plays on into the next shift', async () => {
    const { hands, route, replay, asked, go } = aReplay();
    route.moveTo({ at: MORNING + 8 * HOUR - MINUTE, speed: 60 });
    await go();
    await settle();
    hands.turn(2_000);
    await settle();
    expect(asked).toHaveLength(2);
    expect(replay.player?.source.window?.shift?.name).toBe('Late');
    expect(replay.player?.clock.waiting).toBe(false);
  });

  test('that catches up with now is live', async () => {
    const { hands, route, go } = aReplay(MORNING + HOUR);
    route.moveTo({ at: MORNING + HOUR - MINUTE, speed: 600 });
    await go();
    await settle();
    hands.turn(1_000);
    expect(route.asked).toBeNull();
  });

  test('keys move it by tenths, to the ends, and reading by reading', async () => {
    const { route, replay, go } = aReplay();
    route.moveTo({ at: MORNING + 90_000, speed: null });
    await go();
    await settle();
    const { player } = replay;
    if (!player) throw new Error('no player');
    const lines = player.stage.floor.known;
    player.perform({ do: 'step', by: 1 }, lines);
    expect(player.clock.at).toBe(MORNING + 2 * MINUTE);
    player.perform({ do: 'step', by: -1 }, lines);
    expect(player.clock.at).toBe(MORNING + MINUTE);
    player.perform({ do: 'tenth', tenth: 5 }, lines);
    expect(player.clock.at).toBe(MORNING + 4 * HOUR);
    player.perform({ do: 'toStart' }, lines);
    expect(player.clock.at).toBe(MORNING);
    player.perform({ do: 'live' }, lines);
    expect(route.asked).toBeNull();
  });
});
