/** A shift as the broker gets to see it: model, gateway and story put together. */

import type { Shift } from '@lineside/domain/shift.ts';
import { throughGateway, type Delivery } from './gateway.ts';
import { merged } from './merge.ts';
import { shiftEvents } from './model/line-model.ts';
import { chapter, type Story } from './scenario.ts';

/** Every delivery of one shift, all lines together. */
export function shiftDeliveries(story: Story, shift: Shift): Generator<Delivery> {
  const { seed, lines } = story;
  return merged(
    lines.map((spec, index) => {
      const { conduct, faults } = chapter(story, index, shift);
      const events = shiftEvents(seed, spec, shift, conduct);
      return throughGateway(events, faults, seed, spec.id, shift.id);
    }),
  );
}
