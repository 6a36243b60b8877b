/** Time from publishing a reading to its arrival on a screen, at 200 readings/s with 50 screens. */

import { io, type Socket } from 'socket.io-client';
import type { ClientEvents, ServerEvents } from '@lineside/domain/wire.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { quantile } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const SCREENS = 50;
const PER_SECOND = 200;
const READINGS = 4_000;

async function aScreen(
  url: string,
  seen: (at: number) => void,
): Promise<Socket<ServerEvents, ClientEvents>> {
  const socket: Socket<ServerEvents, ClientEvents> = io(url, {
    transports: ['websocket'],
    forceNew: true,
  });
  socket.on('points', ({ lines }) => {
    for (const { points } of lines) for (const [at] of points) seen(at);
  });
  await socket.emitWithAck('subscribe', { lines: 'all' });
  return socket;
}

export async function latency(): Promise<string[]> {
  await using product = await startProduct({ plant: aPlant(LINES) });
  const sentAt = new Map<number, number>();
  const delays: number[] = [];
  const seen = (at: number): void => {
    const sent = sentAt.get(at);
    if (sent !== undefined) delays.push(performance.now() - sent);
  };
  const screens = await Promise.all(
    Array.from({ length: SCREENS }, () => aScreen(product.http, seen)),
  );
  const publisher = await Publisher.connect(product.mqtt, 'bench');
  const first = Date.now();
  for (let n = 0; n < READINGS; n++) {
    const at = first + n * (1000 / PER_SECOND);
    await new Promise((due) => setTimeout(due, Math.max(0, at - Date.now())));
    sentAt.set(at, performance.now());
    const topic = `lineside/${LINES[n % LINES.length] ?? ''}/output`;
    await publisher.publish({ topic, payload: `{"good":${n},"ts":${at}}` });
  }
  await publisher.settled();
  await new Promise((arrived) => setTimeout(arrived, 1_000));
  for (const screen of screens) screen.close();
  publisher.close();
  delays.sort((a, b) => a - b);
  const share = delays.length / (READINGS * SCREENS);
  return [
    `publish to socket, ${PER_SECOND}/s, ${SCREENS} screens: p50 ${quantile(delays, 0.5).toFixed(0)} ms, ` +
      `p99 ${quantile(delays, 0.99).toFixed(0)} ms, ${(share * 100).toFixed(1)} % of points arrived (frames go out 4 times a second)`,
  ];
}
