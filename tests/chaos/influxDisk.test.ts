// InfluxDB's own disk full, on a real small file system: what it acknowledged afterwards it keeps.
import { expect, test } from 'vitest';
import { InfluxDatabase } from '../../server/src/influx/database.ts';
import { InfluxHistory } from '../../server/src/influx/history.ts';
import { InfluxWriter } from '../../server/src/influx/writer.ts';
import { aReading, MORNING } from '../support/builders.ts';
import { hasInfluxd, startInfluxd } from '../support/influxd.ts';
import { aSmallDisk } from '../support/smallDisk.ts';

test.skipIf(!hasInfluxd)(
  'a full disk of InfluxDB is told with the way out, and all is written in the end, to stay',
  async () => {
    await using disk = await aSmallDisk(60);
    await using influxd = await startInfluxd({ folder: disk.path });
    const database = new InfluxDatabase({
      url: new URL(`${influxd.http}/plant`),
      deadlineMs: 20_000,
    });
    const [writer, history] = [new InfluxWriter(database, null), new InfluxHistory(database)];
    const given = Array.from({ length: 5_000 }, (_, n) => aReading({ at: MORNING + n, good: n }));
    const write = (from: number, to: number) =>
      writer.write(
        given.slice(from, to).map((reading) => [reading]),
        MORNING,
      );
    expect(await write(0, 1_000)).toMatchObject({ ok: true, refused: [] });
    await disk.fill();
    const trouble = expect.stringMatching(/make room and restart InfluxDB twice/) as string;
    expect(await write(1_000, 2_000)).toMatchObject({ ok: false, kind: 'later', trouble });
    await disk.clear();
    // With one restart it would append behind the torn end of its log, and lose that at the next start.
    for (let restarts = 0; restarts < 2; restarts++) {
      await influxd.stop();
      await influxd.start();
    }
    expect(await write(1_000, 5_000)).toMatchObject({ ok: true, refused: [] });
    await influxd.kill();
    await influxd.start();
    expect(await history.read('press-1', 0, Infinity)).toEqual(given);
    database.close();
  },
);
