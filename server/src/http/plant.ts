/** `GET /api/plant` and `GET /api/shifts`: the plant and its calendar. */

import type { PlantInfo } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { Calendar } from '../plan/calendar.ts';
import type { Clock } from '../ports.ts';
import { shiftAnswer } from './answers.ts';
import { span } from './query.ts';

const DAY = 86_400_000;
const MOST_DAYS = 366;

export interface PlantParts {
  readonly plant: PlantInfo;
  readonly calendar: Calendar;
  readonly clock: Pick<Clock, 'now'>;
}

export function plantRouter({ plant, calendar, clock }: PlantParts): Router {
  const router = Router();

  router.get('/plant', (_request, response) => {
    response.json(plant);
  });

  router.get('/shifts', (request, response) => {
    const now = clock.now();
    const { from, to } = span(request, { from: now - 7 * DAY, to: now + DAY }, MOST_DAYS);
    response.json(calendar.between(from, to).map(shiftAnswer));
  });

  return router;
}
