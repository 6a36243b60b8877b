/** `GET /api/lines` and what hangs on one line: board, hours, losses, stops, gaps, count. */

import { boardAt, countBetween } from '@lineside/domain/board.ts';
import { hoursOf } from '@lineside/domain/hours.ts';
import { lossesOf } from '@lineside/domain/losses.ts';
import { shiftAt } from '@lineside/domain/shift.ts';
import { stopsBetween } from '@lineside/domain/stops.ts';
import type { LineEntry } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { Floor } from '../live/floor.ts';
import type { Plans } from '../plan/plans.ts';
import type { Clock } from '../ports.ts';
import { boardAnswer, hourAnswer, iso, lossesAnswer } from './answers.ts';
import { badRequest } from './errors.ts';
import type { LineFactsSource } from './line-facts.ts';
import { instant, span, text } from './query.ts';

const HOUR = 3_600_000;
const MOST_DAYS = 31;

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
    // The instant only says which shift is meant: its rows tell all that is known by now.
    response.json(shift ? hoursOf(known, shift, Math.max(at, now)).map(hourAnswer) : []);
  });

  router.get('/lines/:id/losses', async (request, response) => {
    const now = clock.now();
    const asked = instant(request, 'from', instant(request, 'at', now));
    const known = await facts.at(request.params.id, asked);
    const shift = shiftAt(known.shifts, asked);
    const isSpan = text(request, 'from') !== undefined;
    const to = instant(request, 'to', shift?.end ?? asked);
    if (isSpan && to < asked) throw badRequest('from must not be after to');
    const at = instant(request, 'at', now);
    const bridge = shift && lossesOf(known, shift, isSpan ? { start: asked, end: to } : shift, at);
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
