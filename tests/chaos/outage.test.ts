/**
 * InfluxDB stopped for ten minutes at 1,000 readings a second. The ten minutes alone:
 * `CHAOS=long npx vitest run --project chaos tests/chaos/outage.test.ts`
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasInfluxd, startInfluxd } from '../support/influxd.ts';
import { byLength } from '../support/length.ts';
import { until } from '../support/product.ts';
import { Stage } from '../support/stage.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const PER_SECOND = 1_000;
const AWAY_MS = byLength(10_000, 600_000);
const DRAINED_WITHIN_SECONDS = 300;
const MIB = 1024 * 1024;

function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kibibytes) * 1024) / MIB);
}

test.skipIf(!hasInfluxd)(
  `${AWAY_MS / 1000} s without InfluxDB at ${PER_SECOND} readings/s: nothing lost, screens go on, drained in order`,
  { timeout: 120_000 + 3 * AWAY_MS },
  async () => {
    await using influxd = await startInfluxd();
    await using stage = await Stage.open({ influxd, database: 'plant', lines: LINES });
    const { source, publisher, screen, product } = stage;
    const run = (ms: number): Promise<void> => source.run(publisher, PER_SECOND, { ms });
    await run(2_000);
    await stage.delivered();
    const [before, framesBefore, resident] = [
      source.sent,
      screen.frames,
      [residentMiB(product.pid)],
    ];

    await influxd.stop();
    await run(AWAY_MS);
    const { store } = await stage.troubled(/does not answer/);
    const frames = screen.frames - framesBefore;
    expect(store.spooled).toBe(source.sent - before);
    expect(frames).toBeGreaterThan(AWAY_MS / 1000);
    expect(screen.asked).toBe(1);
    resident.push(residentMiB(product.pid));

    // Readings go on coming in while what waited is delivered.
    await influxd.start();
    const over = new AbortController();
    const running = source.run(publisher, PER_SECOND, { signal: over.signal });
    const [began, drainedFrom] = [performance.now(), source.sent];
    await until(
      () => stage.health(),
      // A second's worth is always under way.
      ({ store: { spooled } }) => spooled < PER_SECOND,
      2 * DRAINED_WITHIN_SECONDS * 1000,
    );
    const seconds = (performance.now() - began) / 1000;
    const delivered = store.spooled + source.sent - drainedFrom;
    over.abort();
    await running;
    await stage.delivered();
    resident.push(residentMiB(product.pid));
    console.log(
      `${source.sent} readings, at most ${store.spooled} waited; ${frames} frames and ${stage.boards} boards meanwhile, the slowest in ${stage.slowestMs.toFixed(0)} ms; drained in ${seconds.toFixed(1)} s (${Math.round(delivered / seconds)} readings/s, ${PER_SECOND} new ones/s included); server memory ${resident.join(', ')} MiB before, at the end of it, after`,
    );
    expect(seconds).toBeLessThan(DRAINED_WITHIN_SECONDS);
    await stage.expectShown();
    await stage.delivered();
    await stage.expectEverywhere();
  },
);
