import { describe, expect, test } from 'vitest';
import { readConfig, type ConfigSources } from '../../server/src/config/config.ts';
import { plantOf } from '../../server/src/config/resolve.ts';

const PLANT = `plant: { name: Works, timeZone: Europe/Berlin }
shifts:
  - { name: Early, start: "06:00", end: "14:00", breaks: [{ start: "09:00", end: "09:15" }] }
  - { name: Night, start: "22:00", end: "06:00", days: [Mon, Tue] }
products:
  - { id: housing, idealCycleSeconds: 30 }
lines:
  - { id: press-1, product: housing, target: { perHour: 100 } }
`;

const BEFORE = Date.UTC(2026, 10, 20);

function read(
  environment: ConfigSources['environment'],
  files: Record<string, string> = {},
  now = BEFORE,
) {
  const found = new Map(Object.entries({ '/demo.yaml': PLANT.replace('Works', 'Demo'), ...files }));
  return readConfig({
    environment,
    folder: '/home',
    demoPlantFile: '/demo.yaml',
    readText: (path) => found.get(path) ?? null,
    exists: (path) => found.has(path),
    now,
  });
}

function problemsOf(
  plant: string,
  environment: ConfigSources['environment'] = {},
  now = BEFORE,
): readonly string[] {
  const result = read(environment, { '/home/plant.yaml': plant }, now);
  return result.ok ? [] : result.problems;
}

describe('settings', () => {
  test('a plant file in the folder is taken, and nothing else need be said', () => {
    const result = read({}, { '/home/plant.yaml': PLANT });
    expect(result).toMatchObject({
      ok: true,
      config: {
        http: { host: '127.0.0.1', port: 3000 },
        mqtt: { host: '127.0.0.1', port: 1883 },
        dataDir: '/home/data',
        demo: false,
        retentionDays: 400,
        plantFile: { plant: { name: 'Works' }, sources: [] },
      },
    });
  });

  test('without a plant file the demo plant runs, in a folder of its own', () => {
    expect(read({ DATA_DIR: '/var/lineside' })).toMatchObject({
      ok: true,
      config: { demo: true, dataDir: '/var/lineside/demo', plantFile: { plant: { name: 'Demo' } } },
    });
  });

  test('DEMO=off without a plant file runs an empty plant', () => {
    expect(read({ DEMO: 'off' })).toMatchObject({
      ok: true,
      config: { demo: false, plantFile: null },
    });
  });

  test('a plan that was set up in the browser is not hidden by the demo', () => {
    const files = { '/home/data/records.db': 'a database' };
    expect(read({}, files)).toMatchObject({ ok: true, config: { demo: false, plantFile: null } });
    expect(read({ DEMO: 'on' }, files)).toMatchObject({ ok: true, config: { demo: true } });
  });

  test('DEMO=on wins over a plant file', () => {
    const result = read({ DEMO: 'on' }, { '/home/plant.yaml': PLANT });
    expect(result).toMatchObject({
      ok: true,
      config: { demo: true, plantFile: { plant: { name: 'Demo' } } },
    });
  });

  test('an empty variable counts as not set', () => {
    expect(read({ PORT: '', HOST: ' ' })).toMatchObject({
      ok: true,
      config: { http: { host: '127.0.0.1', port: 3000 } },
    });
  });

  test('every wrong setting is named at once, with the plant file', () => {
    const problems = problemsOf(PLANT.replace('perHour: 100', 'perHour: -1'), {
      PORT: '70000',
      MQTT_PORT: 'x',
      DEMO: 'perhaps',
      RETENTION_DAYS: '7',
      LOG_LEVEL: 'loud',
      MQTT_URL: 'broker:1883',
      INFLUX_URL: 'http://influx',
    });
    const starts = [
      'PORT',
      'DEMO',
      'MQTT_URL',
      'MQTT_PORT',
      'INFLUX_URL',
      'RETENTION_DAYS',
      'LOG_LEVEL',
      'plant.yaml line 8',
    ];
    expect(problems.map((problem) => starts.find((start) => problem.startsWith(start)))).toEqual(
      starts,
    );
  });

  test.each([
    ['MQTT_URL', 'http://broker'],
    ['MQTT_URL', 'mqtt://'],
    ['MQTT_URL', 'mqtt://broker/lineside'],
    ['MQTT_URL', 'mqtt://broker?x'],
    ['MQTT_URL', 'mqtt://1234#half@broker'],
    ['INFLUX_URL', 'http://influx/plant#half'],
    ['INFLUX_URL', 'mqtt://influx/plant'],
    ['INFLUX_URL', 'http://influx:8086/'],
    ['INFLUX_URL', 'http://influx:8086/a/b'],
    ['INFLUX_URL', 'http://influx:8086/my plant'],
  ])('%s=%s is refused with an example, and without its password', (name, value) => {
    const problems = problemsOf(PLANT, { [name]: value.replace('//', '//me:secret@') });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must .*such as [a-z]+://user:password@`));
    expect(problems[0]).not.toContain('secret');
  });

  test('an external broker and a database are taken, passwords included', () => {
    const environment = {
      MQTT_URL: 'mqtts://me:secret@broker.plant:8883',
      INFLUX_URL: 'http://me:secret@influx:8086/lineside',
    };
    const result = read(environment, { '/home/plant.yaml': PLANT });
    expect(result).toMatchObject({ ok: true });
    const { mqttUrl, influxUrl } = result.ok ? result.config : {};
    expect(mqttUrl?.href).toBe(environment.MQTT_URL);
    expect(influxUrl?.href).toBe(environment.INFLUX_URL);
  });

  test.each(['MQTT_URL', 'INFLUX_URL'])('with %s the demo plant does not run', (name) => {
    const environment = { [name]: name === 'MQTT_URL' ? 'mqtt://broker' : 'http://influx/plant' };
    expect(read(environment)).toMatchObject({ ok: true, config: { demo: false } });
    const result = read({ ...environment, DEMO: 'on' });
    expect(result.ok ? [] : result.problems).toEqual([
      expect.stringMatching(new RegExp(`^${name} is set, but the demo plant`)),
    ]);
  });

  test.each([
    ['0', null],
    ['14', 14],
    ['3650', 3650],
  ])('RETENTION_DAYS=%s', (given, retentionDays) => {
    const result = read({ RETENTION_DAYS: given }, { '/home/plant.yaml': PLANT });
    expect(result).toMatchObject({ ok: true, config: { retentionDays } });
  });

  test.each([
    ['13', 'at least 14 days, or 0'],
    ['1.5', 'whole number of days'],
    ['-1', 'whole number of days'],
    ['a year', 'whole number of days'],
  ])('RETENTION_DAYS=%s is refused with what to do', (given, what) => {
    expect(problemsOf(PLANT, { RETENTION_DAYS: given })).toEqual([
      expect.stringContaining(what) as string,
    ]);
  });

  test('a plant file that is not there is an error when it was asked for', () => {
    const result = read({ PLANT_FILE: 'works.yaml' });
    expect(result).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('works.yaml') as string],
    });
  });

  test('a plant file that cannot be read is an error, be it asked for or not', () => {
    for (const PLANT_FILE of ['', 'works.yaml']) {
      const result = readConfig({
        environment: { PLANT_FILE },
        folder: '/home',
        demoPlantFile: '/demo.yaml',
        readText: () => {
          throw new Error('EISDIR: it is a folder');
        },
        exists: () => false,
        now: BEFORE,
      });
      expect(result).toMatchObject({
        ok: false,
        problems: [
          expect.stringMatching(
            /(plant|works)\.yaml cannot be read: EISDIR.* must be a file/,
          ) as string,
        ],
      });
    }
  });
});

describe('the plant file', () => {
  test.each([
    ['a syntax error', 'plant: { name: Works', 1],
    ['an unknown setting', PLANT.replace('lines:\n', 'lines:\n  - { id: a, colour: red }\n'), 8],
    ['a missing name', PLANT.replace('name: Works, ', ''), 1],
    ['a zone that does not exist', PLANT.replace('Europe/Berlin', 'Europe/Berlim'), 1],
    ['an id with a space', PLANT.replace('id: press-1', 'id: press 1'), 8],
    ['a numeric name without quotes', PLANT.replace('name: Early', 'name: 1'), 3],
    ['a time that does not exist', PLANT.replace('"14:00"', '"25:00"'), 3],
    ['a break outside its shift', PLANT.replace('"09:15"', '"15:00"'), 3],
    ['a break that ends when it starts', PLANT.replace('"09:15"', '"09:00"'), 3],
    ['overlapping shifts', PLANT.replace('start: "22:00"', 'start: "13:30"'), 4],
    ['two shifts of one name', PLANT.replace('name: Night', 'name: Early'), 4],
    ['two lines of one id', `${PLANT}  - { id: press-1 }\n`, 9],
    ['a product that does not exist', PLANT.replace('product: housing', 'product: house'), 8],
    [
      'a product set by hand on no instant',
      PLANT.replace('product: housing', 'product: housing, productSince: now'),
      8,
    ],
    [
      'an instant at which no product was set',
      PLANT.replace('product: housing', 'productSince: 2026-11-25T10:12:00Z'),
      8,
    ],
    ['two targets at once', PLANT.replace('perHour: 100', 'perHour: 100, perShift: 700'), 8],
    ['no target in target', PLANT.replace('perHour: 100', ''), 8],
    [
      'a target rate of 0',
      PLANT.replace('idealCycleSeconds: 30', 'idealCycleSeconds: 30, targetPerHour: 0'),
      6,
    ],
    ['an ideal cycle of 0', PLANT.replace('idealCycleSeconds: 30', 'idealCycleSeconds: 0'), 6],
    ['a source without {line}', `${PLANT}sources:\n  - topic: works/output\n`, 10],
    ['a source with a wildcard', `${PLANT}sources:\n  - topic: works/{line}/#\n`, 10],
    ['a holiday that is no date', `${PLANT}holidays: [{ date: 2026-02-30, name: x }]\n`, 9],
    [
      'a holiday of no shift',
      `${PLANT}holidays: [{ date: 2026-12-25, name: x, shifts: [L] }]\n`,
      9,
    ],
    [
      'two holidays of one date',
      `${PLANT}holidays:\n  - { date: 2026-12-25, name: x }\n  - { date: 2026-12-25, name: y }\n`,
      11,
    ],
    [
      'an extra shift over a usual one',
      `${PLANT}extraShifts:\n  - { date: 2026-12-25, name: Rush, start: "13:00", end: "16:00" }\n`,
      10,
    ],
    [
      'an extra shift over the night before',
      `${PLANT}extraShifts:\n  - { date: 2026-11-25, name: Rush, start: "05:00", end: "05:30" }\n`,
      10,
    ],
    [
      'a break outside an extra shift',
      `${PLANT}extraShifts:\n  - { date: 2026-12-25, name: Early, start: "08:00", end: "09:00", breaks: [{ start: "10:00", end: "10:10" }] }\n`,
      10,
    ],
    [
      'demand for a line that does not exist',
      `${PLANT}demand:\n  - { date: 2026-11-23, shift: Early, line: press-9, quantity: 5 }\n`,
      10,
    ],
    [
      'demand for a shift that does not exist',
      `${PLANT}demand:\n  - { date: 2026-11-23, shift: Lunch, line: press-1, quantity: 5 }\n`,
      10,
    ],
    [
      'demand without an amount',
      `${PLANT}demand:\n  - { date: 2026-11-23, shift: Early, line: press-1 }\n`,
      10,
    ],
    [
      'demand that says both a quantity and a rate',
      `${PLANT}demand:\n  - { date: 2026-11-23, shift: Early, line: press-1, quantity: 5, perHour: 5 }\n`,
      10,
    ],
    [
      'a rate beside a quantity',
      `${PLANT}demand:\n  - { date: 2026-11-23, shift: Early, line: press-1, quantity: 5 }\n  - { date: 2026-11-23, shift: Early, line: press-1, product: housing, perHour: 5 }\n`,
      11,
    ],
    [
      'a critical limit below behind',
      PLANT.replace('perHour: 100 }', 'perHour: 100 }, thresholds: { criticalPercent: 3 }'),
      8,
    ],
  ])('%s is told with its line', (_what, plant, line) => {
    expect(problemsOf(plant)).toEqual([
      expect.stringMatching(new RegExp(`^plant.yaml line ${line}: .{10,}`)) as string,
    ]);
  });

  test('an extra shift may take the place of a usual one, or the room that a holiday leaves', () => {
    const extra = (name: string, start: string, end: string): string =>
      `  - { date: 2026-12-25, name: ${name}, start: "${start}", end: "${end}" }\n`;
    const early = extra('Early', '05:00', '15:00');
    expect(problemsOf(`${PLANT}extraShifts:\n${early}`)).toEqual([]);
    const holiday = 'holidays: [{ date: 2026-12-25, name: Christmas, shifts: [Early] }]\n';
    expect(
      problemsOf(`${PLANT}${holiday}extraShifts:\n${extra('Rush', '07:00', '13:00')}`),
    ).toEqual([]);
  });

  test('what is over may ask for a line, a shift or a product that has gone since', () => {
    const gone =
      'demand: [{ date: 2026-11-23, shift: Day, line: gone, product: old, quantity: 5 }]';
    const plant = `${PLANT}${gone}\nholidays: [{ date: 2026-11-23, name: Fair, shifts: [Day] }]\n`;
    const problems = (day: number): number =>
      problemsOf(plant, {}, Date.UTC(2026, 10, day, 12)).length;
    // Today's shift may have another name by now; its line and product are still needed.
    expect([22, 23, 24].map(problems)).toEqual([4, 2, 0]);
    // It is tomorrow at the plant before it is so in Greenwich.
    expect(problemsOf(plant, {}, Date.UTC(2026, 10, 23, 23, 30))).toEqual([]);
  });

  test('a night shift overlaps an early one of the next day, not of its own', () => {
    const weekend = PLANT.replace('days: [Mon, Tue]', 'days: [Sun]').replace(
      'end: "06:00"',
      'end: "06:30"',
    );
    expect(problemsOf(weekend)).toHaveLength(1);
    expect(problemsOf(PLANT)).toEqual([]);
  });

  test('a break of a night shift may straddle midnight, and its length counts from there', () => {
    const night = PLANT.replace('days: [Mon, Tue]', 'breaks: [{ start: "23:45", end: "00:15" }]');
    expect(problemsOf(night)).toEqual([]);
  });

  test('defaults: every day, no allowance, 300 s to a stop, thresholds of 5, 15 and 5 percent', () => {
    const result = read({}, { '/home/plant.yaml': PLANT });
    const plant = result.ok && result.config.plantFile ? plantOf(result.config.plantFile) : null;
    expect(plant?.shifts[0]?.days).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(plant?.lines[0]).toMatchObject({
      name: 'press-1',
      area: '',
      counter: { rollover: null, correction: 0 },
      rules: {
        stopAfterSeconds: 300,
        staleAfterSeconds: null,
        thresholds: { behindPercent: 5, criticalPercent: 15, aheadPercent: 5 },
      },
    });
  });
});
