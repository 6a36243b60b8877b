/** PUBACKs of one connection, in the order in which its messages came, whichever of them is stored first. */

interface Waiting {
  readonly packetId: number;
  isStored: boolean;
}

const PUBACK = 0x40;

export class Acknowledgements {
  readonly #send: (packets: Buffer) => void;
  readonly #waiting: Waiting[] = [];
  readonly #ids = new Set<number>();
  #isScheduled = false;

  constructor(send: (packets: Buffer) => void) {
    this.#send = send;
  }

  /**
   * What to call once the message is stored. `null`: it is under way already, sent again by a broker
   * that does so without a new connection; a second PUBACK could acknowledge the identifier's next message.
   */
  arrived(packetId: number): (() => void) | null {
    if (this.#ids.has(packetId)) return null;
    const one = { packetId, isStored: false };
    this.#ids.add(packetId);
    this.#waiting.push(one);
    return () => {
      one.isStored = true;
      if (one === this.#waiting[0]) this.#flushSoon();
    };
  }

  /** Sends what may be sent. */
  flush(): void {
    const firstUnstored = this.#waiting.findIndex(({ isStored }) => !isStored);
    const stored = this.#waiting.splice(
      0,
      firstUnstored < 0 ? this.#waiting.length : firstUnstored,
    );
    if (stored.length === 0) return;
    // The same bytes in MQTT 3.1.1 and, for success, in MQTT 5.
    const packets = Buffer.alloc(4 * stored.length);
    for (const [index, { packetId }] of stored.entries()) {
      this.#ids.delete(packetId);
      packets.writeUInt16BE((PUBACK << 8) | 2, 4 * index);
      packets.writeUInt16BE(packetId, 4 * index + 2);
    }
    this.#send(packets);
  }

  /** Those of one commit go out together. */
  #flushSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
