/** Keeps oversized MQTT packets away from libraries that would buffer them whole, even before anyone has signed in. */

/** A publish that was too large to read: what its head told. */
export interface Oversized {
  readonly topic: string;
  /** The first bytes of the payload. */
  readonly payload: Buffer;
  readonly payloadBytes: number;
  readonly qos: number;
  /** `null` for QoS 0. */
  readonly packetId: number | null;
}

export interface GuardEvents {
  /** A publish was skipped; what follows it goes on. */
  readonly oversized: (publish: Oversized) => void;
  /** The connection cannot be trusted further. */
  readonly broken: (reason: string) => void;
}

/** Bytes of a packet after its fixed header. */
export const MOST_CONNECT_BYTES = 65_536;
export const MOST_PACKET_BYTES = 65_536 + 1_024;

const CONNECT = 1;
const PUBLISH = 3;
const KEPT_PAYLOAD_BYTES = 4_096;

/** Whose packets these are, and what may be among them. */
export interface Side {
  /** The packet that a connection begins with. */
  readonly first: { readonly type: number; readonly name: string };
  /** The packets that have a place here and how many bytes each has at least after its fixed header; `null`: any. */
  readonly types: ReadonlyMap<number, number> | null;
  /** Whether a publish has properties: MQTT 5. */
  readonly hasProperties: boolean;
  /** Bytes after the fixed header. */
  readonly mostBytes: number;
}

/** Of a client of MQTT 3.1.1. */
const CLIENT: Side = {
  first: { type: CONNECT, name: 'CONNECT' },
  types: null,
  hasProperties: false,
  mostBytes: MOST_PACKET_BYTES,
};

interface Skipped {
  readonly qos: number;
  readonly bytes: number;
  head: Buffer;
}

/** Follows the packets of one connection through its chunks. */
export class PacketGuard {
  readonly #events: GuardEvents;
  readonly #side: Side;
  /** A fixed header that a chunk cut in two. */
  #partial: Buffer | null = null;
  /** Bytes that the packet under way still has. */
  #left = 0;
  #skipped: Skipped | null = null;
  #isFirst = true;
  #isBroken = false;

  constructor(events: GuardEvents, side: Side = CLIENT) {
    this.#events = events;
    this.#side = side;
  }

  /** What of a chunk the broker may see. */
  filter(incoming: Buffer): Buffer | null {
    if (this.#isBroken) return null;
    const chunk = this.#partial ? Buffer.concat([this.#partial, incoming]) : incoming;
    this.#partial = null;
    const passed: Buffer[] = [];
    let position = 0;
    let passFrom = 0;
    while (position < chunk.length) {
      if (this.#left > 0) {
        const part = Math.min(this.#left, chunk.length - position);
        if (this.#skipped) {
          this.#keepHead(this.#skipped, chunk.subarray(position, position + part));
          passFrom = position + part;
        }
        position += part;
        this.#left -= part;
        if (this.#left === 0) this.#endPacket();
        continue;
      }
      const header = readHeader(chunk, position);
      if (header === 'partial') {
        // A few bytes at most, copied so as not to hold on to the whole chunk.
        this.#partial = Buffer.from(chunk.subarray(position));
        break;
      }
      const verdict = this.#admit(header);
      if (verdict === 'break') return null;
      const isSkipped = verdict === 'skip';
      if (isSkipped && position > passFrom) passed.push(chunk.subarray(passFrom, position));
      position += header.headerBytes;
      if (isSkipped) passFrom = position;
    }
    if (position > passFrom) passed.push(chunk.subarray(passFrom, position));
    const [only] = passed;
    return passed.length > 1 ? Buffer.concat(passed) : (only ?? null);
  }

  #admit({ type, qos, bytes }: Header): 'pass' | 'skip' | 'break' {
    const { first, types } = this.#side;
    if (this.#isFirst && (type !== first.type || bytes > MOST_CONNECT_BYTES)) {
      const fault = type === first.type ? `its ${first.name} is too large` : null;
      return this.#break(fault ?? `it did not begin with ${first.name}`);
    }
    if (types && bytes < (types.get(type) ?? Infinity)) {
      return this.#break('it sent a packet that has no place here');
    }
    const isLarge = bytes > this.#side.mostBytes;
    if (isLarge && (type !== PUBLISH || qos > 2 || bytes === Infinity)) {
      return this.#break('it sent a packet that is too large');
    }
    this.#isFirst = false;
    this.#left = bytes;
    if (isLarge) this.#skipped = { qos, bytes, head: Buffer.alloc(0) };
    return isLarge ? 'skip' : 'pass';
  }

  #break(reason: string): 'break' {
    this.#isBroken = true;
    this.#events.broken(reason);
    return 'break';
  }

  #keepHead(skipped: Skipped, part: Buffer): void {
    const kept = part.subarray(0, headWanted(skipped.head) - skipped.head.length);
    if (kept.length === 0) return;
    skipped.head = Buffer.concat([skipped.head, kept]);
    // The first bytes tell how long the topic is, and so how much more there is to keep.
    this.#keepHead(skipped, part.subarray(kept.length));
  }

  #endPacket(): void {
    const skipped = this.#skipped;
    if (!skipped) return;
    this.#skipped = null;
    const { head } = skipped;
    const topicEnd = 2 + head.readUInt16BE(0);
    const hasId = skipped.qos > 0;
    const propertiesStart = topicEnd + (hasId ? 2 : 0);
    const payloadStart =
      propertiesStart + (this.#side.hasProperties ? propertyBytes(head, propertiesStart) : 0);
    this.#events.oversized({
      topic: head.toString('utf8', 2, topicEnd),
      payload: head.subarray(payloadStart, payloadStart + KEPT_PAYLOAD_BYTES),
      payloadBytes: skipped.bytes - payloadStart,
      qos: skipped.qos,
      packetId: hasId ? head.readUInt16BE(topicEnd) : null,
    });
  }
}

/** Bytes of a skipped publish worth keeping: topic length, topic, packet id and the payload's first part. */
function headWanted(head: Buffer): number {
  return head.length < 2 ? 2 : 2 + head.readUInt16BE(0) + 2 + KEPT_PAYLOAD_BYTES;
}

/** How many bytes MQTT 5's properties take, their length included. */
function propertyBytes(head: Buffer, start: number): number {
  const length = readHeader(head, start - 1);
  if (length === 'partial' || length.bytes === Infinity) return 0;
  return length.headerBytes - 1 + length.bytes;
}

interface Header {
  readonly type: number;
  readonly qos: number;
  readonly headerBytes: number;
  /** Remaining length: bytes after the fixed header. */
  readonly bytes: number;
}

function readHeader(chunk: Buffer, position: number): Header | 'partial' {
  const first = chunk[position] ?? 0;
  let bytes = 0;
  for (let index = 1; index <= 4; index++) {
    const digit = chunk[position + index];
    if (digit === undefined) return 'partial';
    bytes += (digit & 127) * 128 ** (index - 1);
    if (digit < 128)
      return { type: first >> 4, qos: (first >> 1) & 3, headerBytes: index + 1, bytes };
  }
  // No valid length: larger than any packet may be.
  return { type: first >> 4, qos: 0, headerBytes: 5, bytes: Infinity };
}
