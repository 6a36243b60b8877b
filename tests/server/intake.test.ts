import type { Reading } from '@lineside/domain/reading.ts';
import { describe, expect, test } from 'vitest';
import { Arrivals } from '../../server/src/intake/arrivals.ts';
import { Intake } from '../../server/src/intake/intake.ts';
import { TopicMap } from '../../server/src/intake/topics.ts';
import { MemoryStore } from '../../server/src/readings/memory.ts';
import { MORNING } from '../support/builders.ts';
import { FakeClock } from '../support/fakeClock.ts';

const OUTPUT = 'lineside/press-1/output';

class Journey {
  readonly steps: string[] = [];
  readonly store = new MemoryStore();
  readonly clock = new FakeClock(MORNING);
  arrivals = new Arrivals();
  isStoreBroken = false;

  async receive(payload: string, topic = OUTPUT): Promise<void> {
    await this.#intake().receive(topic, Buffer.from(payload), (as) => this.#acknowledged(as));
  }

  async receiveRetained(payload: string, topic = OUTPUT): Promise<void> {
    const bytes = Buffer.from(payload);
    await this.#intake().receiveRetained(topic, bytes, (as) => this.#acknowledged(as));
  }

  #acknowledged(as: string): void {
    this.steps.push(`acknowledged as ${as}`);
  }

  #intake(): Intake {
    return new Intake({
      store: { append: (reading) => this.#append(reading) },
      quarantine: this.store,
      arrivals: this.arrivals,
      topics: new TopicMap(['lineside/{line}/output']),
      shown: [{ add: () => this.steps.push('shown') }],
      events: {
        accepted: () => this.steps.push('accepted'),
        duplicate: () => this.steps.push('duplicate'),
        refused: (name) => this.steps.push(`refused: ${name}`),
        retainedLeftOut: () => this.steps.push('retained left out'),
      },
      clock: this.clock,
    });
  }

  async #append(reading: Reading): Promise<boolean> {
    if (this.isStoreBroken) throw new Error('disk full');
    const isNew = await this.store.append(reading);
    this.steps.push('stored');
    return isNew;
  }
}

describe('a reading is stored, then acknowledged, then shown', () => {
  test('in this order', async () => {
    const journey = new Journey();
    await journey.receive('{"good":1}');
    expect(journey.steps).toEqual(['stored', 'acknowledged as reading', 'accepted', 'shown']);
  });

  test('a repeated one is acknowledged and not shown again', async () => {
    const journey = new Journey();
    const payload = `{"good":1,"ts":${MORNING}}`;
    await journey.receive(payload);
    journey.clock.advance(1_000);
    await journey.receive(payload);
    expect(journey.steps.slice(4)).toEqual(['stored', 'acknowledged as reading', 'duplicate']);
    expect(journey.store.counts).toEqual({ accepted: 1, duplicates: 1, quarantined: 0 });
  });

  test('what the store does not keep is neither acknowledged nor shown', async () => {
    const journey = new Journey();
    journey.isStoreBroken = true;
    await expect(journey.receive('{"good":1}')).rejects.toThrow('disk full');
    expect(journey.steps).toEqual([]);
  });

  test('a refused message is acknowledged once it is in quarantine', async () => {
    const journey = new Journey();
    await journey.receive('{"good":-1}');
    expect(journey.steps).toEqual(['refused: count', 'acknowledged as refused']);
    expect(await journey.store.newest(10)).toMatchObject([
      { topic: OUTPUT, payload: '{"good":-1}', receivedAt: MORNING },
    ]);
  });

  test('binary goes to quarantine in hexadecimal, and only its first 4 KiB', async () => {
    const journey = new Journey();
    await journey.receive('\u0000\u0001');
    await journey.receive('x'.repeat(5_000));
    const [long, binary] = await journey.store.newest(2);
    expect(binary?.payload).toBe('hex:0001');
    expect(long?.payload).toBe('x'.repeat(4_096));
  });
});

describe('increments delivered again', () => {
  const part = '{"kind":"increment","good":1,"seq":7}';

  test('count once with a sequence number, a restart in between included', async () => {
    const journey = new Journey();
    await journey.receive(part);
    journey.clock.advance(2_000);
    await journey.receive(part);
    journey.arrivals = new Arrivals();
    journey.arrivals.recall(await journey.store.read('press-1', 0, Infinity));
    journey.clock.advance(2_000);
    await journey.receive(part);
    expect(journey.store.counts).toMatchObject({ accepted: 1, duplicates: 2 });
  });

  test('without time and number, two in one millisecond are two parts', async () => {
    const journey = new Journey();
    await journey.receive('{"kind":"increment","good":1}');
    await journey.receive('{"kind":"increment","good":1}');
    expect(journey.store.counts).toMatchObject({ accepted: 2, duplicates: 0 });
  });
});

describe('what a broker had kept (retain)', () => {
  const leftOut = ['retained left out', 'acknowledged as left out'];

  test.each([
    ['a count without a time of its own', '{"good":1}'],
    ['nothing: the broker was told to forget', ''],
    ['a count of a month ago', `{"good":1,"ts":${MORNING - 30 * 86_400_000}}`],
  ])('%s is left out', async (_what, payload) => {
    const journey = new Journey();
    await journey.receiveRetained(payload);
    expect(journey.steps).toEqual(leftOut);
  });

  test('a count with its own time is taken, once', async () => {
    const journey = new Journey();
    const payload = `{"good":1,"ts":${MORNING - 60_000}}`;
    await journey.receiveRetained(payload);
    await journey.receiveRetained(payload);
    expect(journey.store.counts).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test('a status is taken, and what is not understood is quarantined', async () => {
    const journey = new Journey();
    await journey.receiveRetained('offline', 'lineside/press-1/status');
    await journey.receiveRetained('nonsense');
    expect(journey.store.counts).toEqual({ accepted: 1, duplicates: 0, quarantined: 1 });
  });
});
