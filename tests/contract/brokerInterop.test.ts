// The embedded broker against Mosquitto: the same scenarios, with Mosquitto's clients and with raw packets.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasMosquitto, publish, startMosquitto, subscribe } from '../support/mosquitto.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { publishBytes, RawClient, TYPE, type Delivered } from '../support/rawClient.ts';

type Url = string;
type Scenario = (url: Url) => Promise<void>;
type Started = { readonly mqtt: string } & AsyncDisposable;

const QOS = [0, 1, 2] as const;
const brokers = new Map<string, Started>();
const urlOf = (name: string): Url => brokers.get(name)?.mqtt ?? '';

beforeAll(async () => {
  brokers.set('Lineside', await startProduct({ plant: aPlant(['one']) }));
  if (hasMosquitto) brokers.set('Mosquitto', await startMosquitto());
});
afterAll(async () => {
  for (const broker of brokers.values()) await broker[Symbol.asyncDispose]();
});

const essence = ({ topic, payload, qos, retain }: Delivered): string =>
  `${topic} ${qos} ${retain ? 1 : 0} ${payload}`;

/** What reaches a subscriber before a message that is sent after everything else. */
async function untilMarker(client: RawClient, url: Url): Promise<string[]> {
  await using marker = await RawClient.connect(url);
  await client.subscribe(['marker', 0]);
  await marker.publish('marker', 'now');
  const seen: string[] = [];
  for (;;) {
    const message = await client.delivery();
    if (message.topic === 'marker') return seen;
    seen.push(essence(message));
  }
}

const alike: Readonly<Record<string, Scenario>> = {
  'a message reaches the subscribers of its topic and of matching filters': async (url) => {
    const filters = ['hall/+/temperature', 'hall/#', 'hall/1/temperature', '+/+/+', '#'];
    const subscribers = await Promise.all(
      filters.map((filter) => subscribe(url, '-t', filter, '-C', '1')),
    );
    await publish(url, '-t', 'hall/1/temperature', '-m', '21');
    for (const { messages } of subscribers) {
      expect(await messages).toEqual(['hall/1/temperature 0 0 21']);
    }
  },

  'each quality of service meets each: the lower of the two is delivered': async (url) => {
    for (const subscribed of QOS) {
      const all = ['-t', 'quality/+', '-q', String(subscribed), '-C', '3'];
      const { messages } = await subscribe(url, ...all);
      for (const sent of QOS) {
        await publish(url, '-t', `quality/${sent}`, '-m', 'x', '-q', String(sent));
      }
      const expected = QOS.map((sent) => `quality/${sent} ${Math.min(sent, subscribed)} 0 x`);
      expect((await messages).sort()).toEqual(expected);
    }
  },

  'a retained message is the first that a later subscriber gets, marked as retained': async (
    url,
  ) => {
    await publish(url, '-t', 'kept/a', '-m', 'old', '-r', '-q', '1');
    await publish(url, '-t', 'kept/a', '-m', 'new', '-r', '-q', '2');
    const { messages } = await subscribe(url, '-t', 'kept/#', '-q', '1', '-C', '2');
    await publish(url, '-t', 'kept/a', '-m', 'live', '-r', '-q', '1');
    expect(await messages).toEqual(['kept/a 1 1 new', 'kept/a 1 0 live']);
  },

  'an empty retained message makes the broker forget': async (url) => {
    await publish(url, '-t', 'forgotten', '-m', 'x', '-r', '-q', '1');
    await publish(url, '-t', 'forgotten', '-n', '-r', '-q', '1');
    await using client = await RawClient.connect(url);
    await client.subscribe(['forgotten', 1]);
    expect(await untilMarker(client, url)).toEqual([]);
  },

  'a will is published when the connection breaks, not after a goodbye': async (url) => {
    await using onlooker = await RawClient.connect(url);
    await onlooker.subscribe(['will/#', 2]);
    const withWill = (name: string): Promise<RawClient> =>
      RawClient.connect(url, { id: name, will: { topic: `will/${name}`, payload: 'x', qos: 1 } });
    await (await withWill('polite')).leave();
    (await withWill('broken')).break();
    expect(essence(await onlooker.delivery())).toBe('will/broken 1 0 x');
  },

  'who is silent for one and a half times the keep-alive is cut off, and its will told': async (
    url,
  ) => {
    await using onlooker = await RawClient.connect(url);
    await onlooker.subscribe(['silent', 2]);
    const will = { topic: 'silent', payload: 'gone', qos: 2 } as const;
    await using silent = await RawClient.connect(url, { id: 'silent', keepAliveSeconds: 1, will });
    await silent.closed();
    expect(essence(await onlooker.delivery())).toBe('silent 2 0 gone');
  },

  'a durable session gets what came while it was away, in order': async (url) => {
    for (const qos of ['1', '2']) {
      const topic = `queue/${qos}`;
      const session = ['-c', '-i', `absent-${qos}`, '-t', topic, '-q', '2'];
      const first = await subscribe(url, ...session, '-C', '1');
      await publish(url, '-t', topic, '-m', '0', '-q', qos);
      await first.messages;
      for (const n of ['1', '2', '3']) await publish(url, '-t', topic, '-m', n, '-q', qos);
      const { messages } = await subscribe(url, ...session, '-C', '3');
      expect(await messages).toEqual(['1', '2', '3'].map((n) => `${topic} ${qos} 0 ${n}`));
    }
  },

  'a clean session gets nothing of what came before it, and ends a durable one': async (url) => {
    const durable = { id: 'changing', clean: false };
    const before = await RawClient.connect(url, durable);
    await before.subscribe(['changing', 1]);
    await before.leave();
    await publish(url, '-t', 'changing', '-m', 'x', '-q', '1');
    await (await RawClient.connect(url, { id: 'changing' })).leave();
    await using after = await RawClient.open(url);
    expect(await after.connect(durable)).toEqual({ present: false, returnCode: 0 });
    await publish(url, '-t', 'changing', '-m', 'y', '-q', '1');
    expect(await untilMarker(after, url)).toEqual([]);
  },

  'a client that comes back is told whether its session is still there': async (url) => {
    const durable = { id: 'returning', clean: false };
    const first = await RawClient.open(url);
    expect(await first.connect(durable)).toEqual({ present: false, returnCode: 0 });
    await first.subscribe(['returning', 1]);
    await first.leave();
    await using second = await RawClient.open(url);
    expect(await second.connect(durable)).toEqual({ present: true, returnCode: 0 });
  },

  'QoS 1 without an acknowledgement comes again, marked, under the same identifier': async (
    url,
  ) => {
    const durable = { id: 'forgetful', clean: false };
    const first = await RawClient.connect(url, durable);
    await first.subscribe(['again', 1]);
    await publish(url, '-t', 'again', '-m', 'x', '-q', '1');
    const { id } = await first.message();
    first.break();
    await using second = await RawClient.connect(url, durable);
    expect(await second.delivery()).toMatchObject({ payload: 'x', qos: 1, dup: true, id });
  },

  'QoS 2 that was received but not released is released on reconnect, not sent again': async (
    url,
  ) => {
    const durable = { id: 'halfway', clean: false };
    const first = await RawClient.connect(url, durable);
    await first.subscribe(['halfway', 2]);
    await publish(url, '-t', 'halfway', '-m', 'x', '-q', '2');
    const { id } = await first.message();
    first.acknowledge('pubrec', id);
    await first.next(TYPE.pubrel);
    first.break();
    await using second = await RawClient.connect(url, durable);
    expect((await second.next(TYPE.pubrel)).body.readUInt16BE(0)).toBe(id);
    second.acknowledge('pubcomp', id);
    expect(await untilMarker(second, url)).toEqual([]);
  },

  'QoS 2 sent twice by a client that missed the PUBREC is delivered once': async (url) => {
    const durable = { id: 'repeating', clean: false };
    await using onlooker = await RawClient.connect(url);
    await onlooker.subscribe(['repeated', 2]);
    const message = { topic: 'repeated', payload: 'x', qos: 2, retain: false, id: 9 } as const;
    const first = await RawClient.connect(url, durable);
    first.send(publishBytes({ ...message, dup: false }));
    await first.next(TYPE.pubrec);
    first.break();
    await using second = await RawClient.connect(url, durable);
    second.send(publishBytes({ ...message, dup: true }));
    await second.next(TYPE.pubrec);
    await second.release(9);
    expect(await untilMarker(onlooker, url)).toEqual(['repeated 2 0 x']);
  },

  'a client without a name may have a clean session, and no durable one': async (url) => {
    await using nameless = await RawClient.open(url);
    expect(await nameless.connect()).toEqual({ present: false, returnCode: 0 });
    await using durable = await RawClient.open(url);
    expect(await durable.connect({ clean: false })).toEqual({ present: false, returnCode: 2 });
    await durable.closed();
  },

  'a second client of the same name takes over from the first': async (url) => {
    await using first = await RawClient.connect(url, { id: 'twin' });
    await using second = await RawClient.connect(url, { id: 'twin' });
    await first.closed();
    expect(await second.subscribe(['twin', 1])).toEqual([1]);
  },

  'wildcards at the start of a filter do not see topics that begin with $': async (url) => {
    await using client = await RawClient.connect(url);
    await client.subscribe(['#', 1], ['+/dollar', 1]);
    await publish(url, '-t', '$own/dollar', '-m', 'x', '-q', '1', '-r');
    expect(await untilMarker(client, url)).not.toContain('$own/dollar 1 0 x');
    await using other = await RawClient.connect(url);
    await other.subscribe(['$own/#', 1]);
    expect(await untilMarker(other, url)).toEqual(['$own/dollar 1 1 x']);
    await using all = await RawClient.connect(url);
    await all.subscribe(['#', 1]);
    expect(await untilMarker(all, url)).not.toContain('$own/dollar 1 1 x');
  },

  'who unsubscribed gets nothing more of that, and the rest as before': async (url) => {
    await using client = await RawClient.connect(url);
    expect(await client.subscribe(['left/a', 1], ['left/b', 2])).toEqual([1, 2]);
    await client.unsubscribe('left/a');
    for (const topic of ['left/a', 'left/b']) await publish(url, '-t', topic, '-m', 'x', '-q', '1');
    expect(await untilMarker(client, url)).toEqual(['left/b 1 0 x']);
  },

  'a subscription made again takes the new quality and brings retained messages again': async (
    url,
  ) => {
    await publish(url, '-t', 'renewed', '-m', 'x', '-r', '-q', '1');
    await using client = await RawClient.connect(url);
    expect(await client.subscribe(['renewed', 0])).toEqual([0]);
    expect(essence(await client.delivery())).toBe('renewed 0 1 x');
    expect(await client.subscribe(['renewed', 1])).toEqual([1]);
    expect(essence(await client.delivery())).toBe('renewed 1 1 x');
  },

  'filters that overlap bring a message no better than the best of them': async (url) => {
    await using client = await RawClient.connect(url);
    await client.subscribe(['over/#', 1], ['over/+', 1]);
    await publish(url, '-t', 'over/lap', '-m', 'x', '-q', '2');
    expect(new Set(await untilMarker(client, url))).toEqual(new Set(['over/lap 1 0 x']));
  },

  'a second CONNECT, a wrong protocol name: the connection ends': async (url) => {
    await using twice = await RawClient.connect(url);
    await expect(twice.connect()).rejects.toThrow('closed');
    await using wrong = await RawClient.open(url);
    await expect(wrong.connect({ protocol: 'hj' })).rejects.toThrow('closed');
  },

  'MQTT 3.1 is spoken, too': async (url) => {
    const { messages } = await subscribe(url, '-V', 'mqttv31', '-t', 'old', '-q', '2', '-C', '1');
    await publish(url, '-V', 'mqttv31', '-t', 'old', '-m', 'x', '-q', '2');
    expect(await messages).toEqual(['old 2 0 x']);
  },

  'a binary payload and an empty one arrive as they were sent': async (url) => {
    const { messages } = await subscribe(url, '-t', 'bytes/+', '-q', '1', '-C', '2');
    await publish(url, '-t', 'bytes/odd', '-m', 'ä\u0001€', '-q', '1');
    await publish(url, '-t', 'bytes/none', '-n', '-q', '1');
    expect(await messages).toEqual(['bytes/odd 1 0 ä\u0001€', 'bytes/none 1 0 ']);
  },
};

/** What was done, and what came of it: here, then at Mosquitto. The reasons are in docs/mqtt.md. */
const different: Readonly<
  Record<string, readonly [(url: Url) => Promise<string>, string, string]>
> = {
  'a message above 65 KiB': [
    async (url) => {
      await using client = await RawClient.connect(url);
      await client.subscribe(['large', 1]);
      await client.publish('large', 'x'.repeat(70_000), 1);
      const [message] = await untilMarker(client, url);
      return message ? 'acknowledged and delivered' : 'acknowledged and quarantined';
    },
    'acknowledged and quarantined',
    'acknowledged and delivered',
  ],
  'a topic of more than 100 levels': [
    (url) => fateOf(url, 'a/'.repeat(100) + 'a'),
    'the connection ends',
    'acknowledged',
  ],
  'a message under $SYS': [
    (url) => fateOf(url, '$SYS/mine'),
    'the connection ends',
    'acknowledged',
  ],
  'a filter of more than 1,024 bytes': [
    async (url) => {
      await using client = await RawClient.connect(url);
      return String(await client.subscribe(['x'.repeat(1_025), 0]));
    },
    '128',
    '0',
  ],
  'MQTT 5': [
    (url) =>
      publish(url, '-V', 'mqttv5', '-t', 'five', '-m', 'x', '-q', '1').then(
        () => 'accepted',
        () => 'refused',
      ),
    'refused',
    'accepted',
  ],
  'filters of QoS 1 and 2 that overlap': [
    async (url) => {
      await using client = await RawClient.connect(url);
      await client.subscribe(['best/#', 2], ['best/+', 1]);
      await client.publish('best/of', 'x', 2);
      return String(await untilMarker(client, url));
    },
    'best/of 2 0 x',
    'best/of 1 0 x',
  ],
  'a durable session that subscribed to nothing': [
    async (url) => {
      const durable = { id: 'idle', clean: false };
      await (await RawClient.connect(url, durable)).leave();
      await using again = await RawClient.open(url);
      return (await again.connect(durable)).present ? 'is there' : 'begins anew';
    },
    'begins anew',
    'is there',
  ],
};

async function fateOf(url: Url, topic: string): Promise<string> {
  await using client = await RawClient.connect(url);
  return await client.publish(topic, 'x', 1).then(
    () => 'acknowledged',
    () => 'the connection ends',
  );
}

describe.skipIf(!hasMosquitto)('with clients of Mosquitto and raw packets', () => {
  describe.each(['Lineside', 'Mosquitto'])('%s', (name) => {
    test.each(Object.entries(alike))('%s', (_what, scenario) => scenario(urlOf(name)));
  });
});

describe.skipIf(!hasMosquitto)('what differs from Mosquitto', () => {
  test.each(Object.entries(different))('%s', async (_what, [act, here, there]) => {
    expect([await act(urlOf('Lineside')), await act(urlOf('Mosquitto'))]).toEqual([here, there]);
  });
});
