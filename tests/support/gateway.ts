/** A gateway that gives up nothing: it delivers until everything is acknowledged, over as many connections as that takes. */

import { Publisher, type Message } from './publisher.ts';

export class Gateway {
  readonly #mqtt: string;
  readonly #clientId: string;
  /** Messages whose PUBACK came. */
  readonly acknowledged: Message[] = [];
  connections = 0;

  constructor(mqtt: string, clientId: string) {
    this.#mqtt = mqtt;
    this.#clientId = clientId;
  }

  /** Tries again at once, as a bad client does, until all is acknowledged. */
  async deliver(messages: readonly Message[]): Promise<void> {
    let pending = messages;
    while (pending.length > 0) {
      this.connections += 1;
      const publisher = await Publisher.connect(this.#mqtt, this.#clientId);
      let sent = 0;
      while (sent < pending.length) {
        const message = pending[sent];
        if (!message || !(await publisher.publish(message))) break;
        sent += 1;
      }
      await publisher.settled();
      for (const each of publisher.acknowledged) this.acknowledged.push(each);
      pending = [...publisher.unacknowledged, ...pending.slice(sent)];
      publisher.close();
    }
  }
}
