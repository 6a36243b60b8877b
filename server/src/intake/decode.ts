/** The one door: a message's topic and bytes become a reading or a named refusal, as values. */

import { decodeOutput, decodeStatus } from './payload.ts';
import { refusal, type Decoded } from './refusal.ts';
import type { TopicMap } from './topics.ts';

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Epoch ms. */
  readonly receivedAt: number;
}

export const MOST_PAYLOAD_BYTES = 65_536;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function decode(message: Message, topics: TopicMap): Decoded {
  const { topic, payload, receivedAt } = message;
  if (payload.length > MOST_PAYLOAD_BYTES) {
    return refusal('size', `payload of ${payload.length} bytes; at most ${MOST_PAYLOAD_BYTES}`);
  }
  const address = topics.find(topic);
  if (!address.ok) return address;
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return refusal('text', 'the payload is not UTF-8 text; send JSON in UTF-8');
  }
  const { line } = address;
  return address.kind === 'status'
    ? decodeStatus(text, line, receivedAt)
    : decodeOutput(text, line, receivedAt);
}
