/** Everything that can go wrong with InfluxDB while readings come in: none is lost, and screens notice nothing. */

import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { aBadWire, type WireState } from '../support/badWire.ts';
import { HOUR } from '../support/builders.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { byLength } from '../support/length.ts';
import { until } from '../support/product.ts';
import { seeded } from '../support/random.ts';
import { aSmallDisk } from '../support/smallDisk.ts';
import { numbersInApi, numbersInInflux } from '../support/source.ts';
import { Stage, type StageOptions } from '../support/stage.ts';

const LINES = ['one', 'two', 'three'];
const DATABASE = 'plant';
const BEFORE = 600;
const MEANWHILE = byLength(1_500, 30_000);
const KILLS = byLength(2, 20);
const SECRET = 'S3cret/ ü@:%';
const USER = `line-side:${encodeURIComponent(SECRET)}`;
const DOES_NOT_ANSWER = /^InfluxDB at 127\.0\.0\.1:\d+ does not answer .*check that it runs/;
const LONG = { timeout: byLength(120_000, 600_000) };

interface Fault {
  readonly begin: () => Promise<void> | void;
  readonly words: RegExp;
  readonly end: () => Promise<void> | void;
}

/** Readings before, during and after it; then everything is where it must be. */
async function endures(stage: Stage, name: string, { begin, words, end }: Fault): Promise<void> {
  await stage.send(BEFORE);
  await stage.delivered();
  await begin();
  await stage.send(MEANWHILE);
  const { store } = await stage.troubled(words);
  // A file on a full disk may still have a few bytes of its last block.
  expect(store.spooled).toBeGreaterThan(MEANWHILE / 2);
  await stage.expectShown();
  await end();
  const seconds = await stage.delivered();
  await stage.send(BEFORE);
  await stage.delivered();
  await stage.expectEverywhere();
  await stage.expectSecret(SECRET);
  const { boards, slowestMs, source } = stage;
  console.log(
    `${name}: ${source.sent} readings, ${store.spooled} waited, delivered ${seconds.toFixed(1)} s after the end of it; ${boards} boards, the slowest in ${slowestMs.toFixed(0)} ms`,
  );
}

// At the same time: a deadline of a quarter of a minute is all that tells of some of them.
describe.skipIf(!hasInfluxd).concurrent('InfluxDB', () => {
  const stageOf = (
    influxd: Influxd,
    options: Pick<StageOptions, 'port' | 'env'> = {},
  ): Promise<Stage> =>
    Stage.open({ influxd, database: DATABASE, lines: LINES, user: USER, ...options });

  test(
    'is down at the start: the server is up, says so at once, and delivers later',
    LONG,
    async () => {
      await using influxd = await startInfluxd();
      await influxd.stop();
      await using stage = await stageOf(influxd);
      expect((await stage.troubled(DOES_NOT_ANSWER)).store.spooled).toBe(0);
      await stage.send(BEFORE);
      await stage.expectShown();
      await influxd.start();
      await stage.delivered();
      await stage.expectEverywhere();
      await stage.expectSecret(SECRET);
    },
  );

  test('is stopped, its port closed', LONG, async () => {
    await using influxd = await startInfluxd();
    await using stage = await stageOf(influxd);
    await endures(stage, 'stopped', {
      begin: () => influxd.stop(),
      words: DOES_NOT_ANSWER,
      end: () => influxd.start(),
    });
  });

  test('answers 503 to everything', LONG, async () => {
    await using influxd = await startInfluxd();
    await using stage = await stageOf(influxd);
    const failing = createServer((request, response) => {
      request.resume().once('end', () => response.writeHead(503).end('{"error":"timeout"}'));
    });
    await endures(stage, '503', {
      async begin() {
        await influxd.stop();
        await once(failing.listen(influxd.port, '127.0.0.1'), 'listening');
      },
      words: /^InfluxDB at 127\.0\.0\.1:\d+ fails \(.*\): see its log/,
      async end() {
        failing.close();
        failing.closeAllConnections();
        await influxd.start();
      },
    });
  });

  test(`is killed ${KILLS} times under load`, LONG, async () => {
    const random = seeded();
    await using influxd = await startInfluxd();
    await using stage = await stageOf(influxd);
    const over = new AbortController();
    const running = stage.source.run(stage.publisher, 2_000, { signal: over.signal });
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((next) => setTimeout(next, 300 + random.below(700)));
      await influxd.kill();
      await stage.troubled(DOES_NOT_ANSWER);
      await influxd.start();
      await until(
        () => stage.health(),
        ({ store }) => store.databaseTrouble === null,
      );
    }
    over.abort();
    await running;
    await stage.expectShown();
    await stage.delivered();
    await stage.expectEverywhere();
    console.log(`${KILLS} kills, ${stage.source.sent} readings`);
  });

  const WIRES: readonly (readonly [name: string, state: WireState])[] = [
    ['hangs: it accepts and never answers', 'hanging'],
    ['cuts its answers in the middle', 'cut-answer'],
    ['breaks off while it is sent something', 'cut-request'],
    ['breaks off after it has taken what it was sent', 'cut-behind-answer'],
  ];

  test.each(WIRES)('%s', LONG, async (name, state) => {
    await using influxd = await startInfluxd();
    await using wire = await aBadWire(influxd.port);
    await using stage = await stageOf(influxd, { port: wire.port });
    await endures(stage, name, {
      begin: () => wire.set(state),
      words: DOES_NOT_ANSWER,
      end: () => wire.set('good'),
    });
  });

  test(
    'refuses some readings for good: they are in quarantine with its reason, all others are there',
    LONG,
    async () => {
      await using influxd = await startInfluxd();
      // A day is a shard of its own then, and so are the types of its fields.
      await using stage = await stageOf(influxd, { env: { RETENTION_DAYS: '30' } });
      await stage.send(BEFORE);
      await stage.delivered();
      const yesterday = Date.now() - 30 * HOUR;
      const bad = `readings,line=else good=1.5 ${yesterday}000000`;
      expect(await influxd.write(DATABASE, 'lineside', bad)).toBe(204);
      const { publisher } = stage;
      const payload = JSON.stringify({ good: 1, seq: 7, ts: yesterday });
      await stage.send(BEFORE / 2);
      await publisher.publish({ topic: 'lineside/late/output', payload });
      await stage.send(BEFORE / 2);
      await stage.delivered();
      const refused = await until(
        () => stage.product.get<{ readonly payload: string }[]>('/api/quarantine'),
        ({ length }) => length > 0,
      );
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatchObject({
        topic: 'lineside/late/output',
        reason: expect.stringMatching(
          /the time-series database refused this reading: .*field type conflict/,
        ) as string,
      });
      expect(JSON.parse(refused[0]?.payload ?? '')).toMatchObject({ line: 'late', seq: 7 });
      expect(await numbersInApi(stage.product, 'late')).toEqual([7]);
      for (const line of LINES) {
        const numbers = stage.source.numbersOf(line);
        expect(await numbersInApi(stage.product, line)).toEqual(numbers);
        expect(await numbersInInflux(influxd, DATABASE, line)).toEqual(numbers);
      }
    },
  );
});

test.skipIf(!hasInfluxd)(
  'a wrong password: nothing is lost until it is right, and it is nowhere to be read',
  async () => {
    const admin = 'admin:admin';
    await using influxd = await startInfluxd({ auth: true });
    await influxd.run(`CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES`);
    await influxd.run(`CREATE DATABASE plant`, admin);
    await influxd.run(`CREATE USER "line-side" WITH PASSWORD 'another one'`, admin);
    const options = { influxd, lines: LINES, database: DATABASE, user: USER };
    await using stage = await Stage.open({ ...options, env: { LOG_LEVEL: 'debug' } });
    await stage.send(BEFORE);
    await stage.troubled(/does not accept the user and password .*correct them in INFLUX_URL/);
    await influxd.run(`SET PASSWORD FOR "line-side" = '${SECRET}'`, admin);
    await stage.troubled(/does not allow this to the user "line-side".*an administrator has to/);
    await stage.expectShown();
    await stage.expectSecret(SECRET);
    const { store } = await stage.health();
    for (const statement of /administrator has to run: (.*)$/
      .exec(store.databaseTrouble ?? '')?.[1]
      ?.split('; ') ?? []) {
      await influxd.run(statement, admin);
    }
    await stage.delivered();
    await stage.expectEverywhere(admin);
    await stage.expectSecret(SECRET);
  },
);

test.skipIf(!hasInfluxd)(
  'the disk of InfluxDB is full: all waits here, and is there after its restarts',
  LONG,
  async () => {
    await using disk = await aSmallDisk(60);
    await using influxd = await startInfluxd({ folder: disk.path });
    await using stage = await Stage.open({ influxd, lines: LINES, database: DATABASE, user: USER });
    await endures(stage, 'disk full', {
      begin: () => disk.fill(),
      words: /fails \(.*\): see its log.*disk/,
      async end() {
        await disk.clear();
        // With one restart it would append behind the torn end of its log, and lose that at the next start.
        for (let restarts = 0; restarts < 2; restarts++) {
          await influxd.stop();
          await influxd.start();
        }
      },
    });
  },
);
