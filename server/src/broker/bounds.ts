/** How much the broker keeps for its clients: enough for a plant, and never without end. */

const MIB = 1024 * 1024;

/** Sessions that outlive their connections. Of too many, the one that was left first is forgotten. */
export const MOST_SESSIONS = 1_000;
/** A session that nobody came back to is forgotten, ms. */
export const SESSION_KEPT_MS = 24 * 3_600_000;
/** Messages that wait for one session; the newest give way. */
export const MOST_QUEUED_MESSAGES = 1_000;
/** Bytes of messages that wait for sessions. */
export const MOST_QUEUED_BYTES = 64 * MIB;
export const MOST_RETAINED_TOPICS = 10_000;
export const MOST_RETAINED_BYTES = 16 * MIB;
/** Messages of QoS 2 that a session may leave half delivered, over all its connections. */
export const MOST_HALF_DELIVERED_KEPT = 1_000;
export const MOST_FILTERS_PER_CLIENT = 1_000;
export const MOST_FILTERS = 50_000;
export const MOST_FILTER_BYTES = 1_024;
/** What a connected subscriber may leave unread before it misses messages. */
export const MOST_UNREAD_BYTES = MIB;
/** What is kept of a message costs this much beside its topic and payload. */
export const MESSAGE_BYTES = 500;

/** What a client asked for in vain. */
export type Dropped = 'queued' | 'retained' | 'session' | 'subscription' | 'unread';

const WORDS: Readonly<Record<Dropped, string>> = {
  queued: 'messages for absent MQTT clients are dropped: too many wait',
  retained: 'retained messages are not kept: there are too many',
  session: 'sessions of absent MQTT clients are forgotten: too long away, or too many',
  subscription: 'subscriptions are refused: too many, or too long a filter',
  unread: 'messages are withheld from MQTT clients that do not read them',
};

export const wordsOf = (what: Dropped): string => WORDS[what];

/** A copy that holds on to nothing else: a payload is a view of the whole chunk it came in. */
export function ownBytes(payload: string | Buffer): Buffer {
  const own = Buffer.alloc(Buffer.byteLength(payload));
  if (typeof payload === 'string') own.write(payload);
  else payload.copy(own);
  return own;
}
