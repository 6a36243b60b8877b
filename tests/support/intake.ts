/** An intake as the server has it, around a store of the test's. */

import { Arrivals } from '../../server/src/intake/arrivals.ts';
import { Intake, type IntakeEvents, type Shown } from '../../server/src/intake/intake.ts';
import { TopicMap } from '../../server/src/intake/topics.ts';
import type { Clock, Quarantine, ReadingStore } from '../../server/src/ports.ts';

const nothing = (): undefined => undefined;
const UNHEARD: IntakeEvents = {
  accepted: nothing,
  duplicate: nothing,
  refused: nothing,
  retainedLeftOut: nothing,
};

export const TOPICS = new TopicMap(['lineside/{line}/output']);

export function anIntake(
  store: Pick<ReadingStore, 'append'> & Pick<Quarantine, 'refuse'>,
  clock: Pick<Clock, 'now'>,
  { shown = [], events = {} }: { shown?: readonly Shown[]; events?: Partial<IntakeEvents> } = {},
): Intake {
  const told = { ...UNHEARD, ...events };
  const arrivals = new Arrivals();
  return new Intake({
    ...{ store, quarantine: store, arrivals, topics: TOPICS },
    ...{ shown, events: told, clock },
  });
}
