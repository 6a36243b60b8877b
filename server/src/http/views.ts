/** `GET /api/views`: whole shifts of the past, for replay. */

import { viewOf } from '@lineside/domain/view.ts';
import type { LineView, PlantInfo, ViewsAnswer } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { Floor } from '../live/floor.ts';
import { pastWindow } from '../live/windows.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Clock } from '../ports.ts';
import type { LineFactsSource } from './line-facts.ts';
import { instant, text } from './query.ts';

export interface ViewsParts {
  readonly plant: PlantInfo;
  readonly build: () => string;
  readonly calendar: Calendar;
  readonly floor: Pick<Floor, 'ids'>;
  readonly facts: LineFactsSource;
  readonly clock: Pick<Clock, 'now'>;
}

export function viewsRouter(parts: ViewsParts): Router {
  const { plant, build, calendar, floor, facts, clock } = parts;
  const router = Router();

  router.get('/views', async (request, response) => {
    const window = pastWindow(calendar, instant(request, 'at', clock.now()));
    const asked = text(request, 'lines');
    const ids = asked === undefined || asked === 'all' ? floor.ids : asked.split(',');
    for (const id of ids) facts.check(id);
    const view = async (id: string): Promise<LineView> =>
      viewOf(await facts.over(id, window), { ...window, discovered: facts.isDiscovered(id) });
    const lines = await Promise.all([...new Set(ids)].map(view));
    response.json({ serverTime: clock.now(), build: build(), plant, lines } satisfies ViewsAnswer);
  });

  return router;
}
