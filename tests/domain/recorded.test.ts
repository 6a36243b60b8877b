import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Ledger } from '@lineside/domain/ledger.ts';
import { aReading } from '../support/builders.ts';

const MACHINES = [
  { file: 'Hurco01-20170809-20170810.txt', good: 4, unseen: 3, implausible: 1 },
  { file: 'Hurco02-20170124-20170125.txt', good: 3, unseen: 3, implausible: 0 },
];

/** The part counts of a recorded machine; with `heard`, its silences as availability too. */
function recorded(file: string, heard: boolean) {
  const text = readFileSync(new URL(`../fixtures/real/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .map((row) => row.split('|'))
    .filter(([, name]) => name === 'Part_Count')
    .map(([time = '', , value = '']) => ({ at: Math.trunc(Date.parse(time)), value }))
    .filter(({ value }) => heard || value !== 'UNAVAILABLE')
    .map(({ at, value }) =>
      value === 'UNAVAILABLE'
        ? aReading({ at, online: false })
        : aReading({ at, good: Number(value) }),
    );
}

for (const heard of [true, false]) {
  test.each(MACHINES)(
    `C2-C6: recorded machine $file, ${heard ? 'with' : 'without'} its availability`,
    ({ file, ...expected }) => {
      const ledger = new Ledger({
        idealCycleSeconds: () => 60,
        rollover: null,
        correction: 0,
        staleAfterSeconds: null,
      });
      ledger.add(recorded(file, heard));
      expect(ledger.track.totalsAt(Infinity)).toMatchObject(expected);
    },
  );
}
