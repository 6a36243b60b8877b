/** The last retained message of each topic, in memory and within bounds. */

import type { AedesPublishPacket } from 'aedes';
import {
  MESSAGE_BYTES,
  MOST_RETAINED_BYTES,
  MOST_RETAINED_TOPICS,
  ownBytes,
  type Dropped,
} from './bounds.ts';
import { matches, type QoS } from './topic-filter.ts';

interface Retained {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
}

/** Filters are tried on this many topics at a time; then others have their turn. */
const TRIES_AT_A_TIME = 1_000;

export class RetainedMessages {
  readonly #messages = new Map<string, Retained>();
  readonly #dropped: (what: Dropped) => void;
  #bytes = 0;

  constructor(dropped: (what: Dropped) => void) {
    this.#dropped = dropped;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** An empty payload forgets. */
  keep({ topic, payload, qos }: Pick<AedesPublishPacket, 'topic' | 'payload' | 'qos'>): void {
    this.#bytes -= bytesOf(this.#messages.get(topic));
    this.#messages.delete(topic);
    if (payload.length === 0) return;
    const message = { cmd: 'publish' as const, topic, payload: ownBytes(payload), qos };
    const bytes = bytesOf(message);
    if (this.#messages.size >= MOST_RETAINED_TOPICS || this.#bytes + bytes > MOST_RETAINED_BYTES) {
      this.#dropped('retained');
      return;
    }
    this.#messages.set(topic, message);
    this.#bytes += bytes;
  }

  /** For each filter what it matches. */
  async *matching(filters: readonly string[]): AsyncGenerator<Retained> {
    let tries = 0;
    for (const filter of filters) {
      if (!/[+#]/.test(filter)) {
        const message = this.#messages.get(filter);
        if (message) yield message;
        continue;
      }
      for (const message of this.#messages.values()) {
        if (matches(filter, message.topic)) yield message;
        tries += 1;
        if (tries % TRIES_AT_A_TIME === 0) await new Promise((next) => setImmediate(next));
      }
    }
  }
}

function bytesOf(message: Retained | undefined): number {
  if (!message) return 0;
  return Buffer.byteLength(message.topic) + message.payload.length + MESSAGE_BYTES;
}
