/** Which of the plant's lines a page is about, as its address asks. */

import type { LineOnFloor } from './floor.svelte.ts';
import type { Route } from './route.svelte.ts';

/** Lines of the page: the one of a line page, those a wall asks for by id or area, else all. */
export function linesAsked(
  known: readonly LineOnFloor[],
  { page, query }: Pick<Route, 'page' | 'query'>,
): readonly LineOnFloor[] {
  if (page.name === 'line') return known.filter(({ facts }) => facts.line.id === page.id);
  if (page.name !== 'wall') return known;
  const area = query.get('area')?.toLowerCase() ?? null;
  const ids =
    query
      .get('lines')
      ?.split(',')
      .map((id) => id.trim())
      .filter(Boolean) ?? [];
  const inArea =
    area === null ? known : known.filter(({ facts }) => facts.line.area.toLowerCase() === area);
  if (ids.length === 0 || (ids.length === 1 && ids[0] === 'all')) return inArea;
  return ids.flatMap((id) => inArea.filter(({ facts }) => facts.line.id === id));
}
