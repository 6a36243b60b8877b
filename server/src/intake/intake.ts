/** A reading's journey: decoded, stored, acknowledged, shown. */

import type { Reading } from '@lineside/domain/reading.ts';
import type { Clock, Quarantine, ReadingStore } from '../ports.ts';
import type { Arrivals } from './arrivals.ts';
import { decode, type Message } from './decode.ts';
import { legible } from './legible.ts';
import type { Decoded } from './refusal.ts';
import type { TopicMap } from './topics.ts';

/** Of a refused message's topic, which may have 65,535 bytes. */
const MOST_TOPIC_CHARACTERS = 1_000;

/** Where stored readings become visible. */
export interface Shown {
  add(reading: Reading): void;
}

/** Told what became of each message. */
export interface IntakeEvents {
  accepted(reading: Reading): void;
  duplicate(): void;
  refused(name: string): void;
  /** What a broker had kept was no news. */
  retainedLeftOut(): void;
}

type Acknowledge = (as: 'reading' | 'refused' | 'left out') => void;

export interface IntakeParts {
  readonly store: Pick<ReadingStore, 'append'>;
  readonly quarantine: Pick<Quarantine, 'refuse'>;
  readonly arrivals: Arrivals;
  readonly topics: TopicMap;
  /** Told of every new reading, in turn. */
  readonly shown: readonly Shown[];
  readonly events: IntakeEvents;
  readonly clock: Pick<Clock, 'now'>;
}

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Takes one message in. Calls back once it is on disk, and only then: as a reading, or refused
   * with its reason. Rejects, without having called back, when it could not be kept.
   */
  async receive(topic: string, payload: Uint8Array, acknowledge: Acknowledge): Promise<void> {
    const message = { topic, payload, receivedAt: this.#parts.clock.now() };
    await this.#take(message, decode(message, this.#parts.topics), acknowledge);
  }

  /**
   * As `receive`, for what a broker had kept (MQTT's retain flag): the state of an earlier time. Without
   * a believable time of its own it is left out, as its arrival says nothing about the line; a status
   * holds until the next one, and is taken.
   */
  async receiveRetained(
    topic: string,
    payload: Uint8Array,
    acknowledge: Acknowledge,
  ): Promise<void> {
    const message = { topic, payload, receivedAt: this.#parts.clock.now() };
    const decoded = decode(message, this.#parts.topics);
    if (payload.length > 0 && !isOldNews(decoded)) {
      await this.#take(message, decoded, acknowledge);
      return;
    }
    this.#parts.events.retainedLeftOut();
    acknowledge('left out');
  }

  async #take(message: Message, decoded: Decoded, acknowledge: Acknowledge): Promise<void> {
    const { store, arrivals, shown, events } = this.#parts;
    if (!decoded.ok) {
      await this.refuse(message, decoded.name, decoded.reason);
      acknowledge('refused');
      return;
    }
    const reading = decoded.timed ? decoded.reading : arrivals.place(decoded.reading);
    const isNew = await store.append(reading);
    try {
      acknowledge('reading');
    } finally {
      // What is stored is shown, whatever became of whoever sent it.
      if (isNew) {
        events.accepted(reading);
        for (const place of shown) place.add(reading);
      } else {
        events.duplicate();
      }
    }
  }

  /** Keeps a message that was not understood, with the reason. */
  async refuse(message: Message, name: string, reason: string): Promise<void> {
    const { payload, receivedAt } = message;
    const topic = message.topic.slice(0, MOST_TOPIC_CHARACTERS);
    await this.#parts.quarantine.refuse({ receivedAt, topic, payload: legible(payload), reason });
    this.#parts.events.refused(name);
  }
}

function isOldNews(decoded: Decoded): boolean {
  if (!decoded.ok) return decoded.name === 'time';
  return !decoded.timed && decoded.reading.online === null;
}
