/** `GET /api/views`: whole shifts of the past, for replay. */

import { viewOf } from '@lineside/domain/view.ts';
import type { PlantInfo, ViewsAnswer } from '@lineside/domain/wire.ts';
import { Router } from 'express';
import type { Floor } from '../live/floor.ts';
import type { Shelf } from '../live/shelf.ts';
import { pastWindow } from '../live/windows.ts';
import type { Plans } from '../plan/plans.ts';
import type { Clock } from '../ports.ts';
import type { LineFactsSource } from './line-facts.ts';
import { instant, text } from './query.ts';

export interface ViewsParts {
  readonly plant: PlantInfo;
  readonly build: () => string;
  readonly plans: Pick<Plans, 'calendar' | 'linesIn'>;
  readonly floor: Pick<Floor, 'ids'>;
  readonly facts: Pick<LineFactsSource, 'check' | 'isDiscovered' | 'standsIn' | 'within'>;
  readonly shelf: Shelf;
  readonly clock: Pick<Clock, 'now'>;
}

export function viewsRouter(parts: ViewsParts): Router {
  const { plant, build, plans, floor, facts, shelf, clock } = parts;
  const router = Router();

  router.get('/views', async (request, response) => {
    const window = pastWindow(plans.calendar, instant(request, 'at', clock.now()));
    const asked = text(request, 'lines');
    const all = (): string[] => [...plans.linesIn(window).map(({ id }) => id), ...floor.ids];
    const ids = asked === undefined || asked === 'all' ? all() : asked.split(',');
    for (const id of ids) facts.check(id);
    const load = async (id: string): Promise<string> => {
      const discovered = facts.isDiscovered(id, window);
      const found = await facts.within(id, window);
      if (facts.standsIn(found, window)) shelf.forget(id, window);
      return JSON.stringify(viewOf(found, { ...window, discovered }));
    };
    const views: string[] = [];
    // One after the other, so that the live stream has its turn in between: all at once would hold it up for a second.
    for (const id of new Set(ids)) views.push(await shelf.view(id, window, () => load(id)));
    const rest: Omit<ViewsAnswer, 'lines'> = { serverTime: clock.now(), build: build(), plant };
    // The views are text already.
    const answer = `${JSON.stringify(rest).slice(0, -1)},"lines":[${views.join(',')}]}`;
    response.type('json').send(answer);
  });

  return router;
}
