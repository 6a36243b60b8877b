/**
 * Hours of a plant in less time, and whether the server's memory and its event loop stay as they were:
 * `npm run soak`, `HOURS=8 SPEED=12 npm run soak`, `SPEED=1 npm run soak` for real hours.
 *
 * What is compressed is the product's clock, not the work: everything happens as often in a simulated
 * hour as in a real one, and what is forgotten by age is as old. A megabyte leaked in a real hour is a
 * megabyte in a simulated one; the event loop has it harder, by as much as the clock is faster.
 *
 * Two things grow without being a leak, and are kept from looking like one:
 * - The floor keeps every reading of the shift in view and of the eight hours before it (LOOKBACK_MS).
 *   So the lines hand in their last eight hours before the first hour begins, and memory is compared
 *   between the same phases of short shifts: as many readings are in view then. What a shift takes while
 *   it lasts, until the next one gives it back, is told beside it.
 * - A bounded cache grows until it is full. The past shifts asked for are those of the eight hours
 *   before the start, each opened once before the first hour begins.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Health } from '@lineside/domain/wire.ts';
import { LOOKBACK_MS } from '@lineside/domain/view.ts';
import { start } from '../bench/process.ts';
import { Inspector, INSPECTED } from '../support/inspector.ts';
import { startProduct, until } from '../support/product.ts';
import { seeded } from '../support/random.ts';
import { LagWatch } from './lag.ts';
import { People } from './people.ts';
import { plantOf } from './plant.ts';
import { header, judge, lookRow, slopesOf, type Look } from './report.ts';
import { Source } from './source.ts';
import { SwiftClock } from './swiftClock.ts';

function setting(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (value > 0 && value < Infinity) return value;
  throw new Error(`${name} must be a number above 0; left out it is ${fallback}`);
}
const HOURS = setting('HOURS', 8);
const SPEED = setting('SPEED', 8);
const LINES = Array.from({ length: setting('LINES', 20) }, (_, n) => `line-${n + 1}`);
const SHIFT_MINUTES = setting('SHIFT_MINUTES', 30);
/** One line in so many has no clock of its own. */
const UNTIMED_EVERY = 4;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SHIFT_MS = SHIFT_MINUTES * MINUTE;
/** Shares of a shift at which the server is looked into: whatever its change set off is over. */
const PHASES = [0.25, 0.75];
/** How long the lines may take to hand in their past, real ms. */
const CATCH_UP_MS = 90_000;
const TURN_MS = 20;

const random = seeded();
const began = Date.now();
const clock = new SwiftClock({ began, speed: SPEED });
const startAt = Math.ceil((began + CATCH_UP_MS * SPEED) / MINUTE) * MINUTE;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const due = (at: number): Promise<void> => later(Math.max(0, (at - clock.now()) / SPEED));

await using product = await startProduct({
  plant: plantOf({ lines: LINES, shiftAt: startAt, shiftMinutes: SHIFT_MINUTES }),
  env: {
    NODE_OPTIONS: `${INSPECTED.NODE_OPTIONS} --import=${pathToFileURL(resolve(import.meta.dirname, 'swiftServer.ts')).href}`,
    SOAK_CLOCK: JSON.stringify({ began, speed: SPEED }),
  },
});
await using idle = await start({
  command: process.execPath,
  args: ['--inspect=0', '-e', 'setInterval(() => undefined, 1e9)'],
  ready: /Debugger listening/,
});
const inspector = await Inspector.open(product);
const idleInspector = await Inspector.open({ logged: () => idle.ready });
const [lagWatch, idleWatch] = [new LagWatch(inspector), new LagWatch(idleInspector)];
const sources = LINES.map((id, n) => {
  const isTimed = n % UNTIMED_EVERY !== 0;
  const mqtt = process.env['MQTT_URL'] ?? product.mqtt;
  return new Source({ id, mqtt, clock, random, startAt: began - LOOKBACK_MS, isTimed });
});
const past = { from: began - LOOKBACK_MS, to: began };
const people = new People({ http: product.http, clock, random, lines: LINES, past });

const stop = new AbortController();
const looks: Look[] = [];

async function again(act: () => Promise<void>): Promise<void> {
  while (!stop.signal.aborted) {
    await act();
    await later(TURN_MS);
  }
}

async function look(hour: number, phase: number): Promise<void> {
  const [lag, idleLag] = [await lagWatch.stretch(), await idleWatch.stretch()];
  const seen = { hour, phase, lag, idleLag, memory: await inspector.memory() };
  // Looking stops the server for a moment, which is not its own doing.
  await lagWatch.startStretch();
  await idleWatch.startStretch();
  looks.push(seen);
  console.log(lookRow(seen));
}

async function watch(): Promise<void> {
  await due(startAt);
  const behindMs = Math.max(...sources.map((source) => source.behindMs));
  if (behindMs > MINUTE) throw new Error('the lines could not hand in their past; lower SPEED');
  await lagWatch.start();
  await idleWatch.start();
  await people.openPast(SHIFT_MS);
  console.log(header);
  for (let shift = 0; shift * SHIFT_MS < HOURS * HOUR; shift++) {
    for (const phase of PHASES) {
      const after = (shift + phase) * SHIFT_MS;
      await due(startAt + after);
      await look(after / HOUR, phase);
    }
  }
  await due(startAt + HOURS * HOUR);
}

await people.openScreens();
const lasting = [
  ...sources.map((source) => again(() => source.catchUp())),
  again(() => people.act()),
];
await Promise.race([watch(), ...lasting]);
stop.abort();
await Promise.all(lasting);
const [lag, idleLag] = [await lagWatch.whole(), await idleWatch.whole()];
inspector.close();
idleInspector.close();
people.close();
await Promise.all(sources.map((source) => source.finish()));

const sum = (figure: (source: Source) => number): number =>
  sources.reduce((total, source) => total + figure(source), 0);
const told = sum(({ readings }) => readings);
const { readings } = await until(
  () => product.get<Health>('/api/health'),
  (health) => health.readings.accepted >= told,
);
const slopes = slopesOf(looks, SHIFT_MINUTES / 60);
const judged = judge({ speed: SPEED, slopes, lag, idleLag });
const problems = [
  ...judged.problems,
  ...(readings.accepted === told ? [] : [`${told} readings told, ${readings.accepted} stored`]),
  ...product
    .logged()
    .split('\n')
    .filter((line) => line.includes('"level":50')),
];
const work = [
  `${told} readings stored, ${readings.duplicates} told again, ${readings.quarantined} refused`,
  `${sum(({ connections }) => connections)} connections of gateways`,
  `${people.asked} rounds of questions about the past, ${people.changes} screens changed`,
];
console.log(
  `seed ${random.seed}: ${HOURS} h at ${SPEED} times the speed, ${LINES.length} lines, ` +
    `shifts of ${SHIFT_MINUTES} minutes (${work.join(', ')}): ${judged.figures}; ` +
    (problems.length > 0 ? `does not hold: ${problems.join('; ')}` : 'holds'),
);
process.exitCode = problems.length > 0 ? 1 : 0;
