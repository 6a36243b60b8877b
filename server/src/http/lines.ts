/** `GET /api/lines` and what hangs on one line: board, hours, losses, stops, gaps, count. */

import { boardAt, countBetween } from '@lineside/domain/board.ts';
import { hoursOf } from '@lineside/domain/hours.ts';
import { lossesOf } from '@lineside/domain/losses.ts';
import { shiftAt, type Shift, type Span } from '@lineside/domain/shift.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import type { LineEntry } from '@lineside/domain/wire.ts';
import { Router, type Request } from 'express';
import type { Floor } from '../live/floor.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Plans } from '../plan/plans.ts';
import type { Clock } from '../ports.ts';
import { boardAnswer, hourAnswer, iso, lossesAnswer } from './answers.ts';
import { badRequest } from './errors.ts';
import type { LineFactsSource } from './line-facts.ts';
import { instant, span, text } from './query.ts';

const HOUR = 3_600_000;
const MOST_DAYS = 31;
/** Of the shifts that a span must be cut into, in one sentence. */
const MOST_NAMED = 3;

export interface LinesParts {
  readonly plans: Plans;
  readonly floor: Floor;
  readonly facts: LineFactsSource;
  readonly clock: Pick<Clock, 'now'>;
}

export function linesRouter({ plans, floor, facts, clock }: LinesParts): Router {
  const router = Router();

  router.get('/lines', (_request, response) => {
    const planned = plans.lines.map(({ id, name, area, product, target }): LineEntry => {
      return { id, name, area, product: plans.productOf(product), target, discovered: false };
    });
    const discovered = floor.discovered.ids.map((id): LineEntry => {
      return { id, name: id, area: null, product: null, target: null, discovered: true };
    });
    response.json([...planned, ...discovered]);
  });

  router.get('/lines/:id/board', async (request, response) => {
    const at = instant(request, 'at', clock.now());
    response.json(boardAnswer(boardAt(await facts.at(request.params.id, at), at)));
  });

  router.get('/lines/:id/hours', async (request, response) => {
    const now = clock.now();
    const at = instant(request, 'at', now);
    const known = await facts.at(request.params.id, at);
    const shift = shiftAt(known.shifts, at);
    // The instant only says which shift is meant: its rows tell all that is known by now, and
    // what is to come owes nothing yet.
    response.json(shift ? hoursOf(known, shift, now).map(hourAnswer) : []);
  });

  router.get('/lines/:id/losses', async (request, response) => {
    const { id } = request.params;
    facts.check(id);
    const now = clock.now();
    const at = instant(request, 'at', now);
    const asked = spanInShift(request, plans.calendar, at);
    if (!asked) {
      response.json(null);
      return;
    }
    const { shift, span } = asked;
    const known = await facts.at(id, Math.max(span.start, shift.start));
    // What is to come is no loss yet.
    const bridge = lossesOf(known, shift, span, Math.min(at, now));
    response.json(bridge && lossesAnswer(bridge));
  });

  router.get('/lines/:id/stops', async (request, response) => {
    const { id } = request.params;
    const now = clock.now();
    const start = plans.calendar.at(now)?.start ?? now - 8 * HOUR;
    const { from, to } = span(request, { from: start, to: now }, MOST_DAYS);
    const known = await facts.over(id, { zeroAt: from, until: to });
    // What is not over yet is told as far as it is known: up to now.
    const stops = stopsBetween(known, from, Math.min(to, Math.max(now, from)));
    response.json(
      stops.map(({ start, end, kind }) => {
        return { start: iso(start), end: iso(end), minutes: (end - start) / 60_000, kind };
      }),
    );
  });

  router.get('/lines/:id/gaps', async (request, response) => {
    const now = clock.now();
    const start = plans.calendar.at(now)?.start ?? now - 8 * HOUR;
    const { from, to } = span(request, { from: start, to: now }, MOST_DAYS);
    const gaps = await facts.gaps(request.params.id, { zeroAt: from, until: to });
    response.json(
      gaps.map(({ start, end, missing }) => ({ start: iso(start), end: iso(end), missing })),
    );
  });

  router.get('/lines/:id/count', async (request, response) => {
    const now = clock.now();
    const start = plans.calendar.at(now)?.start ?? now - 8 * HOUR;
    const { from, to } = span(request, { from: start, to: now }, MOST_DAYS);
    const { track } = await facts.over(request.params.id, { zeroAt: from, until: to });
    response.json(countBetween(track.totalsBefore(from), track.totalsBefore(to)));
  });

  return router;
}

/**
 * The shift around an instant, or the span that is asked for and the one shift that it touches;
 * `null` outside shifts. Throws for a span over more than one.
 */
function spanInShift(
  request: Request,
  calendar: Pick<Calendar, 'at' | 'between'>,
  at: number,
): { readonly shift: Shift; readonly span: Span } | null {
  if (text(request, 'from') === undefined) {
    if (text(request, 'to') !== undefined) throw badRequest('give from as well as to');
    const shift = calendar.at(at);
    return shift && { shift, span: shift };
  }
  const start = instant(request, 'from', at);
  const { from, to } = span(request, { from: at, to: calendar.at(start)?.end ?? start }, MOST_DAYS);
  const [shift, ...others] = calendar.between(from, Math.max(to, from + 1));
  if (!shift) return null;
  if (others.length === 0) return { shift, span: { start: from, end: to } };
  const first = [shift, ...others].slice(0, MOST_NAMED);
  const parts = first.map((each) => {
    return `from=${iso(Math.max(from, each.start))}&to=${iso(Math.min(to, each.end))}`;
  });
  const more = others.length >= MOST_NAMED ? ', and so on' : '';
  const asked = `the span touches ${others.length + 1} shifts, and a bridge is of one`;
  throw badRequest(`${asked}; ask for each on its own: ${parts.join(', ')}${more}`);
}
