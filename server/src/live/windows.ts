/** Which stretch of time is in view around an instant: its shift, or some hours where there is none. */

import { LOOKBACK_MS } from '@lineside/domain/view.ts';
import type { Calendar } from '../plan/calendar.ts';
import type { Window } from '../plan/plans.ts';

/** How long a view outside shifts lasts before it begins anew. */
const OFF_SHIFT_MS = LOOKBACK_MS;

/** The view of the present: from the shift's start to its end. It holds until `until`. */
export function liveWindow(calendar: Calendar, now: number): Window {
  const shift = calendar.at(now);
  if (shift) return { zeroAt: shift.start, until: shift.end };
  const ended = calendar.before(now)?.end ?? -Infinity;
  const zeroAt = ended > now - OFF_SHIFT_MS ? ended : now - (now % OFF_SHIFT_MS);
  const next = calendar.after(now)?.start ?? Infinity;
  return { zeroAt, until: Math.min(next, zeroAt + OFF_SHIFT_MS) };
}

/** The view of the past: the whole shift around an instant, or the hours around it. */
export function pastWindow(calendar: Calendar, at: number): Window {
  const shift = calendar.at(at);
  if (shift) return { zeroAt: shift.start, until: shift.end };
  return { zeroAt: at - OFF_SHIFT_MS, until: at + OFF_SHIFT_MS };
}
