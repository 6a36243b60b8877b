/** The demo's story: what each line does in each shift, so that a first look shows every kind of day a plant has. */

import type { Shift } from '@lineside/domain/shift.ts';
import { NO_FAULTS, type Faults } from './gateway.ts';
import { steady, type Conduct, type LineSpec } from './model/line-spec.ts';
import { between, chance, randomFrom } from './model/random.ts';

const MINUTE = 60_000;

/** All that the story depends on; kept, it is told the same way again. */
export interface Story {
  readonly seed: string;
  /** The moment at which somebody first looks, epoch ms. */
  readonly toldAt: number;
  /** The shift that went badly; `null` when no night is far enough back. */
  readonly badShiftId: string | null;
  readonly lines: readonly LineSpec[];
}

export interface Chapter {
  readonly conduct: Conduct;
  readonly faults: Faults;
}

/** In the order of the plant's lines. */
const ROLES = ['steady', 'trouble', 'behind', 'ahead', 'outage', 'steady'] as const;
type Role = (typeof ROLES)[number];

const everyday: Faults = { ...NO_FAULTS, repeatShare: 0.005 };

/** The latest night before `now`, or where no shift is called so, the latest shift. */
export function badShift(shifts: readonly Shift[], now: number): string | null {
  const over = shifts.filter((shift) => shift.end <= now).sort((a, b) => b.start - a.start);
  const night = over.find((shift) => /night|nacht/i.test(shift.name));
  return (night ?? over[0])?.id ?? null;
}

const isFirstSeen = (story: Story, shift: Shift): boolean =>
  shift.start <= story.toldAt && story.toldAt < shift.end;

/** The moment of a shift for which its events are arranged. */
const seenAt = (story: Story, shift: Shift): number =>
  isFirstSeen(story, shift)
    ? story.toldAt
    : Math.round(shift.start + 0.45 * (shift.end - shift.start));

/** The roles move on from shift to shift, except in the one that is first looked at. */
function roleOf(story: Story, line: number, shift: Shift): Role {
  const turn = isFirstSeen(story, shift)
    ? 0
    : Math.floor(randomFrom(story.seed, shift.id, 'roles')() * ROLES.length);
  return ROLES[(line + turn) % ROLES.length] ?? 'steady';
}

/** A long stop that is still going on, in a shift that was slow before and will not recover. */
function trouble(story: Story, shift: Shift): Conduct {
  const seen = seenAt(story, shift);
  const start = Math.max(seen - 22 * MINUTE, shift.start + 3 * MINUTE);
  return {
    ...steady(0.86),
    paces: [
      { from: shift.start, share: 0.86 },
      { from: start, share: 0.8 },
    ],
    stops: [{ start, end: Math.max(seen, start) + 25 * MINUTE, state: 'stopped' }],
  };
}

/** A connection that is lost for a while, and with it the messages. */
function cutOff(start: number, minutes: number, shift: Shift): Faults {
  const end = Math.round(start + minutes * MINUTE);
  if (start < shift.start + 5 * MINUTE || end > shift.end) return everyday;
  return { ...everyday, outages: [{ start, end, keeps: false }] };
}

function present(story: Story, role: Role, share: number, shift: Shift): Chapter {
  switch (role) {
    case 'trouble':
      return { conduct: trouble(story, shift), faults: everyday };
    case 'behind':
      return { conduct: steady(0.935), faults: everyday };
    case 'ahead':
      return { conduct: steady(1.09), faults: everyday };
    case 'outage':
      return {
        conduct: steady(share),
        faults: cutOff(seenAt(story, shift) - 75 * MINUTE, 8, shift),
      };
    case 'steady':
      return { conduct: { ...steady(share), mayChangeOver: true }, faults: everyday };
  }
}

/** Ten past one in a night that begins at ten: a long stop on one line, slow from then on; later another falls silent. */
function badNight(line: number, share: number, shift: Shift): Chapter {
  const length = shift.end - shift.start;
  const start = shift.start + Math.min(190 * MINUTE, 0.4 * length);
  const end = start + Math.min(90 * MINUTE, 0.2 * length);
  if (line === 0) {
    const conduct: Conduct = {
      ...steady(share),
      paces: [
        { from: shift.start, share },
        { from: end, share: 0.72 },
      ],
      stops: [{ start, end, state: 'stopped' }],
    };
    return { conduct, faults: everyday };
  }
  return {
    conduct: steady(share),
    faults: line === 2 ? cutOff(start + 35 * MINUTE, 25, shift) : everyday,
  };
}

/** Ordinary days: near the plan, one line in six a little behind, a short loss of a connection now and then. */
function past(role: Role, share: number, shift: Shift, seed: string): Chapter {
  const random = randomFrom(seed, shift.id, 'past');
  const start = shift.start + (shift.end - shift.start) * between(random, 0.1, 0.9);
  const loses = role === 'outage' && chance(random, 0.5);
  return {
    conduct: {
      ...steady(role === 'behind' ? share - 0.06 : share),
      longestStopShare: role === 'trouble' ? 0.2 : 0.05,
      mayChangeOver: role === 'steady',
    },
    faults: loses ? cutOff(Math.round(start), between(random, 2, 9), shift) : everyday,
  };
}

/** What one line does in one shift, and what its gateway makes of it. */
export function chapter(story: Story, line: number, shift: Shift): Chapter {
  const share = between(randomFrom(story.seed, shift.id, 'share', line), 0.995, 1.035);
  const role = roleOf(story, line, shift);
  if (shift.id === story.badShiftId) return badNight(line, share, shift);
  if (shift.end <= story.toldAt) return past(role, share, shift, story.seed);
  return present(story, role, share, shift);
}
