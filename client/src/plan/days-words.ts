/** Weekdays in few words: `Mon–Fri`, `Sat, Sun`, `every day`. */

import type { DayName } from '@lineside/domain/plan.ts';
import { DAY_NAMES } from './draft.ts';

export function daysWords(days: readonly DayName[] = DAY_NAMES): string {
  if (days.length === DAY_NAMES.length) return 'every day';
  const runs: DayName[][] = [];
  for (const [place, day] of DAY_NAMES.entries()) {
    if (!days.includes(day)) continue;
    const run = runs.at(-1);
    const before = DAY_NAMES[place - 1];
    if (run && run.at(-1) === before) run.push(day);
    else runs.push([day]);
  }
  return runs.map(runWords).join(', ');
}

function runWords(run: readonly DayName[]): string {
  return run.length > 2 ? `${run[0] ?? ''}–${run.at(-1) ?? ''}` : run.join(', ');
}
