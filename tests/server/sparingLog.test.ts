import { expect, test } from 'vitest';
import { SparingLog } from '../../server/src/sparing-log.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { TestLog } from '../support/log.ts';

function aSparingLog() {
  const [clock, log] = [new FakeClock(0), new TestLog()];
  return { clock, log, sparing: new SparingLog(log, clock) };
}

test('a flood of one sentence is two lines in ten seconds: the first, and the last with how many', () => {
  const { clock, log, sparing } = aSparingLog();
  for (let n = 0; n < 10_000; n++) sparing.warn({ n }, 'refused');
  expect(log.warnings).toEqual([{ fields: { n: 0 }, message: 'refused' }]);
  clock.advance(10_000);
  expect(log.warnings.slice(1)).toEqual([
    { fields: { n: 9_999, leftOut: 9_999 }, message: 'refused' },
  ]);
});

test('after a quiet span the same sentence is news again; others never wait for it', () => {
  const { clock, log, sparing } = aSparingLog();
  sparing.warn({}, 'one');
  sparing.warn({}, 'other');
  sparing.error({}, 'one');
  expect([log.warnings.length, log.errors.length]).toEqual([2, 1]);
  clock.advance(10_000);
  sparing.warn({}, 'one');
  expect(log.warnings).toHaveLength(3);
});
