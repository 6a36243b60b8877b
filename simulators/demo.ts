/** Tells the demo's story to a running Lineside: the present live, the past week in the background, newest first. */

import type { Shift } from '@lineside/domain/shift.ts';
import { asItHappens, lineByLine } from './deliveries.ts';
import type { Delivery } from './gateway.ts';
import { connectAll, type Link } from './link.ts';
import { DAY_MS, OLDEST_MS, begin, type DemoOptions } from './opening.ts';
import { patiently } from './patience.ts';
import { askForShifts } from './plant.ts';
import { publishAll } from './publish.ts';
import type { Surroundings } from './surroundings.ts';
import { keeperOf, type Told } from './told.ts';

const MINUTE = 60_000;
const KEEP_EVERY_MS = 10_000;

class Demo {
  readonly #options: DemoOptions;
  readonly #around: Surroundings;
  #told: Told;
  #keptAt = 0;
  readonly #write: (told: Told) => Promise<void>;
  readonly #level = Promise.withResolvers<null>();

  constructor(options: DemoOptions, around: Surroundings, told: Told) {
    this.#options = options;
    this.#around = around;
    this.#told = told;
    this.#write = keeperOf(options.stateFile);
  }

  #keep(change: Partial<Told>): Promise<void> {
    this.#told = { ...this.#told, ...change };
    this.#keptAt = this.#around.clock.now();
    return this.#write(this.#told);
  }

  /** Unless it was broken off, a shift need not be told again. */
  async #close(shift: Shift): Promise<void> {
    if (this.#around.signal.aborted) return;
    await this.#keep({ shiftIds: [...this.#told.shiftIds, shift.id] });
  }

  #shifts(from: number, to: number): Promise<Shift[]> {
    const { http } = this.#options;
    const { signal } = this.#around;
    return patiently(() => askForShifts(http, from, to, signal), Infinity, this.#around);
  }

  /** What begins is kept before anything is told, so that a crash cannot make two stories of it. */
  start(): Promise<void> {
    return this.#keep({});
  }

  /** The present: the current shift so far at once, then each message at its time, shift after shift. */
  async live(links: ReadonlyMap<string, Link>): Promise<void> {
    const { clock, signal, log } = this.#around;
    while (!signal.aborted) {
      const now = clock.now();
      const shifts = await this.#shifts(now, now + 3 * DAY_MS);
      const shift = shifts.find(({ id, end }) => end > now && !this.#told.shiftIds.includes(id));
      if (!shift) {
        this.#level.resolve(null);
        await clock.wait(10 * MINUTE, signal);
        continue;
      }
      log(`live: ${shift.id}`);
      await this.#liveShift(shift, links);
      await this.#close(shift);
    }
  }

  async #liveShift(shift: Shift, links: ReadonlyMap<string, Link>): Promise<void> {
    const { story, through } = this.#told;
    const { clock, signal } = this.#around;
    const ahead = asItHappens(story, shift).filter(({ publishAt }) => publishAt >= through);
    const send = async (delivery: Delivery): Promise<void> => {
      await links.get(delivery.line)?.publish(delivery);
    };
    await publishAll(ahead, send, {
      clock,
      signal,
      mostInFlight: 200,
      onLevel: () => {
        this.#level.resolve(null);
      },
      onSettled: (publishAt) => {
        this.#told = { ...this.#told, through: publishAt };
        if (clock.now() > this.#keptAt + KEEP_EVERY_MS) this.#keep({}).catch(this.#complain);
      },
    });
  }

  readonly #complain = (error: unknown): void => {
    this.#around.log(`progress is not kept: ${String(error)}`);
  };

  /** The newest shift that is over and not yet told. */
  async #untold(): Promise<{ shift: Shift; left: number } | null> {
    const now = this.#around.clock.now();
    const from = now - Math.min(this.#options.days * DAY_MS, OLDEST_MS);
    const open = (await this.#shifts(from, now)).filter(
      ({ id, start, end }) => end <= now && start >= from && !this.#told.shiftIds.includes(id),
    );
    const shift = open.at(-1);
    return shift ? { shift, left: open.length } : null;
  }

  /** The past, once the present is level: whatever shift has not been told, also after a long absence. */
  async past(link: Link): Promise<void> {
    const { clock, signal, log } = this.#around;
    await this.#level.promise;
    while (!signal.aborted) {
      const untold = await this.#untold();
      if (!untold) {
        await clock.wait(10 * MINUTE, signal);
        continue;
      }
      const { shift, left } = untold;
      log(`history: ${shift.id}, ${left} ${left === 1 ? 'shift' : 'shifts'} to go`);
      const deliveries = lineByLine(this.#told.story, shift);
      // What was retained then is not the state now.
      const send = (delivery: Delivery): Promise<void> =>
        link.publish({ ...delivery, retain: false });
      const perSecond = this.#options.perSecond;
      await publishAll(deliveries, send, { clock, signal, mostInFlight: 400, perSecond });
      await this.#close(shift);
    }
  }

  /** For the way out: keeps what was acknowledged last, and lets nobody wait for what will not come. */
  async stop(): Promise<void> {
    this.#level.resolve(null);
    await this.#keep({});
  }
}

/** Runs until the signal aborts. */
export async function runDemo(options: DemoOptions, around: Surroundings): Promise<void> {
  const told = await begin(options, around);
  const { log, signal } = around;
  const gateway = { url: options.mqtt, log, signal };
  const lines = told.story.lines.map(({ id }) => id);
  const [background, ...gateways] = await connectAll([
    gateway,
    ...lines.map((line) => ({ ...gateway, line })),
  ]);
  if (!background) throw new Error('not connected');
  const links = new Map(lines.map((line, index) => [line, gateways[index] ?? background]));
  const demo = new Demo(options, around, told);
  try {
    await demo.start();
    await Promise.race([
      Promise.all([demo.live(links), demo.past(background)]),
      new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      }),
    ]);
  } finally {
    await demo.stop();
    await Promise.all([background, ...gateways].map((link) => link.close()));
  }
}
