import { expect, test } from 'vitest';
import { Book } from '../../server/src/book/book.ts';
import { KnownHours } from '../../server/src/book/known-hours.ts';
import { RecordsBook } from '../../server/src/book/records-book.ts';
import { openRecords } from '../../server/src/records/database.ts';
import { aReading, aShift, factsWith, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';

const JAM = { kind: 'reason', reason: 'jam', countermeasure: 'new rail' } as const;

test('B3: writings are taken in turn: done is said of the reason that holds by then', async () => {
  const records = await openRecords(':memory:');
  const clock = new FakeClock(MORNING + 2 * HOUR);
  const readings = Array.from({ length: 121 }, (_, minute) =>
    aReading({ at: MORNING + minute * MINUTE, good: minute }),
  );
  const hours = new KnownHours(() => Promise.resolve(factsWith(readings)), clock);
  const only = aShift();
  const calendar = { at: () => only, before: () => null, after: () => null, between: () => [only] };
  const book = new Book({
    ...{ store: new RecordsBook(() => records), lines: () => ['press-1'], hours, clock },
    ...{ calendar: () => calendar, onWritten: () => undefined },
  });
  await book.start();
  const hour = { line: 'press-1', hourStart: MORNING };
  await book.write(hour, 'Ada', { ...JAM, countermeasureDone: false });
  await Promise.all([
    book.write(hour, 'Bo', { ...JAM, reason: 'the sensor', countermeasureDone: false }),
    book.setDone(hour, 'Cy', true),
  ]);
  const known = await book.pages.around('press-1', MORNING);
  expect(known?.hours[0]?.written.reason).toMatchObject({
    ...{ who: 'Bo', reason: 'the sensor', countermeasureDone: true },
  });
  await records.destroy();
});
