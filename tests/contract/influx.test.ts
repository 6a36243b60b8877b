// The InfluxDB side of storing readings, against a real influxd: exact, convergent, and clear about every failure.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '@lineside/domain/reading.ts';
import { InfluxDatabase } from '../../server/src/influx/database.ts';
import { InfluxHistory } from '../../server/src/influx/history.ts';
import { Influx } from '../../server/src/influx/influx.ts';
import { InfluxWriter, type Written } from '../../server/src/influx/writer.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { aBadWire, type WireState } from '../support/badWire.ts';
import { aReading, HOUR, MINUTE, MORNING } from '../support/builders.ts';
import { hasInfluxd, startInfluxd, type Influxd } from '../support/influxd.ts';
import { until } from '../support/product.ts';
import { seeded, type Random } from '../support/random.ts';

/** A line's odd sibling that says nothing. */
const NOTHING = { line: '__proto__' };
const DONE: Written = { ok: true, refused: [] };

interface Side {
  readonly url: URL;
  readonly database: InfluxDatabase;
  readonly writer: InfluxWriter;
  readonly history: InfluxHistory;
}

/** A database of its own for each test. */
function aSide(
  http: string,
  options: {
    readonly name?: string;
    readonly user?: string;
    readonly retentionDays?: number | null;
    readonly deadlineMs?: number;
  } = {},
): Side {
  const { name = `plant-${++sides}`, user, retentionDays = null, deadlineMs = 20_000 } = options;
  const url = new URL(`${http.replace('//', user === undefined ? '//' : `//${user}@`)}/${name}`);
  const database = new InfluxDatabase({ url, deadlineMs });
  const writer = new InfluxWriter(database, retentionDays);
  return { url, database, writer, history: new InfluxHistory(database) };
}
let sides = 0;

/** Readings of one line at one moment, together, in no order. */
function instantsOf(readings: readonly Reading[]): Reading[][] {
  return [...Map.groupBy(readings, ({ line, at }) => `${line} ${at}`).values()];
}

async function allOf(pages: AsyncIterable<readonly Reading[]>): Promise<Reading[]> {
  return (await Array.fromAsync(pages)).flat();
}

/** Readings of three lines over some days: most of them bare, some at the same moment. */
function someDays(random: Random, count: number): Reading[] {
  const words = ['lid', 'cup', '__proto__'];
  return Array.from({ length: count }, (_, n) => {
    const rarely = <T>(value: T): T | null => (random.below(300) === 0 ? value : null);
    return aReading({
      line: `line-${random.below(3)}`,
      at: MORNING + random.below(100) * HOUR + random.below(60) * MINUTE,
      receivedAt: MORNING + random.below(200 * HOUR),
      kind: random.below(5) ? 'total' : 'increment',
      good: random.below(3) ? n : null,
      reject: rarely(n),
      seq: random.below(2) ? random.below(5) : null,
      state: rarely(random.below(2) ? 'idle' : 'running'),
      product: rarely(words[random.below(3)] ?? ''),
      online: rarely(random.below(2) === 0),
    });
  });
}

async function oracleOf(readings: readonly Reading[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const reading of readings) await store.append(reading);
  return store;
}

describe.skipIf(!hasInfluxd)('InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(async () => {
    await influxd[Symbol.asyncDispose]();
  });

  test('answers every question about readings as the memory does', async () => {
    const { writer, history } = aSide(influxd.http);
    const random = seeded();
    const given = someDays(random, 12_000);
    const oracle = await oracleOf(given);
    const kept = await allOf(oracle.pages({ line: null, from: -Infinity, to: Infinity }));
    expect(await writer.write(instantsOf(kept), Date.now())).toEqual(DONE);
    expect((await history.lines()).sort()).toEqual((await oracle.lines(-1)).sort());
    for (let round = 0; round < 60; round++) {
      const line = `line-${random.below(4)}`;
      const [from, at] = [random.below(101 * HOUR), random.below(101 * HOUR)].map(
        (n) => MORNING + n,
      );
      const limit = round % 10 ? random.below(70) : 3_000;
      expect(await history.before(line, at ?? 0, limit)).toEqual(
        await oracle.before(line, at ?? 0, limit),
      );
      expect(await history.lastOfEach(line, at ?? 0)).toEqual(
        await oracle.lastOfEach(line, at ?? 0),
      );
      const to = (from ?? 0) + random.below(20 * HOUR);
      expect(await history.read(line, from ?? 0, to)).toEqual(
        await oracle.read(line, from ?? 0, to),
      );
    }
    for (const span of [
      { from: -Infinity, to: Infinity },
      { from: 0, to: MORNING + 50 * HOUR },
    ]) {
      const asked = { line: 'line-1', ...span };
      expect(await allOf(history.pages(asked))).toEqual(await allOf(oracle.pages(asked)));
    }
  });

  test('an instant that is written again with more readings takes the place of what was there', async () => {
    const { writer, history } = aSide(influxd.http);
    const random = seeded();
    const given = Array.from({ length: 300 }, (_, n) =>
      aReading({
        at: MORNING + random.below(40),
        good: random.below(2) ? n : null,
        product: random.below(2) ? 'lid' : null,
        seq: n,
      }),
    );
    // Each reading makes its instant grow, in any order, and now and then one is delivered twice.
    for (let count = 60; count <= given.length; count += 60) {
      expect(await writer.write(instantsOf(given.slice(0, count)), Date.now())).toEqual(DONE);
      expect(await writer.write(instantsOf(given.slice(0, count)).slice(3, 9), Date.now())).toEqual(
        DONE,
      );
    }
    const oracle = await oracleOf(given);
    expect(await history.read('press-1', 0, Infinity)).toEqual(
      await oracle.read('press-1', 0, Infinity),
    );
  });

  test('odd values come back as they were', async () => {
    const { writer, history } = aSide(influxd.http);
    const odd = aReading({
      line: '__proto__',
      at: 1,
      receivedAt: Number.MAX_SAFE_INTEGER,
      kind: 'increment',
      good: Number.MAX_SAFE_INTEGER,
      reject: 0,
      seq: Number.MAX_SAFE_INTEGER,
      state: 'changeover',
      product: '__proto__',
    });
    const given = [
      odd,
      ...[true, false].map((online, n) => aReading({ ...NOTHING, at: 2 + n, online })),
      aReading({ ...NOTHING, at: MORNING + 0.999 + 0.001, state: 'stopped', product: 'null' }),
      aReading({ ...NOTHING, at: MORNING + 2, good: 0 }),
    ];
    expect(await writer.write(instantsOf(given), MORNING)).toEqual(DONE);
    expect(await history.read('__proto__', 0, Infinity)).toEqual(given);
    expect(await history.lines()).toEqual(['__proto__']);
    expect(await history.read("' OR line <> '", 0, Infinity)).toEqual([]);
    expect(await history.lastOfEach('hasOwnProperty', Infinity)).toEqual([]);
  });

  test('a page ends between two instants, however many readings an instant has', async () => {
    const { writer, history } = aSide(influxd.http);
    const at = (n: number): number => MORNING + (n < 6_500 ? 0 : n < 6_600 ? 7 : 8 + (n % 50));
    const given = Array.from({ length: 14_000 }, (_, n) => aReading({ at: at(n), good: n }));
    expect(await writer.write(instantsOf(given), MORNING)).toEqual(DONE);
    const span = { line: 'press-1', from: 0, to: Infinity };
    const pages = await Array.fromAsync(history.pages(span));
    const oracle = await oracleOf(given);
    expect(pages.flat()).toEqual(await oracle.read('press-1', 0, Infinity));
    expect(pages.length).toBeGreaterThan(2);
    for (const [n, page] of pages.slice(1).entries()) {
      expect(pages[n]?.at(-1)?.at).toBeLessThan(page[0]?.at ?? 0);
    }
    for (const limit of [1, 5_000, 7_600, 13_000, 20_000]) {
      expect(await history.before('press-1', Infinity, limit)).toEqual(
        await oracle.before('press-1', Infinity, limit),
      );
    }
  });

  test('a database that others use keeps its default, and the policy follows the retention', async () => {
    const { database } = aSide(influxd.http, { name: 'shared' });
    await influxd.run('CREATE DATABASE shared');
    const policies = async (): Promise<unknown> => {
      const answer = await influxd.run('SHOW RETENTION POLICIES ON shared');
      return (answer as [{ series: [{ values: unknown[][] }] }])[0].series[0].values.map(
        ([name, duration, , , isDefault]) => [name, duration, isDefault],
      );
    };
    for (const [days, duration] of [
      [400, '9600h0m0s'],
      [14, '336h0m0s'],
      [null, '0s'],
      [null, '0s'],
    ] as const) {
      expect(await database.ensure(days)).toMatchObject({ ok: true });
      const theirs = ['autogen', '0s', true];
      expect(await policies()).toEqual([theirs, ['lineside', duration, false]]);
    }
  });

  describe('what it refuses', () => {
    /** Another type in a field makes InfluxDB refuse ours for that time from then on. */
    const spoil = async (database: InfluxDatabase, at: number): Promise<void> => {
      await database.ensure(null);
      const line = `readings,line=other good="many" ${at}000000`;
      expect(await influxd.write(database.name, 'lineside', line)).toBe(204);
    };
    const spoilt = MORNING + 60 * 24 * HOUR;
    const isSpoilt = ({ at }: Reading): boolean => Math.abs(at - spoilt) < MINUTE;

    test('bad readings stand alone in the end, and all others are written', async () => {
      const { database, writer, history } = aSide(influxd.http);
      await spoil(database, spoilt);
      const random = seeded();
      const bad = new Set([7, 8, ...Array.from({ length: 5 }, () => random.below(6_000))]);
      const given = Array.from({ length: 6_000 }, (_, n) =>
        aReading({ at: (bad.has(n) ? spoilt : MORNING) + n, good: n }),
      );
      const written = await writer.write(instantsOf(given), Date.now());
      if (!written.ok) throw new Error(written.trouble);
      const byTime = (a: Reading, b: Reading): number => a.at - b.at;
      expect(written.refused.map(({ reading }) => reading).sort(byTime)).toEqual(
        given.filter(isSpoilt).sort(byTime),
      );
      for (const { reason } of written.refused) expect(reason).toMatch(/field type conflict/);
      const kept = given.filter((reading) => !isSpoilt(reading));
      expect(await history.read('press-1', 0, Infinity)).toEqual(kept);
      expect(await history.lastOfEach('press-1', Infinity)).toEqual([kept.at(-1)]);
    });

    test('where it refuses everything, no reading is to blame, and it heals', async () => {
      const { database, writer, history } = aSide(influxd.http);
      await spoil(database, spoilt);
      await spoil(database, Date.UTC(2200, 0, 1));
      const given = instantsOf([aReading({ at: spoilt, good: 1 })]);
      const trouble = expect.stringMatching(/refuses .* field type conflict/) as string;
      expect(await writer.write(given, MORNING)).toMatchObject({ ok: false, trouble });
      await influxd.run(`DROP DATABASE "${database.name}"`);
      expect(await writer.write(given, MORNING)).toEqual(DONE);
      expect(await history.read('press-1', 0, Infinity)).toEqual(given.flat());
    });

    test('what is older than the retention is let go of, not refused', async () => {
      const { writer, history } = aSide(influxd.http, { retentionDays: 30 });
      const now = Date.now();
      const old = [40, 31].map((days) => aReading({ at: now - days * 24 * HOUR, good: 1 }));
      const recent = [29, 1].map((days) => aReading({ at: now - days * 24 * HOUR, good: 1 }));
      expect(await writer.write(instantsOf([...old, ...recent]), now)).toEqual(DONE);
      expect(await history.read('press-1', 0, Infinity)).toEqual(recent);
      // Our clock may be behind: then InfluxDB itself says so.
      expect(await writer.write(instantsOf([...old, ...recent]), 0)).toEqual(DONE);
      expect(await history.read('press-1', 0, Infinity)).toEqual(recent);
    });
  });

  describe('what comes between', () => {
    const given = Array.from({ length: 3_000 }, (_, n) => aReading({ at: MORNING + n, good: n }));

    test('a database that goes is missed once and made again', async () => {
      const { database, writer, history } = aSide(influxd.http);
      await expect(history.read('press-1', 0, Infinity)).rejects.toThrow(/lacks the database/);
      expect(await writer.write(instantsOf(given), MORNING)).toEqual(DONE);
      await influxd.run(`DROP DATABASE "${database.name}"`);
      const lost = await writer.write(instantsOf(given), MORNING);
      const trouble = expect.stringContaining('not found') as string;
      expect(lost).toMatchObject({ ok: false, trouble });
      expect(await writer.write(instantsOf(given), MORNING)).toEqual(DONE);
      await influxd.run(`DROP RETENTION POLICY lineside ON "${database.name}"`);
      expect(await writer.write(instantsOf(given), MORNING)).toMatchObject({ ok: false });
      expect(await writer.write(instantsOf(given), MORNING)).toEqual(DONE);
      expect(await history.read('press-1', 0, Infinity)).toEqual(given);
    });

    test.each<[WireState, RegExp]>([
      ['hanging', /no answer within 0.5 s.*check/],
      ['cut-answer', /no answer within 0.5 s.*check/],
      ['cut-request', /does not answer \(ECONNRESET\).*check/],
      ['cut-behind-answer', /does not answer \(ECONNRESET\).*check/],
    ])(
      'a wire that is %s: told in time, nothing left open, and over with it',
      async (state, told) => {
        await using wire = await aBadWire(influxd.port);
        const side = aSide(`http://127.0.0.1:${wire.port}`, { deadlineMs: 500 });
        const { writer, history, database } = side;
        const [early, late] = [given.slice(0, 100), given.slice(100, 200)];
        expect(await writer.write(instantsOf(early), MORNING)).toEqual(DONE);
        wire.set(state);
        await expect(history.read('press-1', 0, Infinity)).rejects.toThrow(told);
        // An answer without a body cannot be cut within it.
        if (state !== 'cut-answer') {
          const trouble = expect.stringMatching(told) as string;
          expect(await writer.write(instantsOf(late), MORNING)).toMatchObject({
            ok: false,
            trouble,
          });
        }
        await until(
          () => Promise.resolve(wire.open),
          (open) => open === 0,
        );
        wire.set('good');
        expect(await writer.write(instantsOf(late), MORNING)).toEqual(DONE);
        expect(await history.read('press-1', 0, Infinity)).toEqual([...early, ...late]);
        database.close();
        await until(
          () => Promise.resolve(wire.open),
          (open) => open === 0,
        );
      },
    );

    // Once only: killed again soon, InfluxDB itself may lose what it acknowledged in between.
    test('killed while it is written to, it has all that was acknowledged, and the rest later', async () => {
      await using mortal = await startInfluxd();
      const { writer, history } = aSide(mortal.http);
      const batches = Array.from({ length: 30 }, (_, n) => given.slice(n * 100, (n + 1) * 100));
      const random = seeded();
      const fatal = 5 + random.below(20);
      for (const [n, batch] of batches.entries()) {
        const writing = writer.write(instantsOf(batch), MORNING);
        if (n !== fatal) {
          expect(await writing).toEqual(DONE);
          continue;
        }
        await new Promise((next) => setTimeout(next, random.below(6)));
        await mortal.kill();
        const written = await writing;
        const trouble = expect.stringContaining('ECONNREFUSED') as string;
        const meanwhile = await writer.write(instantsOf(batch), MORNING);
        expect(meanwhile).toMatchObject({ ok: false, kind: 'later', trouble });
        await mortal.start();
        const acknowledged = given.slice(0, (written.ok ? n + 1 : n) * 100);
        const kept = await history.read('press-1', 0, Infinity);
        expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged);
        expect(await writer.write(instantsOf(batch), MORNING)).toEqual(DONE);
      }
      expect(await history.read('press-1', 0, Infinity)).toEqual(given);
    });

    test('something else that listens there is told apart', async () => {
      const server = createServer((_, response) => response.end('<html>hello</html>'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { readonly port: number };
      const { writer } = aSide(`http://127.0.0.1:${port}`);
      const trouble = expect.stringContaining('does not speak the API of InfluxDB 1.x') as string;
      expect(await writer.write([], MORNING)).toMatchObject({ ok: false, trouble });
      server.close();
    });
  });

  test('who may not is told what an administrator has to run, never the password', async () => {
    await using guarded = await startInfluxd({ auth: true });
    const root = 'root:deep-secret';
    await guarded.run(`CREATE USER root WITH PASSWORD 'deep-secret' WITH ALL PRIVILEGES`);
    await guarded.run(`CREATE USER line WITH PASSWORD 'side/#:@'`, root);
    const password = encodeURIComponent('side/#:@');
    const given = [[aReading({ good: 1 })]];
    const troubleOf = async ({ writer }: Side): Promise<string> => {
      const written = await writer.write(given, MORNING);
      const trouble = written.ok ? (writer.notice ?? '') : written.trouble;
      expect(trouble).not.toMatch(/side\/|side%|secret|wrong/);
      return trouble;
    };
    for (const user of ['line:wrong', 'nobody:wrong', 'line:100%wrong', '']) {
      expect(await troubleOf(aSide(guarded.http, { name: 'plant', user }))).toMatch(
        /does not accept the user and password.*INFLUX_URL/,
      );
    }
    const ask = async (retentionDays: number, expected: RegExp): Promise<void> => {
      const user = `line:${password}`;
      const side = aSide(guarded.http, { name: 'plant', user, retentionDays });
      const trouble = await troubleOf(side);
      expect(trouble).toMatch(expected);
      const statements = trouble.split('has to run: ')[1] ?? '';
      for (const statement of statements.split('; ')) await guarded.run(statement, root);
      expect(await side.writer.write(given, MORNING)).toEqual(DONE);
    };
    await ask(30_000, /CREATE DATABASE.*CREATE RETENTION.*GRANT/);
    // A duration that is not as it should be keeps nobody from writing.
    const other = aSide(guarded.http, {
      name: 'plant',
      user: `line:${password}`,
      retentionDays: 40_000,
    });
    expect(await other.writer.write(given, MORNING)).toEqual(DONE);
    await ask(40_000, /ALTER RETENTION/);
    const { history } = aSide(guarded.http, { name: 'plant', user: `line:${password}` });
    expect(await history.read('press-1', 0, Infinity)).toEqual(given.flat());
    await guarded.run('REVOKE ALL ON plant FROM line', root);
    await expect(history.lines()).rejects.toThrow(/GRANT ALL ON "plant" TO "line"/);
  });

  describe('behind its thread', () => {
    const anInflux = ({ url }: { readonly url: URL }): Influx => {
      const onDeath = (error: Error): never => {
        throw error;
      };
      return new Influx({ url, onDeath });
    };

    test('it answers the same, and nothing once it is closed', async () => {
      const side = aSide(influxd.http);
      const influx = anInflux(side);
      influx.start();
      const random = seeded();
      const oracle = await oracleOf(someDays(random, 11_000));
      const kept = await allOf(oracle.pages({ line: null, from: -Infinity, to: Infinity }));
      const instants = instantsOf(kept);
      expect(await side.writer.write(instants, MORNING)).toEqual(DONE);
      expect((await influx.lines()).sort()).toEqual((await oracle.lines(-1)).sort());
      const at = MORNING + 77 * HOUR;
      const [answered, expected] = await Promise.all(
        [influx, oracle].map((store) =>
          Promise.all([
            store.read('line-1', 0, at),
            store.before('line-1', at, 64),
            store.lastOfEach('line-1', at),
            allOf(store.pages({ line: 'line-2', from: 0, to: Infinity })),
          ]),
        ),
      );
      expect(answered).toEqual(expected);
      await influx.close();
      await expect(influx.lines()).rejects.toThrow();
    });

    test('closing it does not wait for an answer that does not come', async () => {
      await using wire = await aBadWire(influxd.port);
      wire.set('hanging');
      const influx = anInflux(aSide(`http://127.0.0.1:${wire.port}`));
      influx.start();
      const asked = expect(influx.lines()).rejects.toThrow(/closed/);
      await until(
        () => Promise.resolve(wire.open),
        (open) => open === 1,
      );
      await influx.close();
      await asked;
    });
  });
});
