/** kill -9 under load, with every broker and every store. */

import { describe, expect, test } from 'vitest';
import { hasInfluxd } from '../support/influxd.ts';
import { COMBINATIONS, killAgainAndAgain } from '../support/kills.ts';
import { byLength } from '../support/length.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { seeded } from '../support/random.ts';

const KILLS = Number(process.env['KILLS'] ?? byLength(5, 100));

describe.each(COMBINATIONS)('broker $broker, store $database', (combination) => {
  const isThere =
    (combination.broker === 'embedded' || hasMosquitto) &&
    (combination.database === 'SQLite' || hasInfluxd);

  test.skipIf(!isThere)(
    `${KILLS} times kill -9: every acknowledged reading is there, once`,
    { timeout: 30_000 + KILLS * 20_000 },
    async () => {
      const figures = await killAgainAndAgain(combination, KILLS, seeded());
      console.log(JSON.stringify(figures));
      expect(figures.acknowledged).toBe(figures.sent);
      expect(figures.lost).toBe(0);
      expect(figures.stored).toBe(figures.distinct);
      if (figures.inDatabase !== null) expect(figures.inDatabase).toBe(figures.stored);
    },
  );
});
