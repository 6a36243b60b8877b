/** A shift as the broker gets to see it: model, gateway and story put together. */

import type { Shift } from '@lineside/domain/shift.ts';
import { throughGateway, type Delivery } from './gateway.ts';
import { merged } from './merge.ts';
import { shiftEvents } from './model/line-model.ts';
import { chapter, type Story } from './scenario.ts';

/** The deliveries of each line in one shift. */
export function deliveriesByLine(story: Story, shift: Shift): Generator<Delivery>[] {
  const { seed, lines } = story;
  return lines.map((spec, index) => {
    const { conduct, faults } = chapter(story, index, shift);
    const events = shiftEvents(seed, spec, shift, conduct);
    return throughGateway(events, faults, seed, spec.id, shift.id);
  });
}

/** All lines together, as time goes by. */
export const asItHappens = (story: Story, shift: Shift): Generator<Delivery> =>
  merged(deliveriesByLine(story, shift));

/** One line after the other: what comes late, comes cheaper to a reader the more of it fits together. */
export function* lineByLine(story: Story, shift: Shift): Generator<Delivery> {
  for (const deliveries of deliveriesByLine(story, shift)) yield* deliveries;
}
